// Runs the command as a user does: a process of its own, in a folder of its own.
import { spawn } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

/** The built command; CUTAWAY_BIN names another one, such as that of an installed package. */
export const bin = process.env.CUTAWAY_BIN ?? fileURLToPath(new URL("../../bin/cutaway.cjs", import.meta.url));

export type Json = { readonly [key: string]: unknown };

export interface Ran {
  /** The exit code; null where a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output, one JSON object a line. Throws where a line is something else. */
  readonly json: Json[];
}

/** A command that is under way. */
export interface Running {
  readonly ended: Promise<Ran>;
  /** Resolves once standard error holds the text. */
  said(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Ends the reading of standard output, as head does. */
  closeOutput(): void;
}

export interface UserFolder {
  readonly folder: string;
  /** Writes a file in the folder, and the folders above it; gives its path. */
  write(path: string, content: string | Uint8Array): string;
  /** Every file and folder in it, by name; files with their sizes. */
  list(): string[];
  run(...args: string[]): Promise<Ran>;
  start(...args: string[]): Running;
}

/** A folder that is removed after the tests of the file. */
export function userFolder(): UserFolder {
  const folder = mkdtempSync(join(tmpdir(), "cutaway-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const start = (...args: string[]) => launch(process.execPath, [bin, ...args], folder);
  return {
    folder,
    write(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
      return join(folder, path);
    },
    list: () => listOf(folder),
    run: (...args) => start(...args).ended,
    start,
  };
}

/** Links are named, not followed. */
function listOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return [`${entry.name}/`, ...listOf(path).map((inner) => `${entry.name}/${inner}`)];
      return [`${entry.name} ${lstatSync(path).size}`];
    });
}

/** Starts a program without a terminal and without this process's wishes about colours. */
export function launch(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Running {
  // What a caller says of colours, and CI, which turns them off, is not what a person at a terminal has.
  const { NO_COLOR: _, FORCE_COLOR: __, NODE_OPTIONS: ___, CI: ____, ...own } = process.env;
  const child = spawn(program, args, { cwd, env: { ...own, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  const waiting: (() => void)[] = [];
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text.stdout += part;
  });
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    text.stderr += part;
    for (const look of waiting) look();
  });
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({
        code,
        ...text,
        get json() {
          return linesOf(text.stdout).map((line) => JSON.parse(line) as Json);
        },
      });
    });
  });
  return {
    ended,
    said: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => text.stderr.includes(wanted) && resolve();
        waiting.push(look);
        look();
        child.on("close", () => reject(new Error(`ended without saying "${wanted}": ${text.stderr}`)));
      }),
    signal: (name) => child.kill(name),
    closeOutput: () => child.stdout.destroy(),
  };
}

/** The lines of a text that ends in a line break. */
export function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
