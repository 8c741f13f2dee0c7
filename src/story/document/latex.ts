// A story as a LaTeX document for pdflatex: nothing beyond the packages of a stock TeX Live, no line over the margin.
import type { Block, Section, Table } from "./blocks.ts";
import { barColour, mapMacros, texMaps } from "./latex-maps.ts";
import { texCode, texMath, texText } from "./latex-words.ts";
import { outlineOf } from "./outline.ts";
import type { Story } from "./story.ts";

const preamble = [
  "\\documentclass[10pt,a4paper]{article}",
  "\\usepackage[utf8]{inputenc}",
  "\\usepackage[margin=20mm]{geometry}",
  "\\usepackage{amsmath,array,booktabs,longtable,xcolor}",
  "\\setlength{\\parindent}{0pt}\\setlength{\\parskip}{4pt plus 1pt}",
  "\\setlength{\\emergencystretch}{3em}",
  "\\lineskiplimit=0pt \\lineskip=4pt",
  "% Long sums break at any of their signs.",
  "\\binoppenalty=10 \\relpenalty=0",
  "\\newcommand{\\sumof}[1]{{\\raggedright\\hangindent=2em #1\\par}}",
  "\\newcolumntype{L}[1]{>{\\raggedright\\arraybackslash}p{#1}}",
  "\\setlength{\\LTleft}{0pt}",
];

/** The story as a whole LaTeX document. Colours are those for light pages; gradients have dashed frames. */
export function storyToLatex(story: Story): string {
  const body = outlineOf(story).flatMap(sectionOf);
  return [
    ...preamble,
    ...mapMacros,
    "\\begin{document}",
    `{\\raggedright\\Large\\bfseries ${texText(story.title)}\\par}`,
    ...body,
    "\\end{document}",
    "",
  ].join("\n");
}

function sectionOf({ title, blocks }: Section): string[] {
  const written = blocks.map((block, k) => texBlock(block) + (leadsOn(block, blocks[k + 1]) ? "\\nopagebreak" : ""));
  return ["", `\\section{${texText(title)}}`, ...written];
}

/** A sentence stays on the page of what it speaks of. */
function leadsOn({ kind }: Block, next: Block | undefined): boolean {
  return kind === "text" && next !== undefined && next.kind !== "text";
}

function texBlock(block: Block): string {
  switch (block.kind) {
    case "text":
      return `{\\raggedright ${texText(block.text)}\\par}`;
    case "formula":
      return formulaOf(block);
    case "table":
      return tableOf(block.table);
    case "maps":
      return texMaps(block.maps);
    case "stamp":
      return block.text
        .split("\n")
        .map((line) => `{\\raggedright\\small ${texText(line)}\\par}`)
        .join("\\nopagebreak\n");
  }
}

function formulaOf({ formula: { latex }, address }: Block & { readonly kind: "formula" }): string {
  return `\\sumof{${address === undefined ? "" : `${texCode(address)}:\\quad `}${texMath(latex)}}`;
}

/** Tables with more rows than this may go over several pages. */
const longestWhole = 30;

/** Columns of words have a fixed width: their lines may be long. */
function tableOf({ rows, words = [], code = [], bars }: Table): string {
  const columns = rows[0].map((_, column) =>
    words.includes(column) ? `L{${bars ? 50 : 66}mm}` : code.includes(column) ? "l" : "r",
  );
  const lines = rows.map((cells, row) => {
    const written = cells.map((cell, column) => (row > 0 && code.includes(column) ? texCode(cell) : texText(cell)));
    const drawn = bars ? [...written, row === 0 ? "" : barOf(bars[row - 1])] : written;
    return `${drawn.join(" & ")} \\\\`;
  });
  const sides = `{@{}${[...columns, ...(bars ? ["l"] : [])].join("")}@{}}`;
  const [head, ...body] = lines;
  return rows.length <= longestWhole
    ? [
        `{\\small\\begin{tabular}${sides}`,
        `\\toprule ${head} \\midrule`,
        ...body,
        "\\bottomrule\\end{tabular}\\par}",
      ].join("\n")
    : [
        `{\\small\\begin{longtable}${sides}`,
        `\\toprule ${head} \\midrule\\endhead`,
        "\\bottomrule\\endfoot",
        ...body,
        "\\end{longtable}}",
      ].join("\n");
}

/** A share of 50 millimetres. */
function barOf(share: number): string {
  return `{\\color[HTML]{${barColour}}\\rule{${(50 * share).toFixed(2)}mm}{1.6ex}}`;
}
