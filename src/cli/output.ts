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

/** Bold where standard output is a terminal and colours are wanted. */
export function heading(text: string): string {
  return styleText("bold", text, { stream: process.stdout });
}

/** A share 0…1 as a percentage, such as "97.02 %". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Rows as aligned columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Says an error in one line on standard error; gives the exit code: 2 for what the user can mend, 1 for a fault of ours. */
export function report(error: unknown, debug: boolean): number {
  const known = error instanceof CutawayError;
  const text = known ? error.message : `unexpected fault: ${error instanceof Error ? error.message : String(error)}`;
  say(`${styleText("red", "cutaway:", { stream: process.stderr })} ${text.replaceAll("\n", " ")}`);
  if (debug && error instanceof Error) say(error.stack ?? "");
  else if (!known) say("cutaway: this is a fault of ours; --debug shows where.");
  return known ? 2 : 1;
}
