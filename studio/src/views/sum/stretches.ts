// How a sum is laid out: its terms in order, zeros next to each other as one stretch; and where its running totals stand.
import type { Account } from "cutaway";

export type Term = Account["terms"][number];

/** A live term, or neighbours that are all zero, which a small screen folds. */
export interface Stretch {
  readonly live: boolean;
  readonly rows: readonly { readonly term: Term; readonly index: number }[];
}

export function stretchesOf(terms: readonly Term[]): readonly Stretch[] {
  const found: { readonly live: boolean; readonly rows: { readonly term: Term; readonly index: number }[] }[] = [];
  for (const [index, term] of terms.entries()) {
    const latest = found.at(-1);
    if (latest && !latest.live && !term.live) latest.rows.push({ term, index });
    else found.push({ live: term.live, rows: [{ term, index }] });
  }
  return found;
}

/** Where a total stands between the least and the greatest that the sum runs through, 0 among them: 0…100. */
export function placeOfTotal(terms: readonly Term[]): (total: number) => number {
  let [least, greatest] = [0, 0];
  for (const { running } of terms) [least, greatest] = [Math.min(least, running), Math.max(greatest, running)];
  const size = greatest - least || 1;
  return (total) => ((total - least) / size) * 100;
}
