// The files of the repository as the checks and generators see them: what git keeps, without asking git.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root, with a slash at the end. */
export const root = fileURLToPath(new URL("..", import.meta.url));

const ignored = new Set([".git", "node_modules", "dist", "runs", "coverage", ".peers", ".tools"]);

/** Paths of all files at or under `folder`, relative to the root, with forward slashes, sorted. */
export function filesUnder(folder = ""): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (ignored.has(entry.name)) continue;
    if (entry.isDirectory()) found.push(...filesUnder(path));
    else if (!entry.name.endsWith(".tgz")) found.push(path);
  }
  return found.sort();
}

/** The text of a file, by its path from the root. */
export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

export const isTest = (path: string) => path.endsWith(".test.ts");

/** "src/ops" for "src/ops/op.ts"; "" for a file at the root. */
export const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** The comment (in Python also the docstring) of the first line, or of the second under a "#!" line; undefined where there is none. */
export function firstComment(text: string): string | undefined {
  const [line] = text.replace(/^#!.*\n/, "").split("\n", 1);
  const [, comment, docstring, ofComponent] = /^(?:\/\/|#) (.*)$|^"""(.*)$|^<!-- (.*) -->$/.exec(line) ?? [];
  return comment ?? docstring ?? ofComponent;
}

/** What of a file is TypeScript, every line where it stands in the file: of a component its scripts, of others all. */
export function scriptOf(path: string, text: string): string {
  if (!path.endsWith(".svelte")) return text;
  const inside = [...text.matchAll(/^<script[^>]*>\n([\s\S]*?)^<\/script>/gm)];
  const begins = ({ index, 0: whole }: RegExpExecArray) => index + whole.indexOf("\n") + 1;
  const kept = new Set(inside.flatMap((found) => linesFrom(text, begins(found), found[1])));
  return text
    .split("\n")
    .map((line, k) => (kept.has(k) ? line : ""))
    .join("\n");
}

/** The numbers of the lines, from 0, that a part of a text takes. */
function linesFrom(text: string, start: number, part: string): number[] {
  const first = text.slice(0, start).split("\n").length - 1;
  return part
    .split("\n")
    .slice(0, -1)
    .map((_, k) => first + k);
}

/** Whether a file can begin with a comment: code of any kind. */
export const isCode = (path: string) => /\.(?:ts|tsx|js|mjs|cjs|sh|py|svelte)$/.test(path) || path === ".ci/run";
