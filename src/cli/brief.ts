// An account in a few lines: the number, what it is made of, and of a long sum the largest terms.
import type { Account } from "../trace/account.ts";
import { formatNumber, isRounded } from "../trace/notation.ts";
import type { Term } from "../trace/terms.ts";
import { table } from "./output.ts";

/** The account as text without the line break at the end; sums of more live terms than `most` show that many and add up the rest. */
export function brief(account: Account, most = 3): string {
  const { address, op, value, terms, combine, choice } = account;
  const head = `${address} ${isRounded(value) ? "≈" : "="} ${formatNumber(value)}`;
  if (combine === "copy") return op === "input" ? `${head}, a pixel` : head;
  if (combine === "max" && choice) return `${head}, the largest of ${terms.length} numbers: ${choice.address}`;
  if (combine === "quotient")
    return `${head} = ${numbers(terms[0])} ÷ ${formatNumber(terms[terms.length - 1].running)}`;
  if (combine === "log") return `${head}: ${account.notes.at(-1)}`;
  if (terms.length === 1)
    return `${head} = ${names(terms[0])}${terms[0].factors.length > 1 ? ` = ${numbers(terms[0])}` : ""}`;
  return `${head}, ${describeSum(terms, most)}`;
}

function describeSum(terms: readonly Term[], most: number): string {
  const live = terms.filter((term) => term.live).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const shown = live.length === most + 1 ? live : live.slice(0, most);
  const others = live.slice(shown.length);
  const rows = shown.map((term) => [`  ${names(term)}`, numbers(term), `= ${formatNumber(term.value)}`]);
  if (others.length > 0) {
    const rest = others.reduce((sum, term) => sum + term.value, 0);
    rows.push([`  the other ${others.length} together`, "", `= ${formatNumber(rest)}`]);
  }
  const zeros = terms.length - live.length;
  const size = `a sum of ${terms.length} terms${zeros > 0 ? `, ${zeros} of them 0` : ""}`;
  return `${size}${others.length > 0 ? "; the largest" : ""}:\n${table(rows, 3)}`;
}

function names({ factors }: Term): string {
  return factors.map(({ address, constant }) => address ?? constant).join(" · ");
}

function numbers({ factors }: Term): string {
  return factors.map(({ value }) => formatNumber(value)).join(" · ");
}
