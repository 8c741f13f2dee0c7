// How a long sum is written: what stands above and in front of its rows, one count of decimals.
import type { Account } from "cutaway";
import { short } from "../../widgets/numbers.ts";
import type { Term } from "../sum/stretches.ts";

/** "∂L/∂O" and "(1,2,0)" of "∂L/∂O(1,2,0)". */
function split(symbol: string): readonly [string, string] {
  const found = /^(.*?)(\([^()]*\))$/.exec(symbol);
  return [found?.[1] ?? symbol, found?.[2] ?? ""];
}

const named = ({ factors }: Term) => (factors.find(({ address }) => address !== undefined) ?? factors[0])?.symbol ?? "";

/** What stands above the columns of factors: the symbol of the first live row. */
export function headsOf({ terms }: Account): readonly string[] {
  const widest = Math.max(0, ...terms.map(({ factors }) => factors.length));
  return Array.from({ length: widest }, (_, k) => {
    const shown = terms.find(({ factors, live }) => live && factors[k]) ?? terms.find(({ factors }) => factors[k]);
    return split(shown?.factors[k]?.symbol ?? "")[0];
  });
}

/** What stands in front of each row: its place alone where it is of the kind of the first. */
export function namesOf({ terms }: Account): readonly string[] {
  const kinds = terms.map((term) => split(named(term)));
  const common = kinds[0]?.[0] ?? "";
  return kinds.map(([head, cell]) => (cell !== "" && head === common ? cell : `${head}${cell}`));
}

/** Decimals that all numbers of a table share, so that their points stand below one another; undefined where a number needs a power of ten. */
export function decimalsOf(values: readonly number[]): number | undefined {
  const shown = values.map((value) => short(value, 6));
  if (shown.some((text) => text.includes("e") || text.includes("N") || text.includes("∞"))) return undefined;
  return Math.min(6, Math.max(0, ...shown.map((text) => text.split(".")[1]?.length ?? 0)));
}

/** A number with that many decimals; zero and whole tables stay short. */
export function aligned(value: number, decimals: number | undefined): string {
  if (decimals === undefined || value === 0) return short(value, 6);
  return value.toFixed(decimals).replace("-", "−");
}
