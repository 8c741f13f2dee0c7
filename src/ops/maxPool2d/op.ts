// maxPool2d: its shape rule and checks. The formula and its numbered rules are in README.md.
import type { Op } from "../op.ts";
import { noParameters } from "../parameterless.ts";
import { type PoolOptions, poolAxes, poolOptions, poolShape } from "../pooling.ts";

export const op: Op<PoolOptions> = {
  prefix: "pool",
  arity: 1,
  options: poolOptions,
  shape: (options, [image], where) => poolShape("maxPool2d", options, image, where),
  parameters: noParameters,
  multiplyAdds: () => 0,
  window: poolAxes,
};

/** Whether a value takes the lead from the best so far: it is larger, or NaN where the best is none. A tie keeps the first. */
export function takesLead(value: number, best: number): boolean {
  return !(value <= best) && !Number.isNaN(best);
}
