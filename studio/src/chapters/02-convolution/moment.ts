// Where the window of a convolution stands at t: it moves in, waits for its products, and slides from cell to cell of the map.
import { between, easeInOut, stretch } from "../../widgets/motion.ts";

export interface Slide {
  /** Rows and columns of the map. */
  readonly rows: number;
  readonly columns: number;
  /** Beats before the first cell is written, the window's coming in among them; 0 where the first cell is written like the others. */
  readonly opening: number;
  /** Where the window comes from, in columns of the map's own steps. */
  readonly outside: number;
}

export interface Moment {
  /** The window in cells of the map, between two of them while it slides. */
  readonly row: number;
  readonly column: number;
  /** The cell of the map that is being made. */
  readonly place: number;
  /** How many cells are written. */
  readonly written: number;
  /** How far the cell that is being written has come, 0…1. */
  readonly arriving: number;
}

/** The part of a slide in which the window moves; in the rest the cell is written. */
const moving = 0.5;

/** t is more than 0. Cells are written in order, row by row. */
export function momentAt(t: number, { rows, columns, opening, outside }: Slide): Moment {
  const cell = (k: number) => [Math.floor(k / columns), k % columns] as const;
  if (t < opening) {
    const column = between(outside, 0, easeInOut(Math.min(1, t)));
    return { row: 0, column, place: 0, written: 0, arriving: stretch(t, opening - 1, opening) };
  }
  const last = rows * columns - 1;
  const first = opening > 0 ? 1 : 0;
  const k = Math.min(last, Math.floor(t - opening) + first);
  const v = Math.min(1, t - opening + first - k);
  const [from, to] = [cell(Math.max(0, k - 1)), cell(k)];
  const gone = easeInOut(stretch(v, 0, moving));
  return {
    row: between(from[0], to[0], gone),
    column: k === 0 ? between(outside, 0, gone) : between(from[1], to[1], gone),
    place: v < moving ? Math.max(0, k - 1) : k,
    written: v >= 1 ? k + 1 : k,
    arriving: stretch(v, moving, 1),
  };
}
