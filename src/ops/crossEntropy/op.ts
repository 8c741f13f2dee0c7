// crossEntropy: its shape rule and checks. The formula and its numbered rules are in README.md.

import { sameShape } from "../../base/shape.ts";
import { fail } from "../../base/words/graph.ts";
import type { Op } from "../op.ts";
import { noParameters } from "../parameterless.ts";

/** Inputs: the logits, and the probabilities that softmax made of them. */
export const op: Op<object> = {
  prefix: "crossEntropy",
  arity: 2,
  options: {},
  shape(_options, [logits, probs], where) {
    if (logits.length !== 1) {
      const hint = "Put flatten() and dense before the loss.";
      fail("shape.rank", { where, expected: "flat logits [n]", received: logits, hint });
    }
    if (!sameShape(logits, probs)) {
      const hint = "Give the softmax of the same logits as second input.";
      fail("shape.rank", { where, expected: `probabilities [${logits[0]}]`, received: probs, hint });
    }
    return [];
  },
  parameters: noParameters,
  multiplyAdds: () => 0,
};
