// cutaway story: one step in five forms, by the ending of the file or --format; existing files are kept; what it refuses.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { saveModel } from "../../src/index.ts";
import { lesson6, lesson6Image } from "../../src/story/lesson6.ts";
import { pngOf } from "./material.ts";
import { linesOf, userFolder } from "./run.ts";

const place = userFolder();
const { run } = place;
const net = JSON.parse(readFileSync(new URL("../../fixtures/lesson-net.json", import.meta.url), "utf8"));

beforeAll(async () => {
  place.write("lesson6.safetensors", saveModel(lesson6()));
  place.write("six.png", await pngOf(Uint8Array.from(lesson6Image), 6));
});

const story = (...args: string[]) => run("story", "lesson6.safetensors", "--input", "six.png", ...args);
const labelled = ["--label", "vertical"];
const read = (name: string) => readFileSync(join(place.folder, name), "utf8");

describe("forms", () => {
  test("text on standard output, without colours where there is no terminal", async () => {
    const { code, stdout, stderr } = await story(...labelled);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(linesOf(stdout)[0]).toBe("One training step on a picture of class 0, vertical");
    expect(stdout).toContain("before the step          1.204271");
    expect(stdout).not.toContain("\u001b");
  });

  test("--json: one object with every number in full", async () => {
    const { json } = await story(...labelled, "--json");
    expect(json).toHaveLength(1);
    expect(json[0]).toMatchObject({ label: 0, guess: 2, dtype: "f64", probs: { values: net.p } });
    expect((json[0].update as { after: number }).after).toBeCloseTo(net["after_eta_0.001"].L, 12);
  });

  test("--lr and --backend", async () => {
    const { json } = await story(...labelled, "--lr", "0.01", "--backend", "wasm", "--exact", "--format", "json");
    expect(json[0]).toMatchObject({ dtype: "f32", backend: "wasm, simd", update: { learningRate: 0.01 } });
    expect((json[0].update as { after: number }).after).toBeCloseTo(net["after_eta_0.01"].L, 5);
  });

  test.each([
    ["s.txt", /^One training step/],
    ["s.json", /^\{"title":"One/],
    ["s.md", /^# One training step/],
    ["s.TEX", /^\\documentclass/],
    ["s.html", /^<!doctype html>/],
  ])("%s by its ending", async (name, begins) => {
    const { code, stdout } = await story(...labelled, "-o", name);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `wrote ${name}\n` });
    expect(read(name)).toMatch(begins);
    expect(read(name).endsWith("\n")).toBe(true);
  });

  test("--format is stronger than the ending", async () => {
    await story(...labelled, "-o", "notes.txt", "--format", "markdown");
    expect(read("notes.txt")).toMatch(/^# One/);
  });
});

test("a file that is there is kept, unless --force says otherwise", async () => {
  place.write("mine.md", "mine\n");
  const { code, stderr } = await story(...labelled, "-o", "mine.md");
  expect(code).toBe(2);
  expect(stderr).toContain("mine.md: expected a name that no file has yet");
  expect(read("mine.md")).toBe("mine\n");
  expect((await story(...labelled, "-o", "mine.md", "--force")).code).toBe(0);
  expect(read("mine.md")).toMatch(/^# One/);
});

describe("refused in one line, and nothing is written", () => {
  test.each([
    [[], "option --label: expected the true class of the picture, got nothing"],
    [["--label", "round"], "a class (vertical, horizontal, diagonal)"],
    [[...labelled, "-o", "out.doc"], "a file that ends in .txt, .json, .md, .tex, .html"],
    [[...labelled, "--format", "pdf"], "text | json | markdown | latex | html"],
    [[...labelled, "-o", "no-folder/out.md"], "no-folder/out.md: expected a place that can be written"],
    [[...labelled, "--lr", "-1"], "a finite number from 0 up"],
  ])("%j", async (args, words) => {
    const before = place.list();
    const { code, stdout, stderr } = await story(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(words);
    expect(place.list()).toEqual(before);
  });
});

test("--help fits a wide terminal", async () => {
  const { stdout, code } = await run("story", "--help");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: cutaway story/);
  expect(Math.max(...linesOf(stdout).map((line) => line.length))).toBeLessThanOrEqual(120);
});
