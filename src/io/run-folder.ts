// A run as a folder: run.json (what was asked), metrics.jsonl (how it went), model.safetensors (what came out).

import type { Files } from "../base/host.ts";
import { encodeUtf8, sortedJson, toJsonLine } from "../base/text.ts";
import { fail } from "../base/words/file.ts";

/** A run that is being written. */
export interface Run {
  readonly folder: string;
  /** Writes run.json: one object with sorted keys (settings, seed, versions, instruction set, threads, data hash). */
  writeSettings(settings: object): Promise<void>;
  /** Adds one object as one line of metrics.jsonl; non-finite numbers are strings. Wait for each before the next. */
  appendMetrics(metrics: object): Promise<void>;
  /** Writes model.safetensors, all or nothing; gives its path. */
  writeModel(bytes: Uint8Array): Promise<string>;
}

/**
 * Makes a folder ready for a run and begins an empty metrics.jsonl in it, so that a folder that cannot be written is found
 * out here, before any training. With `force` the files of a previous run are removed; nothing else in
 * the folder is touched.
 *
 * @throws CutawayError "run.exists": the folder holds a file of a run and `force` is not set;
 * "file.…": it cannot be made or written
 */
export async function createRun(files: Files, folder: string, { force = false } = {}): Promise<Run> {
  const settings = files.join(folder, "run.json");
  const metrics = files.join(folder, "metrics.jsonl");
  const model = files.join(folder, "model.safetensors");
  for (const path of [settings, metrics, model]) {
    const kind = await files.kind(path);
    if (kind === "folder") fail("file.notFile", { where: path, received: "folder" });
    if (kind === "file" && !force) fail("run.exists", { where: folder, received: path });
  }
  await files.makeFolder(folder);
  for (const path of [settings, model]) await files.remove(path);
  await files.write(metrics, new Uint8Array(0));
  return {
    folder,
    writeSettings: (value) => files.write(settings, encodeUtf8(`${sortedJson(value)}\n`)),
    appendMetrics: (value) => files.append(metrics, toJsonLine(value)),
    writeModel: async (bytes) => {
      await files.write(model, bytes);
      return model;
    },
  };
}
