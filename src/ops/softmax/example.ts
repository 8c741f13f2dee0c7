// softmax: the worked examples' inputs, three logits, and three that are far too large to be exponentiated as they are.
import type { Example } from "../op.ts";

export const example: Example = {
  cases: [
    {
      name: "out",
      options: {},
      inputs: [{ name: "logits", shape: [3], values: [1, 3, 2] }],
      addresses: ["softmax1.out[1]", "grad(softmax1.out[1]):input[1]", "grad(softmax1.out[1]):input[0]"],
    },
    {
      name: "large",
      options: {},
      inputs: [{ name: "largeLogits", shape: [3], values: [1001, 1003, 1002] }],
      addresses: ["softmax1.out[1]"],
    },
  ],
};
