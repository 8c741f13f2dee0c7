// The stamp under a sum: whether the terms give what is stored, in two lines.
import { counted } from "../../base/counted.ts";
import type { Account } from "../../trace/account.ts";
import { formatNumber } from "../../trace/notation.ts";

export interface Stamp {
  /** given: a leaf without terms. exact: residual 0. rounded: within what rounding allows. open: not even that. */
  readonly kind: "given" | "exact" | "rounded" | "open";
  readonly sign: "·" | "✓" | "≈" | "≠";
  readonly title: string;
  readonly text: string;
}

/** What `settle` found, in words. */
export function stampOf({ combine, terms, residual, bound, ulps, total, value, dtype }: Account): Stamp {
  const count = `${counted(terms.length, "term")} added again in order`;
  if (combine === "copy") {
    return { kind: "given", sign: "·", title: "Given", text: "Nothing is computed here: there are no terms to add." };
  }
  if (residual === 0) return { kind: "exact", sign: "✓", title: "Adds up exactly", text: `${count}, residual 0.` };
  const precision = dtype === "f32" ? "float32" : "float64";
  const found = `residual ${formatNumber(residual)} (${formatNumber(ulps)} float32 spacings)`;
  const limits = `Stored as ${precision}, allowed ${formatNumber(bound)}.`;
  if (Math.abs(residual) <= bound) {
    return { kind: "rounded", sign: "≈", title: "Adds up, rounded", text: `${count}, ${found}. ${limits}` };
  }
  const [stored, given] = [formatNumber(value, 17), formatNumber(total, 17)];
  return {
    kind: "open",
    sign: "≠",
    title: "Does not add up",
    text: `Stored ${stored}, the terms give ${given}: ${found}. ${limits}`,
  };
}
