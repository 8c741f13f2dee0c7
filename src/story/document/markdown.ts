// A story as Markdown: tables, formulas in LaTeX that GitHub renders, small maps as tables, larger ones in shades.
import { formatNumber } from "../../trace/notation.ts";
import type { Formula } from "../../trace/terms.ts";
import { bar } from "../lesson/draw.ts";
import { legendOf } from "../look/scales.ts";
import { type Block, isNumbered, type Maps, type Plane, strongestPlanes, type Table } from "./blocks.ts";
import { brokenAtEquals } from "./formulas.ts";
import { outlineOf } from "./outline.ts";
import { shadesOf } from "./shades.ts";
import type { Story } from "./story.ts";

/** Up to so many planes of one tensor are all written as tables; of more, the strongest two. */
const mostTables = 6;

const barWidth = 20;

/** The story as a Markdown document. Formulas stand in `math` blocks, in which no character means anything else. */
export function storyToMarkdown(story: Story): string {
  const sections = outlineOf(story).flatMap(({ title, blocks }) => [`## ${words(title)}`, ...blocks.flatMap(partsOf)]);
  return `${[`# ${words(story.title)}`, ...sections].join("\n\n")}\n`;
}

function partsOf(block: Block): string[] {
  switch (block.kind) {
    case "text":
      return [words(block.text)];
    case "formula":
      return [...(block.address === undefined ? [] : [`${code(block.address)}:`]), mathOf(block.formula)];
    case "table":
      return [tableOf(block.table)];
    case "maps":
      return mapsOf(block.maps);
    case "stamp":
      return [
        block.text
          .split("\n")
          .map((line) => `> ${words(line)}`)
          .join("\\\n"),
      ];
  }
}

/** Text whose characters mean themselves. */
function words(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_<>[\]|$#~]/g, "\\$&");
}

/** An address: it holds no backtick. */
const code = (text: string) => `\`${text}\``;

function mathOf({ latex }: Formula): string {
  const lines = brokenAtEquals(latex);
  const body = lines.length === 1 ? lines[0] : aligned(lines);
  return `\`\`\`math\n${body}\n\`\`\``;
}

function aligned([first, ...others]: readonly string[]): string {
  return [
    "\\begin{aligned}",
    [first, ...others].map((line, k) => (k === 0 ? `&${line}` : `&\\quad ${line}`)).join(" \\\\\n"),
    "\\end{aligned}",
  ].join("\n");
}

function tableOf({ rows, words: left = [], code: addresses = [], bars }: Table): string {
  const drawn = rows.map((cells, row) =>
    cells.map((cell, column) => (row > 0 && addresses.includes(column) ? code(cell) : words(cell))),
  );
  const full = bars ? drawn.map((cells, k) => [...cells, k === 0 ? "" : bar(bars[k - 1], barWidth)]) : drawn;
  const sides = full[0].map((_, column) =>
    left.includes(column) || addresses.includes(column) || column >= rows[0].length ? ":--" : "--:",
  );
  return grid(full[0], sides, full.slice(1));
}

function grid(head: readonly string[], sides: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, sides, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function mapsOf({ title, planes, count, scale, note }: Maps): string[] {
  const [plane] = strongestPlanes(planes, 1);
  const small = isNumbered(plane);
  const shown = small ? (count > mostTables ? strongestPlanes(planes, 2) : planes) : [];
  const rest = count - shown.length;
  const facts = [...(note ? [note] : []), ...(scale.gradient ? ["gradient"] : []), `scale ${legendOf(scale).text}`];
  const drawn = scale.role === "pixel" || (!small && plane.rows.length >= 4);
  const which = drawn && count > 1 ? [`the strongest of ${count} in shades: ${plane.caption}`] : [];
  const left = small && rest > 0 ? [`the strongest ${shown.length} of ${count}`] : [];
  return [
    `${code(title)}: ${words([...facts, ...which, ...left].join("; "))}.`,
    ...(drawn
      ? [
          `\`\`\`text\n${shadesOf(plane, scale)
            .map((line) => line.trimEnd())
            .join("\n")}\n\`\`\``,
        ]
      : []),
    ...shown.map(planeTable),
  ];
}

/** Indices in the margins. */
function planeTable({ caption, rows }: Plane): string {
  const head = [caption === "" ? "" : words(caption), ...rows[0].map((_, column) => String(column))];
  const body = rows.map((row, i) => [`**${i}**`, ...row.map((value) => formatNumber(value))]);
  return grid(
    head,
    head.map(() => "--:"),
    body,
  );
}
