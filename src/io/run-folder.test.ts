// A run folder on files in memory: what is written, what is refused, what is replaced.
import { describe, expect, test } from "vitest";
import type { Files } from "../base/host.ts";
import { decodeUtf8, encodeUtf8 } from "../base/text.ts";
import { fail } from "../base/words/file.ts";
import { createRun } from "./run-folder.ts";

/** Files in memory, as text by path; a path that ends in "/" is a folder. `readOnly` refuses what would change them. */
function memoryFiles(contents: Record<string, string>, { readOnly = false } = {}): Files {
  const change = (path: string, text: string) => {
    if (readOnly) fail("file.unwritable", { where: path, reason: { code: "EROFS", text: "read-only file system" } });
    contents[path] = text;
  };
  return {
    kind: async (path) => (`${path}/` in contents ? "folder" : path in contents ? "file" : undefined),
    list: async (path) => fail("file.missing", { where: path, expected: "folder" }),
    read: async (path) => encodeUtf8(contents[path]),
    write: async (path, bytes) => change(path, decodeUtf8(bytes)!),
    append: async (path, line) => change(path, `${contents[path]}${line}\n`),
    remove: async (path) => {
      if (path in contents) change(path, "");
      delete contents[path];
    },
    makeFolder: async (path) => change(`${path}/`, ""),
    join: (...parts) => parts.join("/"),
  };
}

const previous = () => ({
  "runs/": "",
  "runs/a/": "",
  "runs/a/run.json": "old",
  "runs/a/metrics.jsonl": "old\n",
  "runs/a/model.safetensors": "old",
  "runs/a/notes.txt": "mine",
});

describe("a new run", () => {
  test("holds its settings, its metrics a line each, and its model", async () => {
    const contents: Record<string, string> = {};
    const run = await createRun(memoryFiles(contents), "runs/a");
    expect(run.folder).toBe("runs/a");
    expect(contents).toEqual({ "runs/a/": "", "runs/a/metrics.jsonl": "" });
    await run.writeSettings({ seed: 1, data: { hash: "ff", count: 2 } });
    await run.appendMetrics({ epoch: 1, loss: 0.1 });
    await run.appendMetrics({ epoch: 2, loss: Number.NaN });
    expect(await run.writeModel(encodeUtf8("model"))).toBe("runs/a/model.safetensors");
    expect(contents).toEqual({
      "runs/a/": "",
      "runs/a/run.json": '{"data":{"count":2,"hash":"ff"},"seed":1}\n',
      "runs/a/metrics.jsonl": '{"epoch":1,"loss":0.1}\n{"epoch":2,"loss":"NaN"}\n',
      "runs/a/model.safetensors": "model",
    });
  });

  test("begins in a folder that holds other things", async () => {
    const contents: Record<string, string> = { "runs/a/": "", "runs/a/notes.txt": "mine" };
    await createRun(memoryFiles(contents), "runs/a");
    expect(contents).toEqual({ "runs/a/": "", "runs/a/notes.txt": "mine", "runs/a/metrics.jsonl": "" });
  });
});

describe("a folder that holds a run", () => {
  test("is refused and left as it was", async () => {
    const contents = previous();
    const refused = createRun(memoryFiles(contents), "runs/a");
    await expect(refused).rejects.toMatchObject({ code: "run.exists", where: "runs/a" });
    await expect(refused).rejects.toThrow("--force");
    expect(contents).toEqual(previous());
  });

  test.each(["run.json", "metrics.jsonl", "model.safetensors"])("is known by %s alone", async (name) => {
    const files = memoryFiles({ [`runs/a/${name}`]: "" });
    await expect(createRun(files, "runs/a")).rejects.toMatchObject({ code: "run.exists" });
  });

  test("is replaced with force, and nothing else in it is touched", async () => {
    const contents: Record<string, string> = previous();
    const run = await createRun(memoryFiles(contents), "runs/a", { force: true });
    // The old settings and the old model do not stand beside the new metrics while training goes on.
    expect(contents).toEqual({ "runs/": "", "runs/a/": "", "runs/a/metrics.jsonl": "", "runs/a/notes.txt": "mine" });
    await run.writeSettings({ seed: 2 });
    await run.appendMetrics({ epoch: 1 });
    await run.writeModel(encodeUtf8("new"));
    expect(contents).toEqual({
      ...previous(),
      "runs/a/run.json": '{"seed":2}\n',
      "runs/a/metrics.jsonl": '{"epoch":1}\n',
      "runs/a/model.safetensors": "new",
    });
  });
});

describe("a folder that cannot hold a run is found out before training", () => {
  test("because nothing can be written", async () => {
    const files = memoryFiles({ "runs/a/": "" }, { readOnly: true });
    await expect(createRun(files, "runs/a")).rejects.toMatchObject({ code: "file.unwritable" });
  });

  test("because a folder has the name of one of its files, even with force", async () => {
    const files = memoryFiles({ "runs/a/": "", "runs/a/model.safetensors/": "" });
    await expect(createRun(files, "runs/a", { force: true })).rejects.toMatchObject({
      code: "file.notFile",
      where: "runs/a/model.safetensors",
    });
  });
});
