// relu: its shape rule. The formula and its numbered rules are in README.md.
import type { Op } from "../op.ts";
import { noParameters } from "../parameterless.ts";

export const op: Op<object> = {
  prefix: "relu",
  arity: 1,
  options: {},
  shape: (_options, [image]) => image,
  parameters: noParameters,
  multiplyAdds: () => 0,
};
