// Large maps as pictures: one pixel a number, the exact fills, one file a theme; range and shape in words.
import { fillOf, type Theme } from "../look/colours.ts";
import { shapeText } from "../look/numbers.ts";
import type { Scale } from "../look/scales.ts";
import { escapeText } from "../picture/markup.ts";
import { element, rangeText, startTag } from "./html.ts";
import type { Plane } from "./planes.ts";
import { type Picture, pngDataUri } from "./png.ts";

export interface Drawn {
  readonly name: string;
  readonly scale: Scale;
  readonly values: readonly number[];
}

/** How wide a map is on the page, about, and a row of pieces at most: three or two of those stand side by side. */
const [usual, narrowRow, wideRow] = [104, 296, 440];
const captionWidth = 106;

/** One plane as a figure: the image and, where it is one of several, its caption with the least and the greatest of its numbers. `side` asks for another width. */
export function pictureOf(plane: Plane, drawn: Drawn, index: number, side = usual): string {
  const { rows, columns, pieces, caption } = plane;
  const values = valuesOf(plane, drawn.values);
  const [least, greatest] = bounds(values);
  const range = rangeText(least, greatest, 3);
  const shape =
    pieces === 1 ? shapeText([rows, columns]) : `${pieces} pieces of ${shapeText([rows, columns / pieces])}`;
  const alt = [drawn.name, caption, shape, `from ${rangeText(least, greatest).replace(" … ", " to ")}`]
    .filter((part) => part !== "")
    .join(", ");
  const width = columns * pitchOf(plane, side);
  const style = pieces === 1 ? `--w:${width}px` : `--w:${width}px;--pieces:${pieces}`;
  const form = drawn.scale.gradient ? " g" : "";
  return element(
    "figure",
    { class: pieces === 1 ? `map${form}` : `map pieces${form}`, style },
    imageOf(plane, drawn.scale, values, { alt, "data-map": drawn.name, "data-plane": index }),
    caption === ""
      ? ""
      : element("figcaption", {}, element("span", {}, escapeText(caption)), element("span", { class: "range" }, range)),
  );
}

/** How wide a column of such figures is: what is written under a map needs room too. */
export function columnWidth(plane: Plane, side = usual): number {
  return Math.max(captionWidth, plane.columns * pitchOf(plane, side));
}

/** CSS pixels a cell: whole ones, so that all cells are alike. */
function pitchOf({ columns, pieces }: Plane, side: number): number {
  const room = pieces === 1 ? side : columns > 40 ? wideRow : narrowRow;
  return Math.max(1, Math.floor(room / columns));
}

/** The numbers of a plane, row first. */
function valuesOf({ rows, columns, position }: Plane, values: readonly number[]): number[] {
  return Array.from({ length: rows * columns }, (_, k) => values[position(Math.floor(k / columns), k % columns)]);
}

/** The least and the greatest of some numbers. */
export function bounds(values: readonly number[]): readonly [number, number] {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as readonly [number, number]);
}

/** Greys are the same on both themes; other fills come as two files, of which the reader's theme takes one. */
function imageOf(
  { rows, columns }: Plane,
  scale: Scale,
  values: readonly number[],
  more: Readonly<Record<string, string | number>>,
): string {
  const draw = (theme: Theme) => pngDataUri(painted(rows, columns, scale, values, theme));
  const image = startTag("img", { src: draw("light"), width: columns, height: rows, ...more });
  if (scale.role === "pixel") return element("span", { class: "frame" }, image);
  const dark = startTag("source", { media: "(prefers-color-scheme: dark)", srcset: draw("dark") });
  return element("picture", { class: "frame" }, dark, image);
}

function painted(height: number, width: number, scale: Scale, values: readonly number[], theme: Theme): Picture {
  const known = new Map<number, string>();
  const colours = values.map((value) => {
    const colour = known.get(value) ?? fillOf(scale, value, theme);
    known.set(value, colour);
    return colour;
  });
  return { width, height, colours };
}

/** A picture of three channels as it looks; each of them also stands by itself. */
export function colourPicture(
  [rows, columns]: readonly number[],
  values: readonly number[],
  name: string,
  side = usual,
): string {
  const byte = (value: number) =>
    Math.round(Math.min(255, Math.max(0, value)))
      .toString(16)
      .padStart(2, "0");
  const colours = Array.from(
    { length: rows * columns },
    (_, k) =>
      `#${values
        .slice(3 * k, 3 * k + 3)
        .map(byte)
        .join("")}`,
  );
  const alt = `${name} in colour, ${shapeText([rows, columns])}`;
  const src = pngDataUri({ width: columns, height: rows, colours });
  const style = `--w:${columns * Math.max(1, Math.floor(side / columns))}px`;
  const image = startTag("img", { src, width: columns, height: rows, alt });
  return element(
    "figure",
    { class: "map", style },
    element("span", { class: "frame" }, image),
    element("figcaption", {}, "in colour"),
  );
}
