// What may be answered to "how large is the map?": its size, and the sizes that known slips lead to, each with its cause.
import { describeMisreading, type MapAxis, sizeMisreadings } from "cutaway/story";

export interface SizeChoice {
  readonly rows: number;
  readonly columns: number;
  readonly right: boolean;
  /** How one comes to it, in a sentence; "" for the truth. */
  readonly cause: string;
}

/** Ascending; a slip is made along rows and columns alike. Empty where the node has no window. */
export function sizeChoices(axes: readonly MapAxis[]): readonly SizeChoice[] {
  const [down, across] = axes;
  if (!down || !across) return [];
  const found: SizeChoice[] = [{ rows: down.count, columns: across.count, right: true, cause: "" }];
  const [ofRows, ofColumns] = [down, across].map(
    (axis) => new Map(sizeMisreadings(axis).map(({ cause, value }) => [cause, value])),
  );
  for (const cause of new Set([...(ofRows?.keys() ?? []), ...(ofColumns?.keys() ?? [])])) {
    const [rows, columns] = [ofRows?.get(cause) ?? down.count, ofColumns?.get(cause) ?? across.count];
    if (found.some((other) => other.rows === rows && other.columns === columns)) continue;
    found.push({ rows, columns, right: false, cause: describeMisreading(cause) });
  }
  return found.sort((a, b) => a.rows - b.rows || a.columns - b.columns);
}
