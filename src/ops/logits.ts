// What softmax and cross-entropy share: logits z shifted by their largest, m, so that no exponential overflows.
import { exp } from "../base/math.ts";
import { formatNumber } from "../trace/notation.ts";
import { constant, type Factor } from "../trace/terms.ts";
import type { Sight } from "./op.ts";

/** m, the largest of z. */
export function largest(z: ArrayLike<number>): number {
  let m = z[0];
  for (let j = 1; j < z.length; j++) if (z[j] > m) m = z[j];
  return m;
}

/** How an explanation names what follows from z. No cell stores these numbers, so they are constants; the notes say where z is. */
export interface Shifted {
  /** z_j − m, named "z[j]-m". */
  readonly differences: readonly Factor[];
  /** e^(z_j−m), named "exp(z[j]-m)". */
  readonly exponentials: readonly Factor[];
  readonly notes: readonly string[];
}

/** Reads the logits of a sight's first input. */
export function shiftedLogits(sight: Sight<object>): Shifted {
  const z = Array.from({ length: sight.site.inputs[0][0] }, (_, j) => sight.input("z", [j]));
  const m = largest(z.map(({ value }) => value));
  const place = (j: number) => z[j].address;
  const last = z.length - 1;
  return {
    differences: z.map(({ value }, j) => constant(`(z_${j}−m)`, `z[${j}]-m`, value - m)),
    exponentials: z.map(({ value }, j) => constant(`e^(z_${j}−m)`, `exp(z[${j}]-m)`, exp(value - m))),
    notes: [
      last === 0 ? `z_0 is ${place(0)}.` : `z_0 … z_${last} are ${place(0)} … ${place(last)}.`,
      `m = ${formatNumber(m)} is the largest of them.`,
    ],
  };
}
