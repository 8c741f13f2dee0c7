// The cells of a matrix as plain data, made in one pass over its plane: a cell, and a row, that is as it was stays the same object, so that only what
// has changed is drawn anew.
import { addressOf, offsetOf, splitAddress } from "../cells.ts";

/** What is said of a cell beside its number: "asked" is a paper cell with a question mark, and "now" the cell that the moment speaks of. */
export type Mark = "winner" | "loser" | "shut" | "edited" | "asked" | "now" | "";

/** How a number looks in its plane. */
export interface Look {
  /** "" where the cell is too small for it. */
  readonly text: string;
  /** How it is read out. */
  readonly spoken: string;
  /** Fill and ink. */
  readonly paint: string;
  /** Beyond what the colours reach to. */
  readonly outside: boolean;
}

/** What follows from the number alone. */
export interface NumberCell extends Look {
  readonly row: number;
  readonly column: number;
  readonly address: string;
  readonly value: number;
}

export interface MatrixCell {
  readonly number: NumberCell;
  /** Cells that are not yet there are paper. */
  readonly there: boolean;
  readonly mark: Mark;
  readonly held: boolean;
  /** The tab stop. */
  readonly home: boolean;
}

/** What is needed of a tensor. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** One plane of a tensor: the indices behind row and column; a flat tensor is one column. */
export interface PlaneOf {
  readonly name: string;
  readonly tensor: Numbers;
  readonly rest: readonly number[];
}

export type Rows<T> = readonly (readonly T[])[];

export function sidesOf({ shape }: Numbers): readonly [rows: number, columns: number] {
  return [shape[0] ?? 1, shape.length < 2 ? 1 : (shape[1] ?? 1)];
}

export function cellIn({ tensor: { shape }, rest }: PlaneOf, row: number, column: number): readonly number[] {
  if (shape.length === 0) return [];
  return shape.length === 1 ? [row] : [row, column, ...rest];
}

export function valueIn(plane: PlaneOf, row: number, column: number): number {
  const { shape, data } = plane.tensor;
  return data[offsetOf(shape, cellIn(plane, row, column))] ?? Number.NaN;
}

/** Row and column of an address in the plane; undefined where it is of another. */
export function placeIn(
  { name, tensor: { shape }, rest }: PlaneOf,
  address: string,
): readonly [number, number] | undefined {
  const { name: of, cell } = splitAddress(address);
  const fits =
    of === name && cell.length === shape.length && cell.slice(2).join() === (shape.length < 2 ? "" : rest.join());
  const [row = 0, column = 0] = cell;
  return fits && row < (shape[0] ?? 1) && column < (shape[1] ?? 1) ? [row, column] : undefined;
}

/** Letters of the longest number of a plane. */
export function longestIn(plane: PlaneOf, text: (value: number) => string): number {
  const [rows, columns] = sidesOf(plane.tensor);
  const values = new Set<number>();
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) values.add(valueIn(plane, row, column));
  let longest = 1;
  for (const value of values) longest = Math.max(longest, text(value).length);
  return longest;
}

/** Makes a value from the one before it, and keeps it for the next. */
export function kept<T>(first: T): (make: (before: T) => T) => T {
  let last = first;
  return (make) => {
    last = make(last);
    return last;
  };
}

/** The rows anew; what is the same as before in all fields is the one from before. */
function renewed<T extends object>(
  before: Rows<T>,
  rows: number,
  columns: number,
  make: (row: number, column: number) => T,
): Rows<T> {
  return Array.from({ length: rows }, (_, row) => {
    const old = before[row];
    let same = old?.length === columns;
    const line = Array.from({ length: columns }, (_, column) => {
      const [was, is] = [old?.[column], make(row, column)];
      if (was && equal(was, is)) return was;
      same = false;
      return is;
    });
    return old && same ? old : line;
  });
}

function equal<T extends object>(one: T, other: T): boolean {
  for (const key in one) if (!Object.is(one[key], other[key])) return false;
  return true;
}

/** The numbers of a plane; each value is looked at once. */
export function numberCells(plane: PlaneOf, look: (value: number) => Look, before: Rows<NumberCell>): Rows<NumberCell> {
  const [rows, columns] = sidesOf(plane.tensor);
  const looks = new Map<number, Look>();
  return renewed(before, rows, columns, (row, column) => {
    const value = valueIn(plane, row, column);
    // −0 and 0 are one key and look the same.
    const found = looks.get(value) ?? look(value);
    looks.set(value, found);
    return { row, column, address: addressOf(plane.name, cellIn(plane, row, column)), value, ...found };
  });
}

export interface Standing {
  readonly written: (row: number, column: number) => boolean;
  readonly mark: (row: number, column: number) => Mark;
  readonly held: readonly [number, number] | undefined;
  readonly home: readonly [number, number];
}

/** The cells with what is said of them now. */
export function matrixCells(
  numbers: Rows<NumberCell>,
  { written, mark, held, home }: Standing,
  before: Rows<MatrixCell>,
): Rows<MatrixCell> {
  return renewed(before, numbers.length, numbers[0]?.length ?? 0, (row, column) => ({
    number: (numbers[row] as readonly NumberCell[])[column] as NumberCell,
    there: written(row, column),
    mark: mark(row, column),
    held: held?.[0] === row && held[1] === column,
    home: home[0] === row && home[1] === column,
  }));
}
