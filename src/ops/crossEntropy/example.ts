// crossEntropy: the worked example's inputs, three logits of which the last belongs to the true class; the probabilities follow.
import type { Example } from "../op.ts";

export const example: Example = {
  cases: [
    {
      name: "out",
      options: {},
      inputs: [{ name: "logits", shape: [3], values: [1, 3, 2] }],
      label: 2,
      addresses: [
        "crossEntropy1.out",
        "grad(crossEntropy1.out):logits[2]",
        "grad(crossEntropy1.out):logits[1]",
        "grad(crossEntropy1.out):softmax1.out[2]",
      ],
    },
  ],
};
