// What every map of attention has: numbers over rows and columns, each of which opens, and the pixels that it speaks of.
import { fail } from "../../base/words/story.ts";
import type { Network } from "../../graph/network.ts";
import { type Account, settle } from "../../trace/account.ts";
import type { Derivation, Formula } from "../../trace/terms.ts";

/** Rows and columns of the picture, first and last. */
export interface Area {
  readonly rows: readonly [first: number, last: number];
  readonly columns: readonly [first: number, last: number];
}

export interface AttentionMap {
  readonly kind: "saliency" | "gradCam" | "occlusion";
  /** The number that the map is about, such as "logits[3]"; with its sample (@k) in a batch. */
  readonly target: string;
  /** How a cell is made, in general; z is the target. */
  readonly formula: Formula;
  /** What was chosen, by the caller or by default: channels, layer, the patch's size, stride and value. */
  readonly stated: Readonly<Record<string, string | number>>;
  /** Rows and columns of the map. */
  readonly shape: readonly [rows: number, columns: number];
  /** The cells, row first. */
  readonly data: Float64Array;
  /** What a cell is made of. Throws `attention.cell` where there is none. */
  at(row: number, column: number): Account;
  /** The pixels that a cell speaks of: the pixel itself, what its place in the layer sees, the patch. Undefined where that is padding alone.
   * Throws `attention.cell`. */
  area(row: number, column: number): Area | undefined;
}

/** "rows 3…8, column 2". */
export function areaText({ rows, columns }: Area): string {
  const span = (one: string, [first, last]: readonly [number, number]) =>
    first === last ? `${one} ${first}` : `${one}s ${first}…${last}`;
  return `${span("row", rows)}, ${span("column", columns)}`;
}

/** Height, width and channels of the pictures of a network; throws `attention.picture` where it takes none. */
export function pictureShape({ input }: Network, what: string): readonly [number, number, number] {
  if (input.length !== 3) fail("attention.picture", { what, shape: input });
  return [input[0], input[1], input[2]];
}

export function checkCell(what: string, shape: readonly [number, number], row: number, column: number): void {
  const inside = (k: number, size: number) => Number.isInteger(k) && k >= 0 && k < size;
  if (!inside(row, shape[0]) || !inside(column, shape[1])) fail("attention.cell", { what, shape, row, column });
}

/** The account of a cell, under a name such as "saliency(logits[3])[2,2]". The map's own arithmetic is float64 on every backend. */
export function mapAccount(name: string, kind: AttentionMap["kind"], derivation: Derivation, value: number): Account {
  return settle({ address: name, op: kind }, derivation, { value, dtype: "f64" });
}
