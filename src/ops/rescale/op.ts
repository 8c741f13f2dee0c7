// rescale: its option and shape rule. The formula and its numbered rules are in README.md.
import type { Op } from "../op.ts";
import { divisor } from "../options.ts";
import { noParameters } from "../parameterless.ts";

export interface RescaleOptions {
  readonly divisor: number;
}

export const op: Op<RescaleOptions> = {
  prefix: "rescale",
  arity: 1,
  options: { divisor: divisor(255) },
  shape: (_options, [image]) => image,
  parameters: noParameters,
  multiplyAdds: () => 0,
};
