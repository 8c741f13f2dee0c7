// What a document of a story is made of, before it is written in any form: sections of paragraphs, tables, formulas and maps.
import type { Account } from "../../trace/account.ts";
import type { Formula } from "../../trace/terms.ts";
import type { Scale } from "../look/scales.ts";

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "table"; readonly table: Table }
  /** Of a cell, with its address, which the formula as text begins with; or in general. */
  | { readonly kind: "formula"; readonly formula: Formula; readonly address?: string }
  | { readonly kind: "maps"; readonly maps: Maps }
  | { readonly kind: "stamp"; readonly text: string };

/** The first row is the head. Columns of `words` and of `code` (addresses) stand on the left, the others, which are numbers, on the
 * right; `bars` are shares 0…1, one a row after the head. */
export interface Table {
  readonly rows: readonly (readonly string[])[];
  readonly words?: readonly number[];
  readonly code?: readonly number[];
  readonly bars?: readonly number[];
}

/** The planes of one tensor on one scale. */
export interface Maps {
  /** The tensor's address, or what a map is. */
  readonly title: string;
  readonly scale: Scale;
  /** In the order of their channels; where some are left out, those with the largest numbers are here. */
  readonly planes: readonly Plane[];
  /** How many there are in all. */
  readonly count: number;
  /** Said beside the title, such as how the numbers are laid out. */
  readonly note: string;
}

export interface Plane {
  /** Empty where it is the only one. */
  readonly caption: string;
  /** The same where there is little room: the indices alone. */
  readonly short: string;
  readonly rows: readonly (readonly number[])[];
}

export const text = (...parts: readonly string[]): Block => ({
  kind: "text",
  text: parts.filter((part) => part !== "").join(" "),
});

export const formula = (written: Formula): Block => ({ kind: "formula", formula: written });

export const accountFormula = ({ formula: written, address }: Account): Block => ({
  kind: "formula",
  formula: written,
  address,
});

export const table = (written: Table): Block => ({ kind: "table", table: written });

/** Whether a plane is small enough that its numbers stand in its cells; a list may be longer than a row of a map. */
export function isNumbered({ rows }: Pick<Plane, "rows">): boolean {
  const [height, width] = [rows.length, rows[0].length];
  return (height <= 8 && width <= 8) || (height === 1 && width <= 12) || (height <= 12 && width <= 4);
}

/** The planes with the largest numbers, at most `most` of them, in their order. */
export function strongestPlanes(planes: readonly Plane[], most: number): readonly Plane[] {
  if (planes.length <= most) return planes;
  const strongest = new Set([...planes].sort((a, b) => strength(b) - strength(a)).slice(0, most));
  return planes.filter((plane) => strongest.has(plane));
}

/** The largest size of a number of a plane. */
export function strength({ rows }: Plane): number {
  return rows.reduce((most, row) => row.reduce((best, value) => Math.max(best, Math.abs(value)), most), 0);
}
