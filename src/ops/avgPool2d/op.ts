// avgPool2d: its shape rule and checks. The formula and its numbered rules are in README.md.
import type { Op } from "../op.ts";
import { noParameters } from "../parameterless.ts";
import { type PoolOptions, poolAxes, poolOptions, poolShape } from "../pooling.ts";
import { positionOf, type WindowAxis } from "../window.ts";

export const op: Op<PoolOptions> = {
  prefix: "avgpool",
  arity: 1,
  options: poolOptions,
  shape: (options, [image], where) => poolShape("avgPool2d", options, image, where),
  parameters: noParameters,
  multiplyAdds: () => 0,
  window: poolAxes,
};

/** How many cells of the image, not of its padding, window i covers along an axis. */
export function cellsIn(axis: WindowAxis, i: number): number {
  let cells = 0;
  for (let m = 0; m < axis.kernel; m++) if (positionOf(axis, i, m) >= 0) cells++;
  return cells;
}
