// The README's promises: its TypeScript runs and prints what its comments say, its commands exist, its figures hold.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const readme = readFileSync(`${root}README.md`, "utf8");

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text]) => text);
}

test("it is short enough to be read", () => {
  expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
});

// A project of a user's own, in which the package is installed.
const folder = mkdtempSync(join(tmpdir(), "cutaway-readme-"));
const [example] = blocks("ts");

beforeAll(() => {
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/cutaway"));
  for (const name of ["example.ts", "example.mjs"]) writeFileSync(`${folder}/${name}`, example);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the example runs on the built package, learns, and prints what its comment says", () => {
  const promised = /console\.log\(terms\.length.*\/\/ (\d+ true)/.exec(example)?.[1];
  const lines = execFileSync(process.execPath, [`${folder}/example.mjs`], { encoding: "utf8" })
    .trim()
    .split("\n");
  expect(lines.at(-1)).toBe(promised);
  expect(Number(lines.at(-2))).toBeGreaterThan(0.85);
});

test("the example type-checks against the built package", () => {
  const options = [
    "--ignoreConfig",
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2023",
    "--lib",
    "es2023,dom",
  ];
  execFileSync(`${root}node_modules/.bin/tsc`, [...options, `${folder}/example.ts`], { encoding: "utf8" });
});

test("its commands exist", () => {
  const help = execFileSync(process.execPath, [`${root}bin/cutaway.cjs`, "--help"], { encoding: "utf8" });
  for (const command of [
    "train",
    "eval",
    "predict",
    "explain",
    "check",
    "why",
    "story",
    "attend",
    "patches",
    "export",
    "lesson",
    "example",
    "studio",
    "info",
  ])
    expect(help).toContain(`${command} `);
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["start", "test"]));
});
