// One symbol, one letter, everywhere: how cells, gradients and numbers are written in formulas.

/** A cell of a tensor as formulas write it: `cellSymbol("K", [0, 2])` is "K(0,2)". */
export function cellSymbol(letter: string, cell: readonly number[]): string {
  return cell.length === 0 ? letter : `${letter}(${cell.join(",")})`;
}

/** ∂L/∂ of a cell. */
export function gradientSymbol(letter: string, cell: readonly number[]): string {
  return `∂L/∂${cellSymbol(letter, cell)}`;
}

/** A number for a reader: whole numbers as they are, else four significant digits; U+2212 for minus. */
export function formatNumber(value: number, digits = 4): string {
  return shortNumber(value, digits).replaceAll("-", "−").replace("Infinity", "∞");
}

/** The same in LaTeX. */
export function latexNumber(value: number, digits = 4): string {
  return shortNumber(value, digits)
    .replace(/e\+?(-?\d+)$/, " \\cdot 10^{$1}")
    .replace("Infinity", "\\infty ");
}

/** Whether `formatNumber` shows less than the stored number. */
export function isRounded(value: number, digits = 4): boolean {
  return Number.isFinite(value) && Number(shortNumber(value, digits)) !== value;
}

function shortNumber(value: number, digits: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  return Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : String(value);
}

/** A formula symbol in LaTeX: "∂L/∂K(0,2)" becomes \frac{\partial L}{\partial K(0,2)}, words become text. */
export function latexSymbol(symbol: string): string {
  const gradient = /^∂(.+?)\/∂(.+)$/.exec(symbol);
  if (gradient) return `\\frac{\\partial ${latexSymbol(gradient[1])}}{\\partial ${latexSymbol(gradient[2])}}`;
  return symbol
    .replace(/[a-z]{3,}/g, (word) => `\\text{${word}}`)
    .replace(/e\^\(([^)]*)\)/g, "e^{$1}")
    .replace(/([a-z])_([A-Za-z0-9]+)/g, "$1_{$2}")
    .replace(/[αβγηλμ∞]/g, (letter) => greek[letter])
    .replaceAll("−", "-");
}

const greek: Record<string, string> = {
  α: "\\alpha ",
  β: "\\beta ",
  γ: "\\gamma ",
  η: "\\eta ",
  λ: "\\lambda ",
  μ: "\\mu ",
  "∞": "\\infty ",
};
