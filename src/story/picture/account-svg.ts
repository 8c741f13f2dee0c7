// One number as a picture: its value, its law, the terms with the cells they come from, the sum and the stamp. Light colours, for files.
import type { Network } from "../../graph/network.ts";
import type { Account } from "../../trace/account.ts";
import { formatNumber, isRounded } from "../../trace/notation.ts";
import { describeChoice } from "../../trace/render.ts";
import { attributes } from "./markup.ts";
import {
  type AccountView,
  type FactorView,
  foldedText,
  hueOf,
  partsOf,
  type RowView,
  resultOf,
  type ViewOptions,
  viewOf,
} from "./rows.ts";
import { stampOf } from "./stamp.ts";
import { advance, cellOf, ink, legend, legendWidth, paint, picture, sans, text, tone } from "./svg.ts";

/** More terms than this are counted; the first live ones are shown. */
const mostRows = 24;
const margin = 24;
const light = "light";
const colours = {
  first: tone(light, "ink"),
  second: tone(light, "inkSecond"),
  third: tone(light, "inkThird"),
  line: tone(light, "line"),
};
const wide = (words: string, size = 12) => words.length * size * advance;
const widest = (words: readonly string[]) => Math.max(0, ...words.map((word) => wide(word)));

/** An account as one SVG element. With a network, tensors get the colours that they have everywhere; `largestOf` gives the largest size in
 * a whole tensor, which then sets its scale (default: the largest among the terms). */
export function accountToSvg(account: Account, network?: Network, largestOf?: ViewOptions["largestOf"]): string {
  const view = viewOf(account, mostRows, { ...(network && { network }), ...(largestOf && { largestOf }) });
  const natural = columnsOf(account, view);
  const words = [`${account.address}${account.rule}`.length * 13 * advance + 48];
  const bars = view.sources.map(({ letter, scale }) => legendWidth(letter, scale));
  const width = Math.max(480, ...[natural.end, ...words, ...bars].map((inside) => inside + 2 * margin));
  const columns = stretched(natural, width - margin);
  const parts: string[] = [];
  let y = header(parts, account, view, width, network);
  y = legends(parts, view, y, width);
  if (view.rows.length > 0) y = table(parts, account, view, columns, y);
  y = remarks(parts, account, y, width);
  y = stamp(parts, account, y, width);
  const title = `${account.address} ${isRounded(account.value) ? "≈" : "="} ${formatNumber(account.value)}`;
  const { text: proof, title: verdict } = stampOf(account);
  return picture({ width, height: y + margin, title, description: `${verdict}. ${proof}`, themes: light }, parts);
}

/** The address, the value in large figures, all of its digits, the rule and the law. */
function header(parts: string[], account: Account, view: AccountView, width: number, network?: Network): number {
  const { address, value, rule } = account;
  const shown = `${isRounded(value) ? "≈ " : ""}${formatNumber(value)}`;
  parts.push(text(margin, 34, address, { colour: colours.second, size: 13 }));
  parts.push(text(width - margin, 34, rule, { colour: colours.third, anchor: "end" }));
  parts.push(text(margin, 76, shown, { colour: tone(light, hueOf(account, network)), size: 36, weight: 500 }));
  let y = 100;
  if (isRounded(value)) {
    parts.push(text(margin, y, formatNumber(value, 17), { colour: colours.third }));
    y += 24;
  }
  if (view.rows.length === 0 && account.combine === "copy") return y - 8;
  for (const line of wrapped(`= ${view.law}`, Math.floor((width - 2 * margin) / (13 * advance)))) {
    parts.push(text(margin, y + 4, line, { colour: colours.first, size: 13 }));
    y += 20;
  }
  return y + 8;
}

function legends(parts: string[], { sources, rounded }: AccountView, top: number, width: number): number {
  let [x, y] = [margin, top + 8];
  const items = sources.map(({ letter, scale }) => ({ letter, scale, size: legendWidth(letter, scale) }));
  for (const { letter, scale, size } of items) {
    if (x > margin && x + size > width - margin) [x, y] = [margin, y + 22];
    parts.push(legend(x, y, letter, scale, light));
    x += size + 16;
  }
  const note = "≈ four digits are shown";
  if (!rounded) return items.length > 0 ? y + 20 : top;
  if (x > margin && x + wide(note, 11) > width - margin) [x, y] = [margin, y + 22];
  parts.push(text(x, y + 4, note, { colour: colours.third, size: 11 }));
  return y + 20;
}

interface Columns {
  /** Where a factor's symbol begins, and the left edge and width of its cell. */
  readonly factors: readonly { readonly symbol: number; readonly cell: number; readonly width: number }[];
  /** Right edges; no column of products where every term is one factor. */
  readonly product?: number;
  readonly running: number;
  readonly end: number;
}

const indexEnd = margin + 28;

/** The numbers at the right end moved out to it. */
function stretched(columns: Columns, end: number): Columns {
  const { product, running } = columns;
  const by = end - columns.end;
  return { ...columns, ...(product !== undefined && { product: product + by }), running: running + by, end };
}

function columnsOf(account: Account, view: AccountView): Columns {
  let x = indexEnd + 20;
  const factors = Array.from({ length: view.width }, (_, k) => {
    const column = view.rows.map((row) => row.factors[k]).filter((factor) => factor !== undefined);
    const cell = x + widest(column.map((factor) => (factor.bare ? "" : factor.symbol))) + 8;
    const size = Math.max(44, widest(column.map((factor) => factor.text)) + 14);
    const placed = { symbol: x, cell, width: size };
    x = cell + size + 24;
    return placed;
  });
  const product = view.width > 1 ? x + Math.max(56, widest(view.rows.map((row) => row.product))) : undefined;
  const before = product === undefined ? x : product + 24;
  const total = formatNumber(account.total);
  const running = before + Math.max(88, widest([...view.rows.map((row) => row.running), total]));
  const winner = view.rows.some((row) => row.winner) ? 72 : 0;
  return { factors, ...(product !== undefined && { product }), running, end: running + winner };
}

function table(parts: string[], account: Account, view: AccountView, columns: Columns, top: number): number {
  const head = { colour: colours.third, size: 11, family: sans };
  const { combine, total } = account;
  const right = columns.running;
  parts.push(text(margin, top + 16, "term", head));
  if (columns.product !== undefined) parts.push(text(columns.product, top + 16, "product", { ...head, anchor: "end" }));
  const sofar = combine === "max" ? "largest so far" : "sum so far";
  parts.push(text(right, top + 16, sofar, { ...head, anchor: "end" }));
  let y = top + 24;
  rule(parts, y, columns.end, 1);
  const { first, rest } = partsOf(account);
  for (const [k, row] of view.rows.entries()) {
    const part = k === 0 ? first : k === 1 ? rest : undefined;
    if (part !== undefined) {
      y += 20;
      parts.push(text(indexEnd + 20, y - 4, part, head));
    }
    y = termRow(parts, row, columns, y, row.live || view.rows.length === 1);
  }
  y = foldedRow(parts, view, y);
  rule(parts, y + 4, columns.end, 2);
  const sum = { colour: colours.first, weight: 600 };
  parts.push(text(margin, y + 24, resultOf(account, view.live), sum));
  const shown = `${isRounded(total) ? "≈ " : ""}${formatNumber(total)}`;
  parts.push(text(right, y + 24, shown, { ...sum, anchor: "end" }));
  return y + 40;
}

function rule(parts: string[], y: number, end: number, thick: 1 | 2): void {
  const stroke = thick === 1 ? colours.line : colours.first;
  parts.push(
    `<path${attributes({ d: `M${margin} ${y}H${Math.ceil(end)}`, "stroke-width": thick === 1 ? 1 : 1.5, stroke })}/>`,
  );
}

/** Live rows are taller and carry cells; zeros keep their place. */
function termRow(parts: string[], row: RowView, columns: Columns, top: number, strong: boolean): number {
  const height = strong ? 30 : 22;
  const [y, colour] = [top + height / 2 + 4, strong ? colours.first : colours.third];
  const part = (markup: string) => parts.push(markup);
  part(text(indexEnd, y, String(row.index), { colour: colours.third, size: 11, anchor: "end" }));
  for (const [k, factor] of row.factors.entries()) {
    const { symbol, cell, width } = columns.factors[k];
    if (!factor.bare) part(text(symbol, y, factor.symbol, { colour: strong ? colours.second : colours.third }));
    part(factorCell(factor, strong, { x: cell, y: top + (height - 24) / 2, width, height: 24 }, y));
    if (k < row.factors.length - 1) part(text(cell + width + 12, y, "·", { colour, anchor: "middle" }));
  }
  const number = { colour, anchor: "end" as const, ...(row.winner && { weight: 600 }) };
  if (columns.product !== undefined) part(text(columns.product, y, row.product, number));
  part(text(columns.running, y, row.running, number));
  if (row.winner) part(text(columns.running + 14, y, "← wins", { colour: colours.second }));
  return top + height;
}

function factorCell(factor: FactorView, strong: boolean, box: Parameters<typeof cellOf>[0], y: number): string {
  const { scale, value } = factor;
  const [x, end] = [box.x + box.width / 2, box.x + box.width - 7];
  if (!strong || scale === undefined) {
    return text(end, y, factor.text, { colour: strong ? colours.first : colours.third, anchor: "end" });
  }
  return (
    cellOf(box, scale, value, light) + text(x, y, factor.text, { colour: ink(light, scale, value), anchor: "middle" })
  );
}

function foldedRow(parts: string[], { folded }: AccountView, top: number): number {
  if (folded.count === 0) return top;
  parts.push(text(indexEnd + 20, top + 20, foldedText(folded), { colour: colours.third }));
  return top + 28;
}

/** What was chosen, and the notes of the operation. */
function remarks(parts: string[], { choice, notes }: Account, top: number, width: number): number {
  let y = top;
  const room = Math.floor((width - 2 * margin) / 6.6);
  for (const line of [...(choice ? [describeChoice(choice)] : []), ...notes].flatMap((note) => wrapped(note, room))) {
    parts.push(text(margin, y + 14, line, { colour: colours.second, family: sans }));
    y += 18;
  }
  return y === top ? top : y + 6;
}

/** Quiet where the sum closes, framed in ink where it does not. */
function stamp(parts: string[], account: Account, top: number, width: number): number {
  const { kind, sign, title, text: words } = stampOf(account);
  const lines = wrapped(words, Math.floor((width - 2 * margin - 60) / 6.6));
  const loud = kind === "open";
  const box = { x: margin + 0.5, y: top + 4.5, width: width - 2 * margin - 1, height: 36 + 18 * lines.length, rx: 8 };
  const edge = { fill: "none", "stroke-width": loud ? 2 : 1, ...paint("stroke", loud ? colours.first : colours.line) };
  parts.push(`<rect${attributes({ ...box, ...edge })}/>`);
  parts.push(text(margin + 16, top + 29, sign, { colour: colours.first, size: 14 }));
  parts.push(text(margin + 40, top + 29, title, { colour: colours.first, size: 13, weight: 600, family: sans }));
  for (const [k, line] of lines.entries()) {
    parts.push(text(margin + 40, top + 48 + 18 * k, line, { colour: colours.second, family: sans }));
  }
  return box.y + box.height;
}

/** Lines of at most `room` characters, broken between words; a longer word stays whole. */
export function wrapped(words: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= room) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
