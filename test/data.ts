// Where the data for tests is, and the one line that says why a test did not run.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = process.env.CUTAWAY_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url));
const strict = process.env.CI_STRICT === "1";

/** A path in the data folder, or undefined where it is not there. */
export function dataPath(...parts: string[]): string | undefined {
  const path = join(root, ...parts);
  return existsSync(path) ? path : undefined;
}

/** True when `present` is missing: says so in one line and lets the caller skip. With CI_STRICT=1 it throws instead. */
export function missing(present: unknown, test: string, because: string): boolean {
  if (present) return false;
  if (strict) throw new Error(`${test} may not be skipped here: ${because}`);
  process.stderr.write(`skipped: ${test} because ${because}\n`);
  return true;
}

/** Debian's interpreter, for which python3-torch is packaged. */
export const python = "/usr/bin/python3";

export function hasTorch(): boolean {
  try {
    execFileSync(python, ["-c", "import torch"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
