// A matrix as a picture: one channel of a map or of a kernel, row first, origin top left, with indices, numbers and its legend.
import { formatNumber } from "../../trace/notation.ts";
import { shapeText } from "../look/numbers.ts";
import { legendOf, type Scale } from "../look/scales.ts";
import { attributes, escapeText } from "./markup.ts";
import {
  advance,
  type Box,
  cellOf,
  ink,
  legend,
  legendWidth,
  paint,
  picture,
  sans,
  type Themes,
  text,
  tone,
} from "./svg.ts";

export interface MatrixPicture {
  /** "conv1.out", "∂L/∂K": the caption, and what a cell's title begins with. */
  readonly name: string;
  /** Shape of the whole tensor, for the caption; default H×W. */
  readonly shape?: readonly number[];
  readonly rows: number;
  readonly columns: number;
  /** H·W numbers, row first. */
  readonly values: ArrayLike<number>;
  readonly scale: Scale;
  /** Indices behind row and column in a cell's title: the channel. */
  readonly rest?: readonly number[];
  /** Side of a cell in pixels; default what fits the count of columns. Numbers stand in cells of 24 and more. */
  readonly cell?: number;
  readonly selected?: readonly [row: number, column: number];
  /** Default "light", the set of exported figures. */
  readonly themes?: Themes;
}

/** More cells than this get no title of their own. */
const mostTitles = 1024;

/** The matrix as one SVG element. */
export function matrixToSvg(matrix: MatrixPicture): string {
  const { name, rows, columns, values, scale, selected, themes = "light" } = matrix;
  const side = matrix.cell ?? sideFor(columns);
  const unit = unitOf(values, side, scale);
  const shape = shapeText(matrix.shape ?? [rows, columns]);
  const margin = side >= 8 ? String(rows - 1).length * 11 * advance + 8 : 0;
  const [left, top] = [12 + margin, side >= 8 ? 48 : 34];
  const label = scale.gradient ? "∂" : "";
  const words = { legend: legendText(scale, label), unit: unit.words };
  const caption = (name.length + shape.length + (scale.gradient ? 3 : 0)) * 12 * advance + 24;
  const width = Math.max(left + columns * side, 12 + caption, 12 + legendWidth(label, scale, unit.words)) + 12;
  const height = top + rows * side + 36;
  const ring =
    selected === undefined
      ? ""
      : ringOf({ x: left + selected[1] * side, y: top + selected[0] * side, width: side, height: side }, themes);
  return picture(
    {
      width,
      height,
      themes,
      title: `${name}, ${shape}`,
      description: `${rows} rows, ${columns} columns. Colours: ${words.legend}${unit.words === "" ? "" : `; ${unit.words}`}.`,
    },
    [
      captionOf(name, shape, scale, themes),
      side >= 8 ? indices(rows, columns, side, left, top, themes) : "",
      cells(matrix, side, left, top, unit, themes),
      ring,
      legend(12, height - 16, label, scale, themes, unit.words),
    ],
  );
}

function legendText(scale: Scale, label: string): string {
  return [label, legendOf(scale).text].filter((word) => word !== "").join(" ");
}

/** 44 for what a reader looks at cell by cell, down to 1 for photographs. */
function sideFor(columns: number): number {
  if (columns <= 10) return 44;
  if (columns <= 16) return 32;
  if (columns <= 28) return 24;
  return columns <= 48 ? 16 : Math.max(1, Math.floor(768 / columns));
}

function captionOf(name: string, shape: string, { gradient }: Scale, themes: Themes): string {
  const step = 12 * advance;
  const parts = [
    text(12, 20, name, { colour: tone(themes, "ink"), weight: 600 }),
    text(12 + (name.length + 1) * step, 20, shape, { colour: tone(themes, "inkThird") }),
  ];
  if (gradient) {
    const x = 12 + (name.length + shape.length + 2) * step;
    const tag = { x, y: 9.5, width: 16, height: 15, fill: "none", "stroke-dasharray": "3 2" };
    parts.push(`<rect${attributes({ ...tag, ...paint("stroke", tone(themes, "dash")) })}/>`);
    parts.push(text(x + 8, 21, "∂", { colour: tone(themes, "ink"), anchor: "middle", family: sans }));
  }
  return parts.join("");
}

/** Every index where there is room, else every fifth or tenth. */
function indices(rows: number, columns: number, side: number, left: number, top: number, themes: Themes): string {
  const style = { colour: tone(themes, "inkThird"), size: side >= 24 ? 11 : 10 };
  const step = side >= 16 ? 1 : side >= 10 ? 5 : 10;
  const every = (count: number) => Array.from({ length: Math.ceil(count / step) }, (_, k) => k * step);
  const across = every(columns).map((j) =>
    text(left + (j + 0.5) * side, top - 7, String(j), { ...style, anchor: "middle" }),
  );
  const down = every(rows).map((i) =>
    text(left - 7, top + (i + 0.5) * side + 4, String(i), { ...style, anchor: "end" }),
  );
  return [...across, ...down].join("");
}

/** How the numbers in the cells are written: times a power of ten that the legend states, with how many digits. */
interface Unit {
  readonly factor: number;
  readonly digits: number;
  /** "≈" where cells show less than is stored, with the power of ten; "" where neither. */
  readonly words: string;
  /** Font size; 0 where there is no room for numbers. */
  readonly size: number;
  /** How many characters a cell holds. */
  readonly room: number;
}

const powers: Readonly<Record<string, string>> = {
  "-": "⁻",
  0: "⁰",
  1: "¹",
  2: "²",
  3: "³",
  4: "⁴",
  5: "⁵",
  6: "⁶",
  7: "⁷",
  8: "⁸",
  9: "⁹",
};

const noNumbers: Unit = { factor: 1, digits: 0, words: "", size: 0, room: 0 };

/** Numbers stand in all cells or, where one of them has no room, in none. */
function unitOf(values: ArrayLike<number>, side: number, { gradient }: Scale): Unit {
  if (side < 24) return noNumbers;
  const size = side >= 56 ? 13 : side >= 44 ? 12 : side >= 32 ? 11 : 10;
  const digits = side >= 56 ? 4 : side >= 44 ? 3 : 2;
  const room = Math.floor((side - (gradient ? 8 : 4)) / (size * advance));
  const all = Array.from(values);
  const largest = all.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
  const power = largest === 0 ? 0 : Number(largest.toExponential().split("e")[1]);
  const fits = all.every((value) => formatNumber(value, digits).length <= room);
  const exponent = !fits && (power < 0 || power > 3) ? 3 * Math.floor(power / 3) : 0;
  const factor = Number(`1e${-exponent}`);
  const unit = { factor, digits, size, room };
  const texts = all.map((value) => numberText(value, { ...unit, words: "" }));
  if (texts.includes(undefined)) return noNumbers;
  const short = texts.some((text, k) => Number.isFinite(all[k]) && Number(text?.replace("−", "-")) !== all[k] * factor);
  const times = exponent === 0 ? "" : `×10${[...String(exponent)].map((sign) => powers[sign]).join("")}`;
  return { ...unit, words: [short ? "≈" : "", times].filter((word) => word !== "").join(" ") };
}

/** With as many digits as there is room for, never fewer than stand before the point; undefined where these have no room. */
function numberText(value: number, { factor, digits, room }: Unit): string | undefined {
  const scaled = value * factor;
  const before = Math.abs(scaled) < 1 ? 1 : Math.trunc(Math.abs(scaled)).toFixed(0).length;
  for (let count = Math.max(digits, before); count >= before; count--) {
    const text = formatNumber(scaled, Math.min(count, 17));
    if (text.length <= room) return text;
  }
  return undefined;
}

function cells(matrix: MatrixPicture, side: number, left: number, top: number, unit: Unit, themes: Themes): string {
  const { name, rows, columns, values, scale, rest = [] } = matrix;
  const titled = rows * columns <= mostTitles;
  const parts: string[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const value = values[i * columns + j];
      const box = { x: left + j * side, y: top + i * side, width: side, height: side };
      const drawn = cellOf(box, scale, value, themes) + numberIn(box, value, scale, unit, themes);
      const title = `${name}[${[i, j, ...rest].join(",")}] = ${formatNumber(value, 17)}`;
      parts.push(titled ? `<g><title>${escapeText(title)}</title>${drawn}</g>` : drawn);
    }
  }
  return parts.join("");
}

function numberIn(box: Box, value: number, scale: Scale, unit: Unit, themes: Themes): string {
  const words = unit.size === 0 ? undefined : numberText(value, unit);
  if (words === undefined) return "";
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2 + 0.36 * unit.size];
  return text(x, y, words, { colour: ink(themes, scale, value), size: unit.size, anchor: "middle" });
}

/** Accent inside the cell and a line of paper inside that, so that no neighbour is covered and every fill keeps its colour. */
function ringOf({ x, y, width, height }: Box, themes: Themes): string {
  const ring = (inset: number, stroke: string, thick: number) =>
    `<rect${attributes({
      x: x + inset,
      y: y + inset,
      width: width - 2 * inset,
      height: height - 2 * inset,
      fill: "none",
      "stroke-width": thick,
      ...paint("stroke", stroke),
    })}/>`;
  return ring(1, tone(themes, "accent"), 2) + ring(2.5, tone(themes, "surface"), 1);
}
