// Drawings in characters: shades of grey, points in a coordinate system, bars. They need no colour.
import { formatNumber } from "../../trace/notation.ts";

const inks = " ░▒▓█";

/** A grey picture 0…255: one cell is two characters wide, so that it looks square. */
export function shades(values: readonly (readonly number[])[]): string[] {
  const ink = (value: number) => inks[Math.round((Math.min(255, Math.max(0, value)) / 255) * (inks.length - 1))];
  return values.map((line) => line.map((value) => ink(value).repeat(2)).join(""));
}

/** A larger picture: each character is the mean of a pixel and the one below it; empty lines are left out. */
export function halfShades(values: readonly (readonly number[])[]): string[] {
  const pairs = Array.from({ length: Math.floor(values.length / 2) }, (_, i) =>
    values[2 * i].map((value, j) => (value + values[2 * i + 1][j]) / 2),
  );
  const drawn = pairs.map((line) => shades([line])[0].replace(/(.)\1/g, "$1"));
  return drawn.filter((line) => line.trim() !== "");
}

export type Point = readonly [x: number, y: number];

/** Points drawn with one character each; later series lie on top. */
export interface Series {
  readonly mark: string;
  readonly points: readonly Point[];
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Digits of the numbers at the axes; default 4. */
  readonly digits?: number;
}

/** Points between their least and greatest x and y, with these four numbers at the axes; points that are not finite are left out. */
export function plot(series: readonly Series[], { width, height, digits = 4 }: Frame): string[] {
  const drawn = series.map(({ mark, points }) => ({ mark, points: points.filter(isFinitePoint) }));
  const all = drawn.flatMap(({ points }) => points);
  const [xs, ys] = [0, 1].map((axis) => rangeOf(all.map((point) => point[axis])));
  const grid = Array.from({ length: height }, () => new Array<string>(width).fill(" "));
  for (const { mark, points } of drawn) {
    for (const [x, y] of points) grid[height - 1 - placeOf(y, ys, height)][placeOf(x, xs, width)] = mark;
  }
  const [low, high] = ys.map((y) => formatNumber(y, digits));
  const margin = Math.max(low.length, high.length);
  const label = (line: number) => (line === 0 ? high : line === height - 1 ? low : "").padStart(margin);
  const [left, right] = xs.map((x) => formatNumber(x, digits));
  return [
    ...grid.map((line, k) => `${label(k)} ┤${line.join("")}`.trimEnd()),
    `${" ".repeat(margin + 1)}└${"─".repeat(width)}`,
    `${" ".repeat(margin + 2)}${left}${right.padStart(width - left.length)}`,
  ];
}

const isFinitePoint = ([x, y]: Point) => Number.isFinite(x) && Number.isFinite(y);

/** Least and greatest; a single value gets room above it, and nothing at all 0…1. */
function rangeOf(values: readonly number[]): Point {
  if (values.length === 0) return [0, 1];
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [least, greatest] = [Math.min(least, value), Math.max(greatest, value)];
  return least < greatest ? [least, greatest] : [least, least + 1];
}

function placeOf(value: number, [least, greatest]: Point, size: number): number {
  return Math.round(((value - least) / (greatest - least)) * (size - 1));
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A share 0…1 as a bar of at most `width` characters, to an eighth of one. */
export function bar(share: number, width: number): string {
  const parts = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  return `${"█".repeat(Math.floor(parts / 8))}${eighths[parts % 8]}`;
}
