// add: its shape rule and check. The formula and its numbered rules are in README.md.

import { sameShape } from "../../base/shape.ts";
import { fail } from "../../base/words/graph.ts";
import type { Op } from "../op.ts";
import { noParameters } from "../parameterless.ts";

export const op: Op<object> = {
  prefix: "add",
  arity: 2,
  options: {},
  shape(_options, shapes, where) {
    if (!sameShape(shapes[0], shapes[1])) fail("shape.same", { where, shapes });
    return shapes[0];
  },
  parameters: noParameters,
  multiplyAdds: () => 0,
};
