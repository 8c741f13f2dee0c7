// How a long sum is laid out: the rows' names, one count of decimals, zeros next to each other as one stretch.
import type { Account } from "cutaway";
import { short } from "../../widgets/numbers.ts";
import type { Term } from "./values.ts";

export interface Row {
  readonly term: Term;
  readonly index: number;
  readonly name: string;
}

/** A live row, or a stretch of zeros that a small screen folds. */
export interface Stretch {
  readonly live: boolean;
  readonly rows: readonly Row[];
}

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

export function stretchesOf({ terms }: Account): readonly Stretch[] {
  const heads = new Set(terms.map((term) => split(named(term))[0]));
  const common = terms.length > 0 ? split(named(terms[0] as Term))[0] : "";
  const found: { live: boolean; rows: Row[] }[] = [];
  for (const [index, term] of terms.entries()) {
    const [head, cell] = split(named(term));
    const name = cell !== "" && (heads.size === 1 || head === common) ? cell : named(term);
    const latest = found.at(-1);
    if (latest && !latest.live && !term.live) latest.rows.push({ term, index, name });
    else found.push({ live: term.live, rows: [{ term, index, name }] });
  }
  return found;
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
