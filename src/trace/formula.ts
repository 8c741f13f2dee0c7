// Formulas drawn from the list of terms, as plain text and as LaTeX; no other source of words or numbers.
import { formatNumber, isRounded, latexNumber, latexSymbol } from "./notation.ts";
import type { Combine, Factor, Formula, Law, Term } from "./terms.ts";

/** Formulas longer than this many terms show the first live ones and count the rest. */
const shownTerms = 12;

interface Style {
  readonly times: string;
  /** Without brackets, as an item of a list. */
  readonly bare: (value: number) => string;
  readonly number: (value: number) => string;
  readonly symbol: (symbol: string) => string;
  readonly quotient: (above: string, below: string) => string;
  readonly log: (sum: string, minus: string) => string;
  readonly max: (list: string) => string;
  readonly dots: (count: number) => string;
}

const plain: Style = {
  times: "·",
  bare: formatNumber,
  number: (value) => (value < 0 ? `(${formatNumber(value)})` : formatNumber(value)),
  symbol: (symbol) => symbol,
  quotient: (above, below) => `${above} ÷ (${below})`,
  log: (sum, minus) => `ln(${sum}) − ${minus}`,
  max: (list) => `max(${list})`,
  dots: (count) => `… (${count} more)`,
};

const latex: Style = {
  times: " \\cdot ",
  bare: latexNumber,
  number: (value) => (value < 0 ? `(${latexNumber(value)})` : latexNumber(value)),
  symbol: latexSymbol,
  quotient: (above, below) => `\\frac{${above}}{${below}}`,
  log: (sum, minus) => `\\ln\\left(${sum}\\right) - ${minus}`,
  max: (list) => `\\max\\left(${list}\\right)`,
  dots: (count) => `\\dots \\text{ (${count} more)}`,
};

/** law = symbols = numbers = value, shortened where there are many terms. */
export function writeFormula(
  address: string,
  law: Law,
  combine: Combine,
  terms: readonly Term[],
  value: number,
): Formula {
  const sign = isRounded(value) ? "≈" : "=";
  const text = [law.text, ...bodies(plain, combine, terms)].join(" = ");
  const tex = [law.latex, ...bodies(latex, combine, terms)].join(" = ");
  const texSign = sign === "≈" ? "\\approx" : "=";
  return {
    text: `${address}: ${text} ${sign} ${formatNumber(value)}`,
    latex: `${tex} ${texSign} ${latexNumber(value)}`,
  };
}

function bodies(style: Style, combine: Combine, terms: readonly Term[]): string[] {
  if (combine === "copy") return [];
  return [
    body(style, combine, terms, (factor) => style.symbol(factor.symbol)),
    body(style, combine, terms, (factor) => (combine === "max" ? style.bare : style.number)(factor.value)),
  ];
}

function body(style: Style, combine: Combine, terms: readonly Term[], write: (factor: Factor) => string): string {
  const product = (term: Term) => term.factors.map(write).join(style.times);
  switch (combine) {
    case "quotient":
      return style.quotient(product(terms[0]), joined(style, terms.slice(1), product, " + "));
    case "log":
      return style.log(joined(style, terms.slice(1), product, " + "), product(terms[0]));
    case "max":
      return style.max(joined(style, terms, product, ", "));
    default:
      return joined(style, terms, product, " + ");
  }
}

function joined(style: Style, terms: readonly Term[], product: (term: Term) => string, separator: string): string {
  if (terms.length === 0) return "0";
  if (terms.length <= shownTerms) return terms.map(product).join(separator);
  const live = terms.filter((term) => term.live);
  const shown = (live.length > 0 ? live : terms).slice(0, shownTerms);
  const rest = terms.length - shown.length;
  return [...shown.map(product), ...(rest > 0 ? [style.dots(rest)] : [])].join(separator);
}
