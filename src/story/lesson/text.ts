// A step of the lesson as text for a terminal of 80 columns and more; what is highlighted also stands in brackets.
import { formatNumber } from "../../trace/notation.ts";
import type { Block, Drawing, Matrix } from "./blocks.ts";
import type { LessonStep } from "./lesson.ts";

/** Columns that paragraphs and rows of matrices keep to. */
const columns = 80;

/** How a terminal sets words apart: bold, a colour. */
export type Emphasis = (text: string) => string;

/** A step as lines. `emphasis` is put on titles and highlighted cells; without it the text is plain. */
export function lessonToText(step: LessonStep, emphasis: Emphasis = (text) => text): string {
  const title = `${step.step}. ${step.title}`;
  const head = `${emphasis(title)}\n${"─".repeat(title.length)}`;
  return [head, ...step.blocks.map((block) => blockToText(block, emphasis))].join("\n\n");
}

function blockToText(block: Block, emphasis: Emphasis): string {
  switch (block.kind) {
    case "text":
      return wrap(block.text, columns).join("\n");
    case "formula":
      return wrap(block.text, columns - 4)
        .map((line, k) => `${k === 0 ? "  " : "    "}${line}`)
        .join("\n");
    case "table":
      return indent(aligned(block.rows, block.words));
    case "row":
      return indent(sideBySide(block.items.map((item) => pieceOf(item, emphasis))));
  }
}

const indent = (lines: readonly string[]) => lines.map((line) => `  ${line}`.trimEnd()).join("\n");

/** Words as lines of at most `width` characters; a longer word has a line of its own. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function aligned(rows: readonly (readonly string[])[], words: readonly number[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  const pad = (cell: string, column: number) =>
    words.includes(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  return rows.map((cells) => cells.map(pad).join("  ").trimEnd());
}

/** What stands side by side: lines, and how wide they are without the marks of emphasis. */
interface Piece {
  readonly lines: readonly string[];
  readonly width: number;
  readonly operator: boolean;
}

function pieceOf(item: Matrix | Drawing | string, emphasis: Emphasis): Piece {
  if (typeof item === "string") return { lines: [item], width: item.length, operator: true };
  if ("values" in item) return matrixPiece(item, emphasis);
  const width = Math.max(item.title.length, ...item.lines.map((line) => line.length));
  return { lines: [item.title, ...item.lines].map((line) => line.padEnd(width)), width, operator: false };
}

/** Title, column numbers, then every row behind its number; highlighted cells stand in brackets. */
function matrixPiece({ title, values, marked = [], first = 0 }: Matrix, emphasis: Emphasis): Piece {
  const cells = values.map((line) => line.map((value) => formatNumber(value)));
  const numbers = cells[0].map((_, j) => String(j + first).replace("-", "−"));
  const size = Math.max(...cells.flat().map((cell) => cell.length), ...numbers.map((number) => number.length));
  const margin = Math.max(...cells.map((_, i) => String(i + first).length));
  const isMarked = (i: number, j: number) => marked.some(([row, column]) => row === i && column === j);
  const draw = (cell: string, i: number, j: number) =>
    isMarked(i, j) ? emphasis(`[${cell.padStart(size)}]`) : ` ${cell.padStart(size)} `;
  const rowName = (i: number) =>
    String(i + first)
      .replace("-", "−")
      .padStart(margin);
  const body = cells.map((line, i) => `${rowName(i)} │${line.map((cell, j) => draw(cell, i, j)).join("")}`);
  const head = `${" ".repeat(margin + 2)}${numbers.map((number) => ` ${number.padStart(size)} `).join("")}`;
  const inner = head.length;
  const width = Math.max(title.length, inner);
  const fill = " ".repeat(width - inner);
  return {
    lines: [title.padEnd(width), head + fill, ...body.map((line) => line + fill)],
    width,
    operator: false,
  };
}

/** Pieces in one row, or in several where they are too wide together. */
function sideBySide(pieces: readonly Piece[]): string[] {
  const groups: Piece[][] = [[]];
  let width = 0;
  for (const piece of pieces) {
    const current = groups[groups.length - 1];
    if (current.length > 0 && width + 3 + piece.width > columns - 2) {
      groups.push([piece]);
      width = piece.width;
    } else {
      current.push(piece);
      width += (current.length > 1 ? 3 : 0) + piece.width;
    }
  }
  return groups.flatMap((group, k) => (k === 0 ? joined(group) : ["", ...joined(group)]));
}

function joined(group: readonly Piece[]): string[] {
  const height = Math.max(...group.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, line) => group.map((piece) => lineOf(piece, line, height)).join("   "));
}

/** Operators stand in the middle of the rows, below title and column numbers. */
function lineOf({ lines, width, operator }: Piece, line: number, height: number): string {
  const found = operator ? (line === Math.floor((height + 2) / 2) ? lines[0] : undefined) : lines[line];
  return found ?? " ".repeat(width);
}
