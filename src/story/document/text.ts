// A story as text for a terminal: small maps as numbers, the strongest of the larger ones in shades.

import { type Block as Lines, row, table, text } from "../lesson/blocks.ts";
import { bar } from "../lesson/draw.ts";
import { type Emphasis, lessonToText } from "../lesson/text.ts";
import { shapeText } from "../look/numbers.ts";
import { legendOf } from "../look/scales.ts";
import { type Block, isNumbered, type Maps, strongestPlanes, type Table } from "./blocks.ts";
import { outlineOf } from "./outline.ts";
import { shadesOf } from "./shades.ts";
import type { Story } from "./story.ts";

/** Up to so many planes of one tensor are all written as numbers; of more, the strongest two. */
const mostNumbered = 6;

/** Columns of numbers that fit a line; longer lists stand in the tables. */
const widestMatrix = 8;

const barWidth = 24;

/** The story as lines of at most 80 columns where numbers allow it. `emphasis` is put on titles. */
export function storyToText(story: Story, emphasis: Emphasis = (line) => line): string {
  const sections = outlineOf(story).map(({ title, blocks }, k) => {
    const lines = blocks.flatMap(linesOf);
    return lessonToText({ step: k + 1, title, values: {}, accounts: [], blocks: lines }, emphasis);
  });
  return [emphasis(story.title), ...sections].join("\n\n\n");
}

function linesOf(block: Block): Lines[] {
  switch (block.kind) {
    case "text":
      return [text(block.text)];
    case "formula":
      return [{ kind: "formula", text: block.formula.text }];
    case "table":
      return [tableOf(block.table)];
    case "maps":
      return mapsOf(block.maps);
    case "stamp":
      return block.text.split("\n").map((line) => text(line));
  }
}

function tableOf({ rows, words = [], code = [], bars }: Table): Lines {
  const columns = [...words, ...code];
  if (!bars) return table(rows, columns);
  const drawn = rows.map((cells, k) => [...cells, k === 0 ? "" : bar(bars[k - 1], barWidth)]);
  return table(drawn, [...columns, rows[0].length]);
}

/** Small planes as numbers, the picture in shades too; of larger ones the strongest in shades. Large gradients stand in the table of
 * ranges alone. */
function mapsOf({ title, planes, count, scale, note }: Maps): Lines[] {
  const [plane] = strongestPlanes(planes, 1);
  const small = isNumbered(plane);
  if (small && plane.rows[0].length > widestMatrix) return [];
  const shown = count > mostNumbered ? strongestPlanes(planes, 2) : planes;
  const matrices = shown.map(({ caption, rows }) => ({ title: named(title, caption), values: rows }));
  const rest = count - shown.length;
  const numbers = small
    ? [row(...matrices), ...(rest > 0 ? [text(`The strongest ${shown.length} of ${count}.`)] : [])]
    : [];
  const inTable = scale.role === "signed" && (scale.gradient || plane.rows.length < 4);
  if (scale.role !== "pixel" && (small || inTable)) return numbers;
  const size = shapeText([plane.rows.length, plane.rows[0].length]);
  const which = count > 1 ? `, the strongest of ${count}` : "";
  const head = `${named(title, plane.caption)}${which}: ${size}, ${legendOf(scale).text}${note && `, ${note}`}`;
  return [row({ title: head, lines: shadesOf(plane, scale) }), ...numbers];
}

const named = (title: string, caption: string) => (caption === "" ? title : `${title}, ${caption}`);
