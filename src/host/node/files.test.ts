// Files on a real disk: what is read and written, what the system refuses, and that no half of a file is ever left.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { missing } from "../../../test/data.ts";
import { createRun } from "../../io/run-folder.ts";
import { createNodeFiles } from "./files.ts";

const files = createNodeFiles();
const linux = process.platform === "linux";
const source = fileURLToPath(new URL("./files.ts", import.meta.url));
let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cutaway-files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a module in a Node of its own, where `files` and `at` are what they are here; gives what it printed. */
function inChild(code: string, { kilobytes = "unlimited" } = {}): string {
  const preamble = `import { createNodeFiles } from ${JSON.stringify(source)}; const files = createNodeFiles();`;
  const script = at("child.mjs");
  writeFileSync(script, `${preamble} const at = (name) => ${JSON.stringify(`${folder}/`)} + name; ${code}`);
  const limited = `ulimit -f ${kilobytes}; exec "$0" "$1"`;
  return execFileSync("bash", ["-c", limited, process.execPath, script], { encoding: "utf8" });
}

describe("what is there", () => {
  test("kind tells files, folders and nothing apart", async () => {
    writeFileSync(at("a"), "");
    symlinkSync(at("gone"), at("dangling"));
    expect(await files.kind(at("a"))).toBe("file");
    expect(await files.kind(folder)).toBe("folder");
    expect(await files.kind(at("b"))).toBeUndefined();
    expect(await files.kind(at("a", "below a file"))).toBeUndefined();
    expect(await files.kind(at("dangling"))).toBeUndefined();
  });

  test("names are listed in the order of their UTF-16 units", async () => {
    for (const name of ["b", "a10", "B", "é", "a9", "\uffee", "😀"]) writeFileSync(at(name), "");
    expect(await files.list(folder)).toEqual(["B", "a10", "a9", "b", "é", "😀", "\uffee"]);
  });

  test("bytes come back as they were written, as a plain Uint8Array", async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);
    await files.write(at("a"), bytes.subarray(1));
    const read = await files.read(at("a"));
    expect(read.constructor).toBe(Uint8Array);
    expect(read).toEqual(bytes.subarray(1));
    await files.write(at("empty"), new Uint8Array(0));
    expect(await files.read(at("empty"))).toEqual(new Uint8Array(0));
  });

  test("a write replaces, lines are added, folders are made with those above them", async () => {
    await files.makeFolder(at("x", "y"));
    await files.makeFolder(at("x", "y"));
    const path = files.join(folder, "x", "y", "log");
    await files.append(path, "one");
    await files.append(path, "two");
    expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
    await files.write(path, Uint8Array.of(65));
    expect(readFileSync(path, "utf8")).toBe("A");
    expect(readdirSync(at("x", "y"))).toEqual(["log"]);
  });

  test("a folder that two make at once is made once", async () => {
    await Promise.all([files.makeFolder(at("x", "y", "z")), createNodeFiles().makeFolder(at("x", "y", "z"))]);
    expect(existsSync(at("x", "y", "z"))).toBe(true);
  });

  test("a write through a link replaces what the link names", async () => {
    writeFileSync(at("a"), "old");
    symlinkSync(at("a"), at("link"));
    await files.write(at("link"), Uint8Array.of(65));
    expect(readFileSync(at("a"), "utf8")).toBe("A");
    expect(readdirSync(folder)).toEqual(["a", "link"]);
  });
});

describe("what is refused", () => {
  test.each([
    ["a missing file", () => files.read(at("b")), "file.missing"],
    ["a file below a file", () => files.read(at("a", "b")), "file.missing"],
    ["a folder read as a file", () => files.read(folder), "file.notFile"],
    ["a missing folder", () => files.list(at("b")), "file.missing"],
    ["a file listed as a folder", () => files.list(at("a")), "file.notFolder"],
    ["a folder made where a file is", () => files.makeFolder(at("a")), "file.notFolder"],
    ["a folder made below a file", () => files.makeFolder(at("a", "b", "c")), "file.notFolder"],
    ["a folder written as a file", () => files.write(folder, Uint8Array.of(1)), "file.notFile"],
    ["a write below a file", () => files.write(at("a", "b"), Uint8Array.of(1)), "file.unwritable"],
    ["a write into a missing folder", () => files.write(at("b", "c"), Uint8Array.of(1)), "file.unwritable"],
    ["a line into a missing folder", () => files.append(at("b", "c"), "line"), "file.unwritable"],
    ["a line into a folder", () => files.append(folder, "line"), "file.unwritable"],
    ["a name that is too long", () => files.kind(at("x".repeat(300))), "file.unreadable"],
    ["a name that no system has", () => files.read(at("a\0b")), "file.unreadable"],
    ["a run below a file", () => createRun(files, at("a", "run")), "file.notFolder"],
  ])("%s", async (_what, work, code) => {
    writeFileSync(at("a"), "kept");
    await expect(work()).rejects.toMatchObject({ name: "CutawayError", code });
    expect(readdirSync(folder)).toEqual(["a"]);
    expect(readFileSync(at("a"), "utf8")).toBe("kept");
  });

  test("the system's reason and the path are in the one line", async () => {
    writeFileSync(at("a"), "");
    await expect(files.write(at("a", "b"), Uint8Array.of(1))).rejects.toMatchObject({
      where: at("a", "b"),
      received: "ENOTDIR: not a directory",
      cause: { code: "ENOTDIR" },
    });
  });
});

/** Linux has places where even an administrator cannot write. */
const onLinux = test.skipIf(
  missing(linux, "what the system refuses to anybody", "it needs Linux's /proc, /sys and /dev/full"),
);

describe("what the system refuses to anybody", () => {
  onLinux("a folder in /proc or /sys, at once", async () => {
    for (const path of ["/proc/cutaway/run", "/sys/cutaway/run"]) {
      await expect(files.makeFolder(path)).rejects.toMatchObject({ code: "file.unwritable", where: dirname(path) });
      await expect(createRun(files, path)).rejects.toMatchObject({ code: "file.unwritable" });
    }
  });

  onLinux("memory that cannot be read", async () => {
    await expect(files.read("/proc/self/mem")).rejects.toMatchObject({
      code: "file.unreadable",
      received: "EIO: i/o error",
    });
  });

  onLinux("a line on a full disk", async () => {
    const refused = files.append("/dev/full", "line");
    await expect(refused).rejects.toMatchObject({
      code: "file.unwritable",
      received: "ENOSPC: no space left on device",
    });
    await expect(refused).rejects.toThrow("free some space");
  });

  onLinux("a device in the place of a file, which stays a device", async () => {
    symlinkSync("/dev/full", at("device"));
    await expect(files.write(at("device"), Uint8Array.of(1))).rejects.toMatchObject({
      code: "file.notFile",
      received: "a device",
    });
    expect(readdirSync(folder)).toEqual(["device"]);
  });
});

describe("no half of a file is ever left", () => {
  onLinux("when the room ends in the middle of a write or a line", () => {
    writeFileSync(at("model"), "old");
    writeFileSync(at("log"), "one\n");
    const printed = inChild(
      `const say = ({ code, received }) => console.log(code, received);
       await files.write(at("model"), new Uint8Array(1e6)).catch(say);
       await files.append(at("log"), "x".repeat(1e6)).catch(say);`,
      { kilobytes: "100" },
    );
    expect(printed).toBe("file.unwritable EFBIG: file too large\n".repeat(2));
    expect(readFileSync(at("model"), "utf8")).toBe("old");
    expect(readFileSync(at("log"), "utf8")).toBe("one\n");
    expect(readdirSync(folder)).toEqual(["child.mjs", "log", "model"]);
  });

  test("when temporaries are removed in the middle of a write", async () => {
    writeFileSync(at("model"), "old");
    const own = createNodeFiles();
    const outcome = own.write(at("model"), new Uint8Array(3e7)).catch((error) => error);
    while (readdirSync(folder).length === 1) await new Promise(setImmediate);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(`^\\.cutaway-${process.pid}-\\d+\\.tmp$`), "model"]);
    own.removeTemporaries();
    expect(readdirSync(folder)).toEqual(["model"]);
    expect(await outcome).toMatchObject({ code: "file.unwritable" });
    expect(readFileSync(at("model"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["model"]);
  });

  test.each([0, 1, 2, 4, 8, 16, 32])("when the process ends %i ms into a write", (delay) => {
    writeFileSync(at("model"), "old");
    inChild(
      `files.write(at("model"), new Uint8Array(2e6).fill(65));
       setTimeout(() => { files.removeTemporaries(); process.exit(0); }, ${delay});`,
    );
    expect(readdirSync(folder)).toEqual(["child.mjs", "model"]);
    expect(["old", "A".repeat(2e6)]).toContain(readFileSync(at("model"), "utf8"));
  });

  test("when many write one file at once: the last to arrive stands, whole", async () => {
    const texts = Array.from({ length: 20 }, (_, i) => String.fromCharCode(65 + i).repeat(10_000));
    await Promise.all(texts.map((text) => files.write(at("model"), new TextEncoder().encode(text))));
    expect(texts).toContain(readFileSync(at("model"), "utf8"));
    expect(readdirSync(folder)).toEqual(["model"]);
  });

  test("and what another process left under our name is not touched", async () => {
    const theirs = `.cutaway-${process.pid}-0.tmp`;
    writeFileSync(at(theirs), "theirs");
    const own = createNodeFiles();
    await own.write(at("model"), Uint8Array.of(65));
    own.removeTemporaries();
    expect(readFileSync(at(theirs), "utf8")).toBe("theirs");
    expect(readdirSync(folder)).toEqual([theirs, "model"]);
  });
});

test("a run on a real disk: three files, whole lines", async () => {
  const run = await createRun(files, at("runs", "first"));
  await run.writeSettings({ seed: 1 });
  await run.appendMetrics({ epoch: 1 });
  await run.appendMetrics({ epoch: 2 });
  expect(await run.writeModel(Uint8Array.of(65))).toBe(at("runs", "first", "model.safetensors"));
  expect(await files.list(run.folder)).toEqual(["metrics.jsonl", "model.safetensors", "run.json"]);
  expect(readFileSync(at("runs", "first", "metrics.jsonl"), "utf8")).toBe('{"epoch":1}\n{"epoch":2}\n');
  await expect(createRun(files, run.folder)).rejects.toMatchObject({ code: "run.exists" });
  await createRun(files, run.folder, { force: true });
  expect(readFileSync(at("runs", "first", "metrics.jsonl"), "utf8")).toBe("");
});

test("a removed file is gone, and where there is none nothing happens", async () => {
  await files.write(at("a"), Uint8Array.of(1));
  await files.remove(at("a"));
  await files.remove(at("a"));
  expect(await files.list(folder)).toEqual([]);
});
