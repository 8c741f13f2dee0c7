// What a step of the lesson shows, as data: paragraphs, formulas, matrices, tables, drawings. A terminal, a page or a test reads the same.
import { offsetOf } from "../../base/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Account } from "../../trace/account.ts";
import { formatNumber } from "../../trace/notation.ts";

/** What one step of the lesson holds. */
export interface LessonContent {
  /** Numbers by name. A name that is an address speaks of the 6×6 network; others have a prefix, such as "example.". */
  readonly values: Readonly<Record<string, number>>;
  /** The step's main number first. Steps 2, 4 and 5 begin with those of the operation's worked example, in a network of that operation
   * alone. */
  readonly accounts: readonly Account[];
  readonly blocks: readonly Block[];
}

export type Cell = readonly [row: number, column: number];

export interface Matrix {
  readonly title: string;
  readonly values: readonly (readonly number[])[];
  /** Highlighted cells. */
  readonly marked?: readonly Cell[];
  /** Index of the first row and column; −1 where a border of padding is shown. Default 0. */
  readonly first?: number;
}

/** Lines of characters. */
export interface Drawing {
  readonly title: string;
  readonly lines: readonly string[];
}

export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "formula"; readonly text: string }
  /** Side by side; a text between two of them is an operator such as "=". */
  | { readonly kind: "row"; readonly items: readonly (Matrix | Drawing | string)[] }
  /** The first row is the head; columns of `words` are aligned left, the others, which are numbers, right. */
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[]; readonly words: readonly number[] };

export const text = (...parts: readonly string[]): Block => ({
  kind: "text",
  text: parts.filter((part) => part !== "").join(" "),
});

export const formula = (line: string): Block => ({ kind: "formula", text: line });

/** A change for the reader to try: the command line. */
export const suggestion = (step: number, change: string): Block =>
  formula(`Try: cutaway lesson ${step} --set "${change}"`);

export const row = (...items: readonly (Matrix | Drawing | string)[]): Block => ({ kind: "row", items });

export const table = (rows: readonly (readonly string[])[], words: readonly number[] = [0]): Block => ({
  kind: "table",
  rows,
  words,
});

/** Rows and columns of a tensor [rows, columns, …]; `rest` says which of the other indices. */
export function planeOf({ shape, data }: Tensor, ...rest: readonly number[]): number[][] {
  return Array.from({ length: shape[0] }, (_, i) =>
    Array.from({ length: shape[1] }, (_, j) => data[offsetOf(shape, [i, j, ...rest])]),
  );
}

/** The cells of a window whose first cell is (top, left). */
export function windowCells(height: number, width: number, top = 0, left = 0): Cell[] {
  return Array.from({ length: height * width }, (_, k) => [top + Math.floor(k / width), left + (k % width)] as const);
}

/** The terms of an account as a table: symbols, numbers, product, what the terms so far give. */
export function termTable({ terms }: Account, which: "all" | "live" = "all"): Block {
  const shown = which === "live" ? terms.filter((term) => term.live) : terms;
  let running = 0;
  const rows = shown.map(({ factors, value }) => {
    running += value;
    return [
      factors.map((factor) => factor.symbol).join(" · "),
      factors.map((factor) => formatNumber(factor.value)).join(" · "),
      formatNumber(value),
      formatNumber(running),
    ];
  });
  return table([["term", "numbers", "product", "sum so far"], ...rows], [0, 1]);
}
