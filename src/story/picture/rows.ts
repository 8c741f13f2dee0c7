// An account as rows for a picture: which terms are shown, each number as text, the scale of every tensor that is met.
import { counted } from "../../base/counted.ts";
import type { Network } from "../../graph/network.ts";
import type { Account } from "../../trace/account.ts";
import { formatAddress, parseAddress } from "../../trace/address.ts";
import { formatNumber, isRounded } from "../../trace/notation.ts";
import type { Factor, Term } from "../../trace/terms.ts";
import type { Palette } from "../look/colours.ts";
import { roleOf, scaleOf } from "../look/roles.ts";
import { type Scale, scaleFor } from "../look/scales.ts";
import type { Opened } from "../opened.ts";

export interface FactorView {
  readonly symbol: string;
  readonly value: number;
  readonly text: string;
  /** The symbol is the number itself, such as (−1). */
  readonly bare: boolean;
  /** Where it was read; the name of the constant where no cell stores it. */
  readonly source: string;
  /** Absent for constants: only stored numbers have a colour. */
  readonly scale?: Scale;
}

export interface RowView {
  /** Position among all terms of the account. */
  readonly index: number;
  readonly live: boolean;
  readonly factors: readonly FactorView[];
  readonly product: string;
  readonly running: string;
  /** The cell that a max chose. */
  readonly winner: boolean;
}

/** A tensor that factors come from. */
export interface Source {
  readonly name: string;
  /** As formulas write it: "∂L/∂O". */
  readonly letter: string;
  readonly scale: Scale;
}

export interface AccountView {
  readonly rows: readonly RowView[];
  readonly folded: { readonly count: number; readonly live: number };
  readonly live: number;
  readonly sources: readonly Source[];
  /** Factors of the widest term. */
  readonly width: number;
  /** The general rule, as text: "Σ_m Σ_n Σ_c I(y,x,c)·K(m,n,c,f)". */
  readonly law: string;
  /** Whether a number is shown with fewer digits than it has. */
  readonly rounded: boolean;
}

export interface ViewOptions {
  /** Whose layers give the tensors their roles; without it only gradients and the image are told apart from the rest. */
  readonly network?: Network;
  /** The largest size in a whole tensor; without it that of the terms sets the scale. */
  readonly largestOf?: (name: string) => number;
}

/** Accounts with more than `most` terms show the first live ones and count the rest. */
export function viewOf(account: Account, most: number, { network, largestOf }: ViewOptions): AccountView {
  const { terms } = account;
  const shown = shownTerms(terms, most);
  const sources = sourcesOf(terms, network, largestOf);
  const live = terms.filter((term) => term.live).length;
  const factors = shown.map((index) => terms[index].factors.map((factor) => viewFactor(factor, sources)));
  const products = aligned(shown.map((index) => terms[index].value));
  const running = aligned(shown.map((index) => terms[index].running));
  const chosen = account.choice?.kind === "winner" ? account.choice.address : undefined;
  const rows = shown.map((index, k) => ({
    index,
    live: terms[index].live,
    factors: factors[k],
    product: products[k],
    running: k === 0 && partsOf(account).first !== undefined ? "" : running[k],
    winner: account.combine === "max" && chosen !== undefined && factors[k].some(({ source }) => source === chosen),
  }));
  const width = Math.max(0, ...terms.map((term) => term.factors.length));
  const folded = { count: terms.length - shown.length, live: live - rows.filter((row) => row.live).length };
  const rounded = terms.some(({ factors: own, value, running: sum }) =>
    [...own.map((factor) => factor.value), value, sum].some((number) => isRounded(number)),
  );
  return { rows, folded, live, sources: [...sources.values()], width, law: lawOf(account), rounded };
}

function shownTerms(terms: readonly Term[], most: number): readonly number[] {
  const all = terms.map((_, index) => index);
  if (terms.length <= most) return all;
  const live = all.filter((index) => terms[index].live);
  return (live.length > 0 ? live : all).slice(0, most);
}

/** The name of the tensor that an address lies in. */
function tensorOf(address: string): string {
  const { cell: _, sample: __, ...whole } = parseAddress(address);
  return formatAddress(whole);
}

type Sources = ReadonlyMap<string, Source>;

function sourcesOf(terms: readonly Term[], network: Network | undefined, largestOf: ViewOptions["largestOf"]): Sources {
  const met = new Map<string, { letter: string; largest: number }>();
  for (const { address, symbol, value } of terms.flatMap(({ factors }) => factors)) {
    if (address === undefined) continue;
    const name = tensorOf(address);
    const known = met.get(name) ?? { letter: symbol.replace(/\(.*$/s, ""), largest: 0 };
    if (Number.isFinite(value)) known.largest = Math.max(known.largest, Math.abs(value));
    met.set(name, known);
  }
  return new Map(
    [...met].map(([name, { letter, largest }]) => {
      const size = largestOf?.(name) ?? largest;
      return [name, { name, letter, scale: network ? scaleOf(network, name, size) : guessedScale(name, size) }];
    }),
  );
}

function guessedScale(name: string, largest: number): Scale {
  const { scope, node } = parseAddress(name);
  const image = node === "input" && scope.kind === "value";
  return scaleFor(image ? "pixel" : "signed", scope.kind === "grad", largest);
}

function viewFactor({ symbol, address, constant, value }: Factor, sources: Sources): FactorView {
  const scale = address === undefined ? undefined : sources.get(tensorOf(address))?.scale;
  const text = formatNumber(value);
  const bare = symbol === text || symbol === `(${text})`;
  return { symbol, value, text, bare, source: address ?? constant ?? "", ...(scale && { scale }) };
}

const mostDecimals = 6;

/** Numbers of a column: with one count of decimals, so that the points stand below each other, where that leaves each two digits at least. */
export function aligned(values: readonly number[]): string[] {
  const texts = values.map((value) => formatNumber(value));
  const longest = Math.max(0, ...texts.map((text) => text.split(".")[1]?.length ?? 0));
  const decimals = Math.min(mostDecimals, longest);
  const least = Number(`1e${1 - decimals}`);
  const small = (value: number) => value !== 0 && longest > mostDecimals && Math.abs(value) < least;
  if (texts.some((text) => text.includes("e")) || values.some(small)) return texts;
  return texts.map((text, k) =>
    Number.isInteger(values[k]) || !Number.isFinite(values[k]) ? text : values[k].toFixed(decimals).replace("-", "−"),
  );
}

/** The first part of the formula: what stands between the address and the first sign of equality. */
function lawOf({ address, formula }: Account): string {
  return formula.text.slice(address.length + 2).split(/ [=≈] /)[0];
}

/** What the rows of an account are, where they are not all added: words before the first row and before the second. */
export function partsOf({ combine }: Account): { readonly first?: string; readonly rest?: string } {
  if (combine === "quotient") return { first: "above the line", rest: "below the line, added up" };
  if (combine === "log") return { first: "taken away in the end", rest: "added up under the logarithm" };
  return {};
}

/** How the result follows from the last running number: "the largest of 4", "16 terms, 4 of them not 0". */
export function resultOf({ combine, terms }: Account, live: number): string {
  if (combine === "quotient") return "above ÷ below";
  if (combine === "log") return "ln of the sum, less the first";
  if (combine === "max") return `the largest of ${terms.length}`;
  if (combine === "gate") return "through the gate";
  const count = counted(terms.length, "term");
  return live === terms.length ? count : `${count}, ${live} of them not 0`;
}

/** The colour in which a value is written: the hue of its sign; ink for 0 and for pixels, which have no hue. */
export function hueOf({ address, value }: Account, network: Network | undefined): keyof Palette {
  const role = network ? roleOf(network, address).role : guessedScale(tensorOf(address), 0).role;
  if (role === "pixel") return "ink";
  return value < 0 ? "negativeInk" : value > 0 ? "positiveInk" : "ink";
}

/** "… and 12 more terms, all 0". */
export function foldedText({ count, live }: AccountView["folded"]): string {
  return `… and ${counted(count, "more term")}, ${live === 0 ? "all 0" : `${live} of them not 0`}`;
}

/** The largest size in a whole tensor of what was opened, infinite and undefined numbers aside; of a batch, that of the sample named. */
export function largestIn(opened: Pick<Opened, "tensor">): (name: string) => number {
  return (name) => {
    let largest = 0;
    for (const value of opened.tensor(name).data) {
      const size = Math.abs(value);
      if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
    }
    return largest;
  };
}
