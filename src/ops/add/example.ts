// add: the worked example's inputs, two small maps of one shape.
import type { Example } from "../op.ts";

export const example: Example = {
  cases: [
    {
      name: "out",
      options: {},
      inputs: [
        { name: "a", shape: [2, 2, 1], values: [1, -2, 3, 0.5] },
        { name: "b", shape: [2, 2, 1], values: [10, 2, -5, 0.25] },
      ],
      addresses: ["add1.out[0,0,0]", "add1.out[1,0,0]", "grad(add1.out[1,0,0]):input2.out[1,0,0]"],
    },
  ],
};
