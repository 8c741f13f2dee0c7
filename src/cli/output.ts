// What the command line prints: results on standard output (or one JSON object a line), progress and errors on standard error.
import { styleText } from "node:util";
import { CutawayError } from "../base/errors.ts";
import { toJsonLine } from "../base/text.ts";

/** A line of result. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A result as one object on one line: camelCase keys, full precision, non-finite numbers as strings. */
export function printJson(value: object): void {
  print(toJsonLine(value));
}

/** A line about what is going on. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Milliseconds after which a user wants to know what is being waited for. */
const PATIENCE = 3000;

/** Waits for work; says what it is where it takes long. */
export async function patiently<T>(what: string, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => say(`${what} …`), PATIENCE);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

/** Bold where standard output is a terminal and colours are wanted. */
export function heading(text: string): string {
  return styleText("bold", text, { stream: process.stdout });
}

/** A share 0…1 as a percentage, such as "97.02 %"; a dash where there is nothing to take a share of. */
export function percent(share: number): string {
  return Number.isNaN(share) ? "–" : `${(100 * share).toFixed(2)} %`;
}

/** Rows as columns: the first `names` of them aligned left, the others, which are numbers, aligned right. */
export function table(rows: readonly (readonly string[])[], names = 1): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const aligned = (cell: string, column: number) =>
    column < names ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  return rows.map((row) => row.map(aligned).join("  ").trimEnd()).join("\n");
}

/** Says an error in one line on standard error; gives the exit code: 2 for what the user can mend, 1 for a fault of ours. */
export function report(error: unknown, debug: boolean): number {
  const known = error instanceof CutawayError;
  const text = messageOf(error);
  const sentence = known ? text : `a fault of ours${debug ? "" : " (--debug shows where)"}: ${text}`;
  say(`${styleText("red", "cutaway:", { stream: process.stderr })} ${sentence}`);
  if (debug) for (const trace of traces(error)) say(trace);
  return known ? 2 : 1;
}

/** What an error says, in one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ");
}

/** Where an error came from, and where each of its causes did. */
function traces(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [error.stack ?? error.message, ...traces(error.cause)];
}
