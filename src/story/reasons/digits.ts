// Numbers that are compared with each other, written with as many digits as it takes to tell them apart.
import { formatNumber } from "../../trace/notation.ts";

/** At least 4 significant digits and at most 17; equal numbers stay at 4. */
export function toldApart(...values: readonly number[]): string[] {
  const different = new Set(values).size;
  for (let digits = 4; digits < 17; digits++) {
    const texts = values.map((value) => formatNumber(value, digits));
    if (new Set(texts).size === different) return texts;
  }
  return values.map((value) => formatNumber(value, 17));
}
