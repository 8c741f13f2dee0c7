// Text and formulas as LaTeX takes them: special characters escaped, the signs of mathematics by their commands, lines that can break.
import { breakable } from "./formulas.ts";

/** Signs that stand in text and formulas alike, by their commands in mathematics. */
const signs: Readonly<Record<string, string>> = {
  "−": "-",
  "∂": "\\partial ",
  Σ: "\\sum ",
  "×": "\\times ",
  "÷": "\\div ",
  "·": "\\cdot ",
  "≈": "\\approx ",
  "≤": "\\le ",
  "≥": "\\ge ",
  "≠": "\\ne ",
  "←": "\\leftarrow ",
  "→": "\\rightarrow ",
  "∞": "\\infty ",
  "²": "^2",
  "¹": "^1",
  "⁻": "^-",
  "…": "\\dots ",
  α: "\\alpha ",
  β: "\\beta ",
  γ: "\\gamma ",
  η: "\\eta ",
  λ: "\\lambda ",
  μ: "\\mu ",
  ε: "\\varepsilon ",
};

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  "%": "\\%",
  "&": "\\&",
  "#": "\\#",
  $: "\\$",
  _: "\\_",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  '"': "\\char34{}",
  "`": "\\char96{}",
  "“": "``",
  "”": "''",
  "‘": "`",
  "’": "'",
  "–": "\\textendash{}",
  "—": "\\textemdash{}",
  "\u00a0": "~",
};

/** Letters that the plain fonts of TeX have, accents included. */
const plain = /^[\x20-\x7e¡¿À-ÅÇ-ÏÑ-ÖØ-Ýß-åç-ïñ-öø-ýÿÆæ]$/u;

/** Longer words may break after so many characters. */
const longestWord = 24;

/** Text in which every character means itself. Where the plain fonts have no such letter its code stands, such as [U+72AC]. */
export function texText(text: string): string {
  let run = 0;
  return [...text.replace(/\s+/g, " ")]
    .map((character) => {
      run = character === " " ? 0 : run + 1;
      const written = texCharacter(character);
      if (run < longestWord) return written;
      run = 0;
      return `${written}\\allowbreak{}`;
    })
    .join("")
    .replace(/-(?=-)/g, "-{}");
}

function texCharacter(character: string): string {
  const sign = signs[character];
  if (sign !== undefined) return `$${sign.trimEnd()}$`;
  const escaped = escapes[character];
  if (escaped !== undefined) return escaped;
  if (plain.test(character)) return character;
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}

/** An address in the letters of a typewriter. */
export function texCode(address: string): string {
  return `\\texttt{${texText(address)}}`;
}

/** A formula as mathematics in a line of text, which may break at every sign. */
export function texMath(latex: string): string {
  return `$${[...breakable(latex)].map((character) => signs[character] ?? character).join("")}$`;
}

/** A number in the margin or in a cell. */
export function texNumber(text: string): string {
  return `$${text.replaceAll("−", "-").replace("…", "\\dots ").replace("∞", "\\infty ")}$`;
}
