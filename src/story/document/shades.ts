// Planes in characters: shades for the size of a number, a sign beside it where there are two.
import { shades } from "../lesson/draw.ts";
import type { Scale } from "../look/scales.ts";
import type { Plane } from "./blocks.ts";

/** The widest picture in cells of two characters; larger ones are brought down by whole cells. */
const widest = 36;

/** A plane in shades: empty is 0, full the end of the scale. Signed numbers have their sign as the second character of a cell. */
export function shadesOf({ rows }: Plane, { role, domain }: Scale): string[] {
  const cells = shrunk(rows, Math.ceil(rows[0].length / widest));
  const drawn = shades(cells.map((row) => row.map((value) => 255 * Math.abs(value / domain))));
  if (role !== "signed") return drawn;
  return drawn.map((line, i) => cells[i].map((value, j) => signed(line[2 * j], value)).join(""));
}

function signed(ink: string, value: number): string {
  return ink === " " ? "  " : `${ink}${value < 0 ? "−" : "+"}`;
}

/** Means of squares of `side` × `side` cells; those at the right and lower edge may be smaller. */
function shrunk(rows: readonly (readonly number[])[], side: number): readonly (readonly number[])[] {
  if (side === 1) return rows;
  const [height, width] = [rows.length, rows[0].length].map((size) => Math.ceil(size / side));
  return Array.from({ length: height }, (_, i) =>
    Array.from({ length: width }, (_, j) => {
      const square = rows.slice(i * side, (i + 1) * side).flatMap((row) => row.slice(j * side, (j + 1) * side));
      return square.reduce((sum, value) => sum + value, 0) / square.length;
    }),
  );
}
