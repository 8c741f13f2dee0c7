// Maps and patches in characters for a terminal: shades with a legend, the places and pixels that excite a filter.
import { formatNumber, isRounded } from "../../trace/notation.ts";
import { shades } from "../lesson/draw.ts";
import { legendOf, scaleFor } from "../look/scales.ts";
import { type AttentionMap, areaText } from "./map.ts";
import type { ExcitingPatch, FilterPatches } from "./patches.ts";

/** Cells in a line; a wider map is drawn in blocks. */
const widest = 39;

/** Patches that stand side by side in a line at most, within 80 columns. */
const columns = 78;

const titles: Readonly<Record<AttentionMap["kind"], string>> = {
  saliency: "Saliency",
  gradCam: "Grad-CAM",
  occlusion: "Occlusion",
};

/** Marks of numbers below 0, as strong as the shades in their places. */
const negative: Readonly<Record<string, string>> = { "░": ".", "▒": "-", "▓": "=", "█": "#" };

/** A map as lines: what it is, its formula, what was chosen, the cells as shades (two characters each), and the legend. Cells below 0, which only an
 * occlusion map has, are drawn with other marks. A map wider than 39 cells is drawn in blocks, each as its strongest cell. */
export function attentionToText(map: AttentionMap): string {
  const { kind, target, formula, stated, shape } = map;
  const block = Math.ceil(Math.max(shape[1] / widest, 1));
  const cells = blocksOf(map, block);
  const scale = scaleFor(kind === "occlusion" ? "signed" : "positive", false, greatest(map.data));
  const lines = cells.map((line) => line.map((value) => drawn(value, scale.domain)).join(""));
  const edge = "─".repeat(2 * cells[0].length);
  const chosen = Object.entries(stated).map(([name, value]) => `${name} ${said(value)}`);
  const legend = kind === "occlusion" ? "shades ░▒▓█ above 0, marks . - = # below" : "blank ░▒▓█";
  const size = block > 1 ? `; each cell is the strongest of ${block}×${block}` : "";
  return [
    `${titles[kind]} of ${target}: ${formula.text}, z = ${target}`,
    `${shape.join("×")} cells; ${chosen.join(", ")}`,
    `┌${edge}┐`,
    ...lines.map((line) => `│${line}│`),
    `└${edge}┘`,
    `${legendOf(scale).text}, ${legend}${size}`,
    strongestLine(map),
  ].join("\n");
}

/** Where the largest size stands; the first of equal ones. */
function strongestLine(map: AttentionMap): string {
  const top = greatest(map.data);
  const place = Math.max(
    0,
    map.data.findIndex((value) => Math.abs(value) === top),
  );
  const [row, column] = [Math.floor(place / map.shape[1]), place % map.shape[1]];
  const area = map.area(row, column);
  const pixels = area && map.kind !== "saliency" ? `, pixels of ${areaText(area)}` : "";
  return `strongest: row ${row}, column ${column}: ${said(map.data[place])}${pixels}`;
}

/** The greatest size; numbers that are none are passed over. */
function greatest(values: Float64Array): number {
  return values.reduce((most, value) => (Math.abs(value) > most ? Math.abs(value) : most), 0);
}

function blocksOf({ data, shape: [height, width] }: AttentionMap, block: number): number[][] {
  return Array.from({ length: Math.ceil(height / block) }, (_, i) =>
    Array.from({ length: Math.ceil(width / block) }, (_, j) => {
      let strongest = 0;
      for (let row = i * block; row < Math.min(height, (i + 1) * block); row++) {
        for (let column = j * block; column < Math.min(width, (j + 1) * block); column++) {
          const value = data[row * width + column];
          if (Number.isNaN(value) || Math.abs(value) > Math.abs(strongest)) strongest = value;
        }
      }
      return strongest;
    }),
  );
}

function drawn(value: number, domain: number): string {
  if (Number.isNaN(value)) return "??";
  const [ink] = shades([[(255 * Math.abs(value)) / domain]]);
  return value < 0 ? ink.replace(/./g, (mark) => negative[mark] ?? mark) : ink;
}

function said(value: string | number): string {
  return typeof value === "string" ? value : `${isRounded(value) ? "≈ " : ""}${formatNumber(value)}`;
}

/** The patches of filters as lines: each patch with its picture, class, cell, value and pixels, then the pixels of the first ones as shades. `classes` names the labels. */
export function patchesToText(found: readonly FilterPatches[], classes?: readonly string[]): string {
  const legend = "shades: each patch from its darkest pixel (blank) to its brightest (█), channels as their mean";
  return [...found.map((filter) => filterToText(filter, classes)), legend].join("\n\n");
}

function filterToText({ layer, filter, patches }: FilterPatches, classes?: readonly string[]): string {
  const silent = patches.every(({ value }) => value === 0);
  const rows = patches.map(({ picture, label, address, value, area }) => [
    `picture ${picture}`,
    classes?.[label] ?? `class ${label}`,
    `${address} ${isRounded(value) ? "≈" : "="} ${formatNumber(value)}`,
    area ? `pixels of ${areaText(area)}` : "sees padding alone",
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  return [
    `${layer}, filter ${filter}${silent ? ": gives 0 on every picture" : ""}`,
    ...rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`),
    ...(silent ? [] : sideBySide(patches)),
  ]
    .join("\n")
    .trimEnd();
}

/** The first patches that fit side by side. */
function sideBySide(patches: readonly ExcitingPatch[]): string[] {
  const pieces: string[][] = [];
  let width = 2;
  for (const { pixels } of patches) {
    width += 2 * pixels.shape[1] + 2;
    if (pixels.data.length === 0 || width > columns) break;
    pieces.push(pictureOf(pixels));
  }
  const height = Math.max(0, ...pieces.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    `    ${pieces.map((lines) => lines[line] ?? " ".repeat(lines[0].length)).join("  ")}`.trimEnd(),
  );
}

function pictureOf({ shape: [height, width, channels], data }: ExcitingPatch["pixels"]): string[] {
  const grey = Array.from({ length: height }, (_, i) =>
    Array.from({ length: width }, (_, j) => {
      const from = (i * width + j) * channels;
      return data.subarray(from, from + channels).reduce((sum, value) => sum + value / channels, 0);
    }),
  );
  const least = Math.min(...grey.flat());
  const range = Math.max(...grey.flat()) - least;
  return shades(grey.map((line) => line.map((value) => (range === 0 ? value : (255 * (value - least)) / range))));
}
