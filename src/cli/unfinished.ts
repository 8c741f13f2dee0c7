// A run that yields no model leaves nothing behind, however the process ends: an error, the second Ctrl-C, a closed pipe.
import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { NodeFiles } from "../host/node/files.ts";
import { createRun, type Run } from "../io/run-folder.ts";

export interface UnfinishedRun extends Run {
  /** From now on the folder stays as it is: it holds the model. */
  keep(): void;
}

/** Makes the run folder as `createRun` does. Unless it is kept, what the run wrote is removed when the process ends: its
 * run.json and metrics.jsonl, unfinished writes, and the folders that were made for it. */
export async function createUnfinishedRun(files: NodeFiles, folder: string, force: boolean): Promise<UnfinishedRun> {
  const made = missingFolders(folder);
  const written: string[] = [];
  const clear = () => {
    files.removeTemporaries();
    for (const path of written) rmSync(path, { force: true });
    for (const path of made) if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path);
  };
  process.on("exit", clear);
  const run = await createRun(files, folder, { force });
  written.push(files.join(folder, "run.json"), files.join(folder, "metrics.jsonl"));
  return { ...run, keep: () => process.off("exit", clear) };
}

/** The folder and those above it that are not there yet, the deepest first. */
function missingFolders(path: string): string[] {
  return existsSync(path) || dirname(path) === path ? [] : [path, ...missingFolders(dirname(path))];
}
