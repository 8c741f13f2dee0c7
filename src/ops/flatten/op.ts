// flatten: its shape rule. The formula and its numbered rules are in README.md.
import { sizeOf } from "../../base/shape.ts";
import type { Op } from "../op.ts";
import { noParameters } from "../parameterless.ts";

export const op: Op<object> = {
  prefix: "flatten",
  arity: 1,
  options: {},
  shape: (_options, [image]) => [sizeOf(image)],
  parameters: noParameters,
  multiplyAdds: () => 0,
};
