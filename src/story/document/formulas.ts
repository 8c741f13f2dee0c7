// LaTeX formulas that are long: where a line may end.

/** Formulas shorter than this stay on one line. */
const longest = 90;

/** A long formula as lines that begin at its equals signs. */
export function brokenAtEquals(latex: string): string[] {
  if (latex.length <= longest) return [latex];
  const lines: string[] = [];
  let from = 0;
  for (const at of openPlaces(latex)) {
    if (at === 0 || !/^(?:= |\\approx )/.test(latex.slice(at))) continue;
    lines.push(latex.slice(from, at).trimEnd());
    from = at;
  }
  return [...lines, latex.slice(from)];
}

/** The same formula for a line of text, with nothing in it that keeps the line from ending: brackets of a fixed size, quotients of sums and
 * derivatives with a stroke, other quotients as large as alone. */
export function breakable(latex: string): string {
  return flattened(latex)
    .replace(/\\left(?=[([|])/g, "\\bigl")
    .replace(/\\right(?=[)\]|])/g, "\\bigr");
}

/** \frac{a}{b + c} as a / (b + c), \frac{∂L}{∂w} as ∂L/∂w. */
function flattened(latex: string): string {
  const start = latex.indexOf("\\frac{");
  if (start < 0) return latex;
  const above = group(latex, start + 5);
  const below = group(latex, start + 5 + above.length + 2);
  const rest = flattened(latex.slice(start + 5 + above.length + below.length + 4));
  const [a, b] = [flattened(above), flattened(below)];
  return `${latex.slice(0, start)}${quotient(a, b)}${rest}`;
}

function quotient(above: string, below: string): string {
  if (below.startsWith("\\partial")) return `${above}/${below}`;
  if (!isSum(above) && !isSum(below)) return `\\dfrac{${above}}{${below}}`;
  return `${bracketed(above)} \\mathbin{\\big/} ${bracketed(below)}`;
}

const isSum = (part: string) => part.includes(" + ");
const bracketed = (part: string) => (isSum(part) ? `\\bigl(${part}\\bigr)` : part);

/** What stands between the brace at a position and its partner. */
function group(latex: string, at: number): string {
  let depth = 0;
  for (let end = at; end < latex.length; end++) {
    if (latex[end] === "{") depth++;
    if (latex[end] === "}" && --depth === 0) return latex.slice(at + 1, end);
  }
  return latex.slice(at + 1);
}

/** The positions that lie in no braces and no growing brackets. */
function openPlaces(latex: string): number[] {
  const places: number[] = [];
  let depth = 0;
  for (let at = 0; at < latex.length; at++) {
    if (latex[at] === "{" || latex.startsWith("\\left(", at) || latex.startsWith("\\left|", at)) depth++;
    if (latex[at] === "}" || latex.startsWith("\\right)", at) || latex.startsWith("\\right|", at)) depth--;
    if (depth === 0) places.push(at);
  }
  return places;
}
