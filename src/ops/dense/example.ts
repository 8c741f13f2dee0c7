// dense: the worked example's inputs, three numbers (one of them 0) into two units.
import type { Example } from "../op.ts";

export const example: Example = {
  cases: [
    {
      name: "out",
      options: { units: 2 },
      inputs: [{ name: "features", shape: [3], values: [2, 0, -1] }],
      parameters: {
        weight: { name: "weight", shape: [3, 2], values: [1, -2, 5, 7, 3, 0.5] },
        bias: { name: "bias", shape: [2], values: [0.5, 1] },
      },
      addresses: [
        "dense1.out[0]",
        "dense1.out[1]",
        "grad(dense1.out[1]):input[0]",
        "grad(dense1.out[1]):dense1.weight[0,1]",
        "grad(dense1.out[1]):dense1.bias[1]",
      ],
    },
  ],
};
