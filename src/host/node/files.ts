// Files on this machine's disk. A write is whole or not there: a temporary neighbour, synced, then renamed.
import { closeSync, openSync, rmSync } from "node:fs";
import { mkdir, open, readdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CutawayError } from "../../base/errors.ts";
import type { Files } from "../../base/host.ts";
import { fail } from "../../base/words/file.ts";

/**
 * Files whose unfinished writes can be undone at once.
 * Errors of all methods: "file.missing", "file.notFile", "file.notFolder", "file.unreadable" and "file.unwritable", the
 * last two with the system's reason.
 */
export interface NodeFiles extends Files {
  /**
   * Removes the temporaries of writes that are under way, synchronously: the last call before `process.exit`, which ends
   * those writes. What they were to replace stays as it was.
   */
  removeTemporaries(): void;
}

/** The files of this machine; each object knows its own writes and nothing is shared between two of them. */
export function createNodeFiles(): NodeFiles {
  const temporaries = new Set<string>();
  let counter = 0;

  /**
   * An empty file of ours in the folder. Made synchronously, and only ever opened again as an existing file: whatever is
   * still under way when `removeTemporaries` has run, none of it can bring a temporary back.
   */
  function makeTemporary(folder: string): string {
    for (;;) {
      const path = join(folder, `.cutaway-${process.pid}-${counter++}.tmp`);
      try {
        closeSync(openSync(path, "wx"));
        temporaries.add(path);
        return path;
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
    }
  }

  async function write(path: string, bytes: Uint8Array): Promise<void> {
    const target = await destination(path);
    const temporary = makeTemporary(dirname(target));
    try {
      await fill(temporary, bytes);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      temporaries.delete(temporary);
    }
    await syncFolder(dirname(target));
  }

  return {
    kind,
    list,
    read,
    write: (path, bytes) => attempt("file.unwritable", path, () => write(path, bytes)),
    append: (path, line) => attempt("file.unwritable", path, () => append(path, line)),
    remove: (path) => attempt("file.unwritable", path, () => rm(path, { force: true })),
    makeFolder,
    join,
    removeTemporaries: () => {
      for (const path of temporaries) rmSync(path, { force: true });
    },
  };
}

async function kind(path: string): Promise<"file" | "folder" | undefined> {
  return attempt("file.unreadable", path, async () => {
    const found = await statOf(path);
    return found && (found.isDirectory() ? "folder" : "file");
  });
}

async function list(path: string): Promise<string[]> {
  await expectKind(path, "folder");
  return attempt("file.unreadable", path, async () => (await readdir(path)).sort());
}

async function read(path: string): Promise<Uint8Array> {
  await expectKind(path, "file");
  const { buffer, byteOffset, byteLength } = await attempt("file.unreadable", path, () => readFile(path));
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Makes the folder and those above it, one at a time, for Node's own recursion never ends below /proc. Another process
 * may make one first.
 */
async function makeFolder(path: string): Promise<void> {
  const found = await kind(path);
  if (found === "folder") return;
  if (found === "file") fail("file.notFolder", { where: path });
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await attempt("file.unwritable", path, () =>
    mkdir(path).catch(async (error) => {
      if ((await kind(path)) !== "folder") throw error;
    }),
  );
}

/** Adds a line, or on failure nothing. */
async function append(path: string, line: string): Promise<void> {
  const file = await open(path, "a");
  try {
    const before = await file.stat();
    try {
      await file.writeFile(`${line}\n`);
    } catch (error) {
      if (before.isFile()) await file.truncate(before.size);
      throw error;
    }
  } finally {
    await file.close();
  }
}

/** What a write replaces: the file itself where the path is a link to one. Never a folder or a device. */
async function destination(path: string): Promise<string> {
  const found = await statOf(path);
  if (!found) return path;
  if (!found.isFile()) fail("file.notFile", { where: path, received: found.isDirectory() ? "folder" : "device" });
  return realpath(path);
}

/** Writes an existing file and waits until the disk has it. */
async function fill(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What systems answer that cannot sync a folder, Windows among them. */
const noFolderSync = ["EACCES", "EBADF", "EINVAL", "EISDIR", "ENOSYS", "ENOTSUP", "EPERM"];

/** Waits until the disk has the new name of a file, where the system offers that. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, "r");
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    if (!noFolderSync.includes(codeOf(error) ?? "")) throw error;
  }
}

async function expectKind(path: string, expected: "file" | "folder"): Promise<void> {
  const found = await kind(path);
  if (found === undefined) fail("file.missing", { where: path, expected });
  if (found === expected) return;
  if (expected === "folder") fail("file.notFolder", { where: path });
  fail("file.notFile", { where: path, received: "folder" });
}

/** What is at the path, links followed; undefined where there is nothing. */
async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Does the work; what the system refuses becomes an error that the user can mend. */
async function attempt<T>(
  code: "file.unreadable" | "file.unwritable",
  where: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const system = codeOf(error);
    if (error instanceof CutawayError || system === undefined) throw error;
    return fail(code, { where, reason: { code: system, text: sentenceOf(error as NodeJS.ErrnoException) } }, error);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** "no space left on device" of Node's "ENOSPC: no space left on device, write"; other messages as they are. */
function sentenceOf({ code, syscall, message }: NodeJS.ErrnoException): string {
  if (syscall === undefined) return message;
  return message.slice(`${code}: `.length, message.indexOf(`, ${syscall}`));
}
