// One number as a page of its own: value, formula, terms, stamp. It runs no script, asks for nothing, and follows the reader's theme.
import type { Network } from "../../graph/network.ts";
import type { Account } from "../../trace/account.ts";
import { formatNumber, isRounded } from "../../trace/notation.ts";
import { describeChoice } from "../../trace/render.ts";
import { type Palette, palettes } from "../look/colours.ts";
import { legendOf } from "../look/scales.ts";
import { pageStyle } from "./account-style.ts";
import { escapeText } from "./markup.ts";
import { accountToMathml } from "./mathml.ts";
import {
  type AccountView,
  type FactorView,
  foldedText,
  hueOf,
  partsOf,
  type RowView,
  resultOf,
  type Source,
  type ViewOptions,
  viewOf,
} from "./rows.ts";
import { stampOf } from "./stamp.ts";
import { both, fill, ink } from "./svg.ts";

/** More terms than this are counted; the first live ones are shown. */
const mostRows = 64;

/** An account as one HTML page. Rows have the ids term-0, term-1 … by their place among all terms. With a network, tensors get the colours
 * that they have everywhere; `largestOf` gives the largest size in a whole tensor, which then sets its scale (default: the largest among the
 * terms). */
export function accountToHtml(account: Account, network?: Network, largestOf?: ViewOptions["largestOf"]): string {
  const view = viewOf(account, mostRows, { ...(network && { network }), ...(largestOf && { largestOf }) });
  const title = `${account.address} ${isRounded(account.value) ? "≈" : "="} ${formatNumber(account.value)}`;
  const given = account.combine === "copy";
  const body = [
    header(account, network),
    given ? "" : scrolled("formula", "Formula", accountToMathml(account)),
    legends(view),
    view.rows.length > 0 ? scrolled("terms", "Terms", table(account, view)) : "",
    remarks(account),
    stamp(account),
  ];
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">`,
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeText(title)}</title><style>${pageStyle}${columnStyle(view)}</style></head>`,
    `<body><main>${body.filter((part) => part !== "").join("\n")}</main></body></html>`,
  ].join("\n");
}

const about = (value: number) => `${isRounded(value) ? "≈ " : ""}${formatNumber(value)}`;
const colour = (name: keyof Palette) => both("both", (theme) => palettes[theme][name]);

function header(account: Account, network: Network | undefined): string {
  const { address, value, rule } = account;
  const full = isRounded(value) ? `<p class="full">${formatNumber(value, 17)}</p>` : "";
  const hue = `style="color:${colour(hueOf(account, network))}"`;
  return `<header><p class="where"><code>${escapeText(address)}</code> <span>${escapeText(rule)}</span></p>
<h1 ${hue}>${about(value)}</h1>${full}</header>`;
}

/** What may be wider than a phone scrolls by itself, with the keyboard too. */
function scrolled(name: string, label: string, inside: string): string {
  return `<section class="${name} wide" tabindex="0" aria-label="${label}">${inside}</section>`;
}

function legends({ sources, rounded }: AccountView): string {
  const items = sources.map(legend);
  if (rounded) items.push(`<li>≈ four digits are shown; point at a number for all of them</li>`);
  return items.length > 0 ? `<ul class="legends" aria-label="Colours">${items.join("")}</ul>` : "";
}

function legend({ letter, name, scale }: Source): string {
  const { low, high } = legendOf(scale);
  const bar = `<i class="bar ${scale.role}${scale.gradient ? " gradient" : ""}"></i>`;
  return `<li title="${escapeText(name)}"><b>${escapeText(letter)}</b> ${low} ${bar} ${high}</li>`;
}

function table(account: Account, view: AccountView): string {
  const { combine, total } = account;
  const products = view.width > 1;
  const columns = view.width + (products ? 3 : 2);
  const { first, rest } = partsOf(account);
  const part = (words: string | undefined) =>
    words === undefined ? "" : `<tr class="part"><td></td><td colspan="${columns - 1}">${words}</td></tr>`;
  const head = [
    `<th scope="col">term</th><th scope="colgroup" colspan="${view.width}">${products ? "factors" : "value"}</th>`,
    products ? `<th scope="col" class="n">product</th>` : "",
    `<th scope="col" class="n">${combine === "max" ? "largest so far" : "sum so far"}</th>`,
  ];
  const rows = view.rows.map((row, k) => part([first, rest][k]) + termRow(account, view, row));
  const folded = view.folded.count > 0 ? part(`${foldedText(view.folded)} (--format json lists all)`) : "";
  const result = `<th scope="row" colspan="${columns - 1}">${resultOf(account, view.live)}</th>`;
  return `<table><thead><tr>${head.join("")}</tr></thead><tbody>
${rows.join("\n")}${folded}
</tbody><tfoot><tr>${result}<td class="n" title="${formatNumber(total, 17)}">${about(total)}</td></tr></tfoot></table>`;
}

/** Widths of symbols and numbers by their longest, so that the cells of a column stand below each other. */
function columnStyle({ rows, width }: AccountView): string {
  const columns = Array.from({ length: width }, (_, k) => {
    const factors = rows.map((row) => row.factors[k]).filter((factor) => factor !== undefined);
    const longest = (lengths: readonly number[]) => Math.max(0, ...lengths);
    const symbol = longest(factors.map((factor) => (factor.bare ? 0 : factor.symbol.length)));
    const value = longest([3, ...factors.map((factor) => factor.text.length)]);
    return `.f:nth-child(${k + 2}) .s{width:${symbol}ch}.f:nth-child(${k + 2}) .v{width:calc(${value}ch + 16px)}`;
  });
  return columns.join("");
}

const won = ' <span class="wins">← wins</span>';

function termRow({ terms }: Account, { rows, width }: AccountView, row: RowView): string {
  const { index, factors, product, running, winner } = row;
  const strong = row.live || rows.length === 1;
  const dot = (k: number) => (k < factors.length - 1 ? ' <span class="dot">·</span>' : winner ? won : "");
  const cells = Array.from({ length: width }, (_, k) => `<td class="f">${factorOf(factors[k], strong)}${dot(k)}</td>`);
  const number = (text: string, value: number) => `<td class="n" title="${formatNumber(value, 17)}">${text}</td>`;
  const names = [strong ? "live" : "zero", ...(winner ? ["winner"] : [])].join(" ");
  const name = `<th scope="row"><a href="#term-${index}">${index}</a></th>`;
  const numbers = (width > 1 ? number(product, terms[index].value) : "") + number(running, terms[index].running);
  return `<tr id="term-${index}" class="${names}">${name}${cells.join("")}${numbers}</tr>`;
}

function factorOf(factor: FactorView | undefined, strong: boolean): string {
  if (factor === undefined) return "";
  const { symbol, text, value, source, scale, bare } = factor;
  const title = `title="${escapeText(`${source} = ${formatNumber(value, 17)}`)}"`;
  const name = `<span class="s">${bare ? "" : escapeText(symbol)}</span> `;
  if (!strong || scale === undefined) return `${name}<span class="v" ${title}>${text}</span>`;
  const colours = `background:${fill("both", scale, value)};color:${ink("both", scale, value)}`;
  const dashed = scale.gradient && value !== 0 ? " gradient" : "";
  return `${name}<span class="v cell${dashed}" ${title} style="${colours}">${text}</span>`;
}

function remarks({ choice, notes }: Account): string {
  const lines = [...(choice ? [describeChoice(choice)] : []), ...notes];
  return lines.length > 0
    ? `<ul class="notes">${lines.map((line) => `<li>${escapeText(line)}</li>`).join("")}</ul>`
    : "";
}

function stamp(account: Account): string {
  const { kind, sign, title, text } = stampOf(account);
  return `<aside class="stamp ${kind}" aria-label="Proof"><span aria-hidden="true">${sign}</span><p><b>${title}</b><br>${text}</p></aside>`;
}
