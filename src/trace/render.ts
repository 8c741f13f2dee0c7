// Accounts for readers: plain text for a terminal, LaTeX for a document. Everything comes from the list of terms.
import type { Account } from "./account.ts";
import { formatNumber, isRounded, latexNumber, latexSymbol } from "./notation.ts";
import type { Term } from "./terms.ts";

/** Accounts with more terms than this show the live ones and count the rest. */
const mostRows = 64;

const exact = (value: number) => formatNumber(value, 17);

function shownTerms({ terms }: Account): { shown: readonly Term[]; hidden: number } {
  if (terms.length <= mostRows) return { shown: terms, hidden: 0 };
  const live = terms.filter((term) => term.live);
  const shown = (live.length > 0 ? live : terms).slice(0, mostRows);
  return { shown, hidden: terms.length - shown.length };
}

/** The account as lines: the number, its formula, one row a term with the running result, what was stored. */
export function accountToText(account: Account): string {
  const { address, rule, value, total, residual, ulps, bound, dtype, choice, notes } = account;
  const spacings = residual === 0 ? "" : ` (${formatNumber(ulps)} float32 spacings)`;
  const { shown, hidden } = shownTerms(account);
  const rows = shown.map(({ factors, value: product, running }) => [
    factors.map((factor) => factor.symbol).join(" · "),
    factors.map((factor) => formatNumber(factor.value)).join(" · "),
    factors.length > 1 ? `= ${formatNumber(product)}` : "",
    `→ ${formatNumber(running)}`,
    factors.map((factor) => factor.address ?? factor.constant).join(" · "),
  ]);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column].length))) ?? [];
  const table = rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column])).join("  ")}`.trimEnd());
  return [
    `${address} ${isRounded(value) ? "≈" : "="} ${formatNumber(value)}    ${rule}`,
    `  ${account.formula.text}`,
    ...table,
    ...(hidden > 0 ? [`  … and ${hidden} more terms that are not shown (--format json lists all)`] : []),
    ...(choice ? [`  ${describeChoice(choice)}`] : []),
    ...notes.map((note) => `  ${note}`),
    `  total ${exact(total)}, stored ${exact(value)} (${dtype}), residual ${exact(residual)}${spacings}, allowed ${exact(bound)}`,
  ].join("\n");
}

/** Which cell won or which gate decided, and by how much, in a line. */
export function describeChoice({ kind, address, margin, tie }: NonNullable<Account["choice"]>): string {
  if (kind === "gate")
    return `gate at ${address}: ${formatNumber(margin)} from the kink${tie ? ", exactly on it" : ""}`;
  return tie ? `winner ${address}, first of several equal ones` : `winner ${address} by ${formatNumber(margin)}`;
}

/** The account as an aligned LaTeX display: the rule, then the terms' symbols, numbers and result. */
export function accountToLatex(account: Account): string {
  const { shown, hidden } = shownTerms(account);
  const rows = shown.map(({ factors, value }) => {
    const symbols = factors.map((factor) => latexSymbol(factor.symbol)).join(" \\cdot ");
    const numbers = factors.map((factor) => inBrackets(factor.value)).join(" \\cdot ");
    return `  ${symbols} &= ${numbers}${factors.length > 1 ? ` = ${latexNumber(value)}` : ""} \\\\`;
  });
  return [
    `% ${account.address}: ${account.rule}`,
    "\\begin{align*}",
    ...rows,
    ...(hidden > 0 ? [`  & \\text{and ${hidden} more terms} \\\\`] : []),
    `  ${account.formula.latex.replace(" = ", " &= ")}`,
    "\\end{align*}",
  ].join("\n");
}

const inBrackets = (value: number) => (value < 0 ? `(${latexNumber(value)})` : latexNumber(value));
