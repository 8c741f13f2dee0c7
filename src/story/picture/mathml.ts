// Formulas as MathML Core, for pages that load nothing: what the LaTeX form says, with one line for each "=".
import type { Account } from "../../trace/account.ts";
import type { Formula } from "../../trace/terms.ts";
import { type Atom, joinAtoms, readLatex } from "./tex.ts";

/** Lines longer than this, in characters, are broken before a plus. */
const widest = 46;

/** law = symbols = numbers = value of an account as one `<math>` element; beyond 12 terms it counts the rest. */
export function accountToMathml({ formula }: Account): string {
  return formulaToMathml(formula);
}

/** A formula as one `<math>` element. Throws `formula.command` on LaTeX that no formula here uses. */
export function formulaToMathml({ latex }: Pick<Formula, "latex">): string {
  const atoms = readLatex(latex);
  const parts = linesOf(atoms);
  const body = parts.length === 1 ? joinAtoms(atoms) : table(parts);
  return `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">${body}</math>`;
}

/** What stands left of a line, such as "=", and the line. */
interface Line {
  readonly lead: readonly Atom[];
  readonly body: readonly Atom[];
}

function linesOf(atoms: readonly Atom[]): Line[] {
  const whole = atoms.reduce((sum, { width }) => sum + width, 0);
  if (whole <= widest) return [{ lead: [], body: atoms }];
  return splitBefore(atoms, ({ kind }) => kind === "relation").flatMap((part) => {
    const lead = part[0]?.kind === "relation" ? part.slice(0, 1) : [];
    return broken(part.slice(lead.length)).map((body, k) => ({ lead: k === 0 ? lead : [], body }));
  });
}

/** Lines of a sum that is too long for one. */
function broken(atoms: readonly Atom[]): Atom[][] {
  const lines: Atom[][] = [];
  let width = 0;
  for (const term of splitBefore(atoms, ({ kind }) => kind === "plus")) {
    const own = term.reduce((sum, atom) => sum + atom.width, 0);
    const line = lines.at(-1);
    if (line && width + own <= widest) line.push(...term);
    else lines.push([...term]);
    width = (line === lines.at(-1) ? width : 0) + own;
  }
  return lines;
}

function splitBefore(atoms: readonly Atom[], starts: (atom: Atom) => boolean): Atom[][] {
  const parts: Atom[][] = [];
  for (const atom of atoms) {
    const part = parts.at(-1);
    if (part && !starts(atom)) part.push(atom);
    else parts.push([atom]);
  }
  return parts;
}

function table(lines: readonly Line[]): string {
  const cell = (atoms: readonly Atom[], side: string) =>
    `<mtd style="text-align:${side}">${atoms.length > 0 ? joinAtoms(atoms) : ""}</mtd>`;
  const rows = lines.map(({ lead, body }) => `<mtr>${cell(lead, "right")}${cell(body, "left")}</mtr>`);
  return `<mtable displaystyle="true">${rows.join("")}</mtable>`;
}
