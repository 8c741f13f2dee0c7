// relu: the worked example's inputs, negative, zero and positive numbers; the first is −6.
import type { Example } from "../op.ts";

export const example: Example = {
  cases: [
    {
      name: "out",
      options: {},
      inputs: [{ name: "map", shape: [2, 3, 1], values: [-6, 0, 6, 2, -1, 0.5] }],
      addresses: [
        "relu1.out[0,0,0]",
        "relu1.out[0,1,0]",
        "relu1.out[0,2,0]",
        "grad(relu1.out[0,0,0]):input[0,0,0]",
        "grad(relu1.out[0,1,0]):input[0,1,0]",
        "grad(relu1.out[0,2,0]):input[0,2,0]",
      ],
    },
  ],
};
