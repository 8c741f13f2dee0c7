// softmax: its shape rule and check. The formula and its numbered rules are in README.md.
import { fail } from "../../base/words/graph.ts";
import type { Op } from "../op.ts";
import { noParameters } from "../parameterless.ts";

export const op: Op<object> = {
  prefix: "softmax",
  arity: 1,
  options: {},
  shape(_options, [logits], where) {
    if (logits.length !== 1) {
      const hint = "Put flatten() and dense before softmax.";
      fail("shape.rank", { where, expected: "flat logits [n]", received: logits, hint });
    }
    return logits;
  },
  parameters: noParameters,
  multiplyAdds: () => 0,
};
