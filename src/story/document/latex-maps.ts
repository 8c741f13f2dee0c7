// Maps as LaTeX: small ones as cells with numbers, large ones as fine rectangles, a run of one colour a rectangle; always the light colours.
import { fillOf, inkOn, palettes } from "../look/colours.ts";
import { showNumber } from "../look/numbers.ts";
import { legendOf, type Scale } from "../look/scales.ts";
import { isNumbered, type Maps, type Plane, strength } from "./blocks.ts";
import { texCode, texNumber, texText } from "./latex-words.ts";

/** Room in millimetres: the lines of the page, the side of a cell with a number in it. */
const page = 170;
const numberedCell = 9;

/** Characters of a number that fit a cell. */
const widestNumber = 6;

/** More numbered planes than this of one tensor are drawn without numbers. */
const mostNumbered = 12;

/** What a document that holds maps defines: a run of one colour, a cell with a number, a plane with its caption, frames. */
export const mapMacros = [
  "\\newlength{\\cellw}\\newlength{\\cellh}",
  "% A run of #1 cells. Each rectangle reaches a little under the next, so that no page shows seams.",
  "\\newcommand{\\run}[2]{{\\color[HTML]{#2}\\vrule width \\dimexpr#1\\cellw+0.1pt\\relax height \\cellh depth 0.1pt}\\kern-0.1pt}",
  "\\newcommand{\\num}[3]{{\\color[HTML]{#1}\\rlap{\\vrule width \\cellw height \\cellh}}{\\color[HTML]{#2}\\hbox to \\cellw{\\hss\\raise 0.38\\cellh\\hbox{\\smash{\\fontsize{6}{6}\\selectfont #3}}\\hss}}}",
  "\\newcommand{\\edge}[1]{\\hbox to \\cellw{\\hss\\tiny\\color[HTML]{66666F}#1\\hss}}",
  "\\newcommand{\\side}[1]{\\hbox to 3mm{\\vrule width 0pt height \\cellh\\raise 0.38\\cellh\\hbox{\\smash{\\tiny\\color[HTML]{66666F}#1}}\\hss}}",
  "% A plane: caption, width of the whole, rows.",
  "\\newcommand{\\plane}[3]{\\mbox{\\vbox{\\offinterlineskip\\if\\relax\\detokenize{#1}\\relax\\else\\hbox to #2{\\vphantom{Ag}\\scriptsize #1\\hss}\\kern 2pt\\fi\\hbox to #2{#3\\hss}}}\\hspace{3mm plus 1mm}}",
  "\\newcommand{\\rows}[1]{\\vbox{\\offinterlineskip #1}}",
  "% Frames: solid around values, dashed around gradients.",
  "\\newcommand{\\solid}[3]{\\rlap{#3}{\\unitlength=1mm\\color[HTML]{66666F}\\begin{picture}(#1,#2)\\put(0,0){\\framebox(#1,#2){}}\\end{picture}}}",
  "\\newcommand{\\dashed}[3]{\\rlap{#3}{\\unitlength=1mm\\color[HTML]{3A3A41}\\begin{picture}(#1,#2)\\multiput(0,0)(0,#2){2}{\\dashes{#1}}\\multiput(0,0)(#1,0){2}{\\dashesup{#2}}\\end{picture}}}",
  "\\newcommand{\\dashes}[1]{\\hbox to #1mm{\\xleaders\\hbox to 1.5mm{\\vrule width 0.9mm height 0.2pt depth 0.2pt\\hss}\\hfill}}",
  "\\newcommand{\\dashesup}[1]{\\vbox to #1mm{\\xleaders\\vbox to 1.5mm{\\hrule height 0.9mm width 0.4pt\\vss}\\vfill}}",
];

/** A tensor's planes under a line with its name, its legend and, for a gradient, the sign ∂. */
export function texMaps({ title, planes, count, scale, note }: Maps): string {
  const numbered = isNumbered(planes[0]) && planes.length <= mostNumbered;
  const [width, height] = numbered ? [numberedCell, numberedCell] : cellSize(planes);
  const power = numbered ? powerOf(planes) : 0;
  const drawn = planes.map((plane) =>
    numbered ? numberedPlane(plane, scale, power) : finePlane(plane, scale, width, height),
  );
  const left = planes.length < count ? `the strongest ${planes.length} of ${count}` : "";
  const told = [note, left, captionNote(planes, numbered)].filter((fact) => fact !== "").map(texText);
  const facts = power === 0 ? told : [...told, `numbers times $10^{-${power}}$`];
  return [
    `\\par\\smallskip{\\small ${scale.gradient ? "$\\partial$\\ " : ""}${texCode(title)}\\quad ${legend(scale)}${facts.map((fact) => `\\quad ${fact}`).join("")}}\\par\\nopagebreak`,
    `{\\setlength{\\cellw}{${mm(width)}}\\setlength{\\cellh}{${mm(height)}}\\noindent\\raggedright`,
    ...drawn,
    "\\par}\\smallskip",
  ].join("\n");
}

/** What the short captions of fine planes are. */
function captionNote(planes: readonly Plane[], numbered: boolean): string {
  if (numbered || planes[0].short === "") return "";
  return `from ${planes[0].caption} to ${planes[planes.length - 1].caption}`;
}

/** The side of the cells of planes that show no numbers: one plane may be large, several stand side by side, lists are flat. */
function cellSize([{ rows }, ...others]: readonly Plane[]): [width: number, height: number] {
  const [height, width] = [rows.length, rows[0].length];
  const room = others.length === 0 ? (height * 3 < width ? page - 2 : 56) : others.length < 4 ? 40 : 24.5;
  const side = Math.min(3, room / width);
  return [side, Math.max(side, height * 3 < width ? 2 : 0)].map((size) => Number(size.toFixed(3))) as [number, number];
}

const mm = (size: number) => `${Number(size.toFixed(3))}mm`;

const hex = (fill: string) => fill.slice(1).toUpperCase();

/** Numbers that are too long for a cell are written without a power of ten that all of them share: 0.00061 as 0.61, and the line above the
 * map says "times 10⁻³". */
function powerOf(planes: readonly Plane[]): number {
  const texts = planes.flatMap(({ rows }) => rows.flat().map((value) => showNumber(value, 3).text));
  if (texts.every((text) => text.length <= widestNumber)) return 0;
  const power = -Number(
    Math.max(...planes.map(strength))
      .toExponential()
      .split("e")[1],
  );
  return 3 * Math.max(0, Math.ceil(power / 3));
}

function numberedPlane({ caption, rows }: Plane, scale: Scale, power: number): string {
  const head = `\\hbox{\\hbox to 3mm{}${rows[0].map((_, column) => `\\edge{${column}}`).join("")}}\\kern 2pt`;
  const body = rows
    .map((row) => `\\hbox{${row.map((value) => numberedCellOf(value, scale, power)).join("")}}`)
    .join("%\n");
  const [width, height] = [rows[0].length * numberedCell, rows.length * numberedCell];
  const indices = rows.map((_, row) => `\\hbox{\\side{${row}}}`).join("");
  const framed = frame(scale, width, height, `\\rows{${body}}`);
  return `\\plane{${texText(caption)}}{${mm(width + 3)}}{\\rows{${head}\\hbox{\\rows{${indices}}${framed}}}}%`;
}

/** Three digits, as many as a cell has room for. */
function numberedCellOf(value: number, scale: Scale, power: number): string {
  const fill = fillOf(scale, value, "light");
  const [digits, exponent] = value.toExponential().split("e");
  const shown = Number(`${digits}e${Number(exponent) + power}`);
  return `\\num{${hex(fill)}}{${hex(inkOn(fill))}}{${texNumber(showNumber(shown, 3).text)}}`;
}

function finePlane({ short, rows }: Plane, scale: Scale, cellWidth: number, cellHeight: number): string {
  const body = rows.map((row) => `\\hbox{${runs(row, scale)}}`).join("%\n");
  const [width, height] = [rows[0].length * cellWidth, rows.length * cellHeight];
  return `\\plane{${texText(short)}}{${mm(width)}}{${frame(scale, width, height, `\\rows{${body}}`)}}%`;
}

/** Neighbours of one colour as one rectangle. */
function runs(row: readonly number[], scale: Scale): string {
  const found: { fill: string; count: number }[] = [];
  for (const value of row) {
    const fill = hex(fillOf(scale, value, "light"));
    const last = found.at(-1);
    if (last?.fill === fill) last.count++;
    else found.push({ fill, count: 1 });
  }
  return found.map(({ fill, count }) => `\\run{${count}}{${fill}}`).join("");
}

function frame({ gradient }: Scale, width: number, height: number, content: string): string {
  return `${gradient ? "\\dashed" : "\\solid"}{${Number(width.toFixed(3))}}{${Number(height.toFixed(3))}}{${content}}`;
}

/** The ends of the scale with the colours between them. */
function legend(scale: Scale): string {
  const { low, high } = legendOf(scale);
  const from = scale.role === "signed" ? -scale.domain : 0;
  const steps = 20;
  const row = Array.from({ length: steps + 1 }, (_, k) => from + ((scale.domain - from) * k) / steps);
  return `${texText(low)}\\,{\\setlength{\\cellw}{1.2mm}\\setlength{\\cellh}{2mm}\\hbox{${runs(row, scale)}}}\\,${texText(high)}`;
}

/** The blue of a positive number, for bars. */
export const barColour = hex(palettes.light.positive);
