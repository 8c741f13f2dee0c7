// Reads the LaTeX that formulas are written in (trace/formula.ts and the laws of the operations) as pieces of MathML Core.
import { fail } from "../../base/words/story.ts";
import { escapeText } from "./markup.ts";

/** relation: = and ≈. plus: where a long sum may be broken. operator: any other sign; what follows one is not subtracted. */
type Kind = "operand" | "relation" | "plus" | "operator" | "space";

export interface Atom {
  readonly kind: Kind;
  readonly xml: string;
  /** Roughly, in characters. */
  readonly width: number;
  /** Indices go below it, not beside it. */
  readonly large?: boolean;
}

const names: Readonly<Record<string, string>> = {
  "\\partial": '<mi mathvariant="normal">∂</mi>',
  "\\eta": "<mi>η</mi>",
  "\\beta": "<mi>β</mi>",
  "\\gamma": "<mi>γ</mi>",
  "\\lambda": "<mi>λ</mi>",
  "\\mu": "<mi>μ</mi>",
  "\\alpha": "<mi>α</mi>",
  "\\varepsilon": "<mi>ε</mi>",
  "\\infty": "<mi>∞</mi>",
};

const signs: Readonly<Record<string, string>> = {
  "\\cdot": "⋅",
  "\\times": "×",
  "\\div": "÷",
  "\\dots": "…",
  "\\leftarrow": "←",
  "\\mapsto": "↦",
  "\\le": "≤",
  "\\ge": "≥",
  "\\neq": "≠",
  "\\in": "∈",
  "-": "−",
  ",": ",",
  ";": ";",
  ":": ":",
  "/": "/",
  "|": "|",
  "!": "!",
  "[": "[",
  "]": "]",
  "<": "<",
  ">": ">",
  "@": "@",
};

const spaces: Readonly<Record<string, string>> = { "\\,": "0.1667em", "\\quad": "1em" };
const relations: Readonly<Record<string, string>> = { "=": "=", "\\approx": "≈" };
const functions: Readonly<Record<string, string>> = { "\\max": "max", "\\min": "min", "\\ln": "ln", "\\log": "log" };
const known = [names, signs, spaces, relations, functions].flatMap((table) => Object.keys(table));

const tokenPattern =
  /\\(?:text|mathrm|operatorname)\{[^{}]*\}|\\left[(|]|\\right[)|]|\\[A-Za-z]+|\\.|NaN|\d+(?:\.\d+)?|\s+|./gu;

/** The pieces of a formula from left to right. Throws `formula.command` on LaTeX that no formula here uses. */
export function readLatex(latex: string): readonly Atom[] {
  return new Reader(latex).atoms(() => false);
}

/** Pieces as one MathML element. */
export function joinAtoms(atoms: readonly Atom[]): string {
  return atoms.length === 1 ? atoms[0].xml : `<mrow>${atoms.map(({ xml }) => xml).join("")}</mrow>`;
}

const widthOf = (atoms: readonly Atom[]) => atoms.reduce((sum, { width }) => sum + width, 0);

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(latex: string) {
    this.#tokens = latex.match(tokenPattern)?.filter((token) => token.trim() !== "") ?? [];
  }

  /** Reads up to a token that ends the group, which is passed over. */
  atoms(ends: (token: string) => boolean): Atom[] {
    const atoms: Atom[] = [];
    while (this.#at < this.#tokens.length) {
      const token = this.#tokens[this.#at++];
      if (ends(token)) break;
      if (token === "_" || token === "^" || token === "'") atoms.push(this.#script(token, atoms.pop()));
      else atoms.push(...this.#atom(token, atoms.at(-1)));
    }
    return atoms;
  }

  #argument(): readonly Atom[] {
    const token = this.#tokens[this.#at++] ?? "";
    return token === "{" ? this.atoms((next) => next === "}") : this.#atom(token, undefined);
  }

  #atom(token: string, before: Atom | undefined): readonly Atom[] {
    if (token === "{") return this.atoms((next) => next === "}");
    if (token === "(" || token === "\\left(") return [this.#brackets("(", ")", [")", "\\right)"])];
    if (token === "\\left|") return [this.#brackets("|", "|", ["\\right|"])];
    if (token === "\\frac") return [this.#fraction()];
    if (token === "\\sum") return [{ kind: "operator", xml: "<mo>∑</mo>", width: 2, large: true }];
    if (token in spaces) return [{ kind: "space", xml: `<mspace width="${spaces[token]}"/>`, width: 0 }];
    if (token === "+") return [{ kind: "plus", xml: '<mo form="infix">+</mo>', width: 3 }];
    if (token in relations) return [{ kind: "relation", xml: `<mo>${relations[token]}</mo>`, width: 3 }];
    if (token in signs) return [sign(token, before)];
    if (token in functions) return [...applied(functions[token], this.#tokens[this.#at])];
    return [operand(token)];
  }

  #brackets(opening: string, closing: string, ends: readonly string[]): Atom {
    const inside = this.atoms((next) => ends.includes(next));
    const tall = inside.some(({ xml }) => xml.includes("<mfrac>"));
    const bracket = (sign: string) => `<mo${tall ? "" : ' stretchy="false"'}>${sign}</mo>`;
    const xml = `<mrow>${bracket(opening)}${joinAtoms(inside)}${bracket(closing)}</mrow>`;
    return { kind: "operand", xml, width: widthOf(inside) + 2 };
  }

  #fraction(): Atom {
    const [above, below] = [this.#argument(), this.#argument()];
    const xml = `<mfrac>${joinAtoms(above)}${joinAtoms(below)}</mfrac>`;
    return { kind: "operand", xml, width: Math.max(widthOf(above), widthOf(below)) };
  }

  #script(token: string, base: Atom = { kind: "operand", xml: "<mrow></mrow>", width: 0 }): Atom {
    const script = token === "'" ? [{ xml: "<mo>′</mo>", width: 0.5 } as Atom] : this.#argument();
    const element = token === "_" ? (base.large ? "munder" : "msub") : base.large ? "mover" : "msup";
    const width = base.large ? Math.max(base.width, widthOf(script)) : base.width + 0.7 * widthOf(script);
    return { ...base, xml: `<${element}>${base.xml}${joinAtoms(script)}</${element}>`, width };
  }
}

/** After nothing or another sign, − belongs to the number behind it. */
function sign(token: string, before: Atom | undefined): Atom {
  const written = escapeText(signs[token]);
  const opens = before === undefined || before.kind !== "operand";
  if (token === "-" && opens) return { kind: "operator", xml: `<mo form="prefix">${written}</mo>`, width: 1 };
  if (token === "@") return { kind: "operator", xml: `<mo lspace="0" rspace="0">${written}</mo>`, width: 1 };
  return { kind: "operator", xml: `<mo>${written}</mo>`, width: token === "," ? 1.3 : 3 };
}

/** A function's name; its indices go below it, and a space stands before an argument without brackets. */
function applied(name: string, next: string | undefined): readonly Atom[] {
  const bracket = next === "(" || next === "\\left(";
  const xml = `<mi>${name}</mi>`;
  return bracket
    ? [{ kind: "operator", xml, width: name.length }]
    : [{ kind: "operator", xml: `<mrow>${xml}<mspace width="0.1667em"/></mrow>`, width: name.length, large: true }];
}

function operand(token: string): Atom {
  const word = /^\\(text|mathrm|operatorname)\{(.*)\}$/su.exec(token);
  if (word) {
    const element = word[1] === "text" ? "mtext" : "mi";
    return { kind: "operand", xml: `<${element}>${escapeText(word[2])}</${element}>`, width: word[2].length };
  }
  if (token in names) return { kind: "operand", xml: names[token], width: 1 };
  if (/^[0-9]/.test(token)) return { kind: "operand", xml: `<mn>${token}</mn>`, width: token.length };
  if (!/^(NaN|\p{L})$/u.test(token)) fail("formula.command", { command: token, known });
  return { kind: "operand", xml: `<mi>${token}</mi>`, width: token.length };
}
