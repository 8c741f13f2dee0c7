// cutaway attend and cutaway patches: maps, single cells and patches as text and JSON on the lesson's network; and what they refuse.
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { saveModel } from "../../src/index.ts";
import { lesson6, lesson6Image } from "../../src/story/lesson6.ts";
import { pngOf } from "./material.ts";
import { type Json, linesOf, userFolder } from "./run.ts";

const place = userFolder();
const { run } = place;
const model = () => join(place.folder, "lesson6.safetensors");
const picture = ["--input", "six.png"];

beforeAll(async () => {
  place.write("lesson6.safetensors", saveModel(lesson6()));
  const bright = await pngOf(Uint8Array.from(lesson6Image), 6);
  place.write("six.png", bright);
  for (const [name, scale] of [
    ["vertical", 1],
    ["horizontal", 0.5],
    ["diagonal", 0.25],
  ] as const) {
    const pixels = Uint8Array.from(lesson6Image, (pixel) => Math.round(pixel * scale));
    place.write(`pictures/${name}/a.png`, await pngOf(pixels, 6));
    place.write(`pictures/${name}/b.png`, await pngOf(pixels.toReversed(), 6));
  }
});

const attend = (...args: string[]) => run("attend", model(), ...picture, ...args);
const patches = (...args: string[]) => run("patches", model(), "--data", "pictures", "--split", "all", ...args);

async function jsonOf(running: ReturnType<typeof run>): Promise<Json> {
  const { stderr, json } = await running;
  expect(stderr).toBe("");
  expect(json).toHaveLength(1);
  return json[0];
}

describe("maps", () => {
  test("Grad-CAM as shades with its legend", async () => {
    const { code, stdout, stderr } = await attend("--map", "grad-cam", "--target", "logits[0]");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = linesOf(stdout);
    expect(lines[0]).toContain("Grad-CAM of logits[0]");
    expect(lines.slice(2, 8)).toEqual([
      "┌────────┐",
      "│  ░░░░  │",
      "│  ▒▒░░  │",
      "│░░░░░░  │",
      "│░░░░    │",
      "└────────┘",
    ]);
    expect(lines[8]).toBe("0 … 0.5, blank ░▒▓█");
  });

  test("saliency is the default, of the guess; --json has every cell", async () => {
    const found = await jsonOf(attend("--json"));
    expect(Object.keys(found).sort()).toEqual(["formula", "kind", "shape", "stated", "target", "values"]);
    expect(found).toMatchObject({ kind: "saliency", target: "logits[2]", shape: [6, 6] });
    expect(found.values).toHaveLength(36);
    const { values } = await jsonOf(attend("--target", "logits[0]", "--json"));
    expect((values as number[])[14]).toBeCloseTo(0.0030637254901960784, 14);
  });

  test("--at opens one cell", async () => {
    const options = ["--map", "occlusion", "--value", "153", "--target", "logits[0]", "--at", "2,2"];
    expect((await attend(...options)).stdout).toContain("occlusion(logits[0])[2,2] ≈ −0.1563");
    const account = await jsonOf(attend(...options, "--json"));
    expect(account).toMatchObject({ value: -0.15625, total: -0.15625, residual: 0 });
  });

  test.each([
    [["--target", "loss"], "option target"],
    [["--target", "logits[7]"], "logits[7]"],
    [["--map", "grad-cam", "--layer", "conv9"], "rescale1, conv1, relu1, pool1, got conv9"],
    [["--layer", "conv1"], "--map grad-cam"],
    [["--map", "grad-cam", "--size", "2"], "--map occlusion"],
    [["--map", "occlusion", "--size", "7"], "the picture is 6×6"],
    [["--map", "occlusion", "--value", "grey"], "a finite number"],
    [["--at", "2"], "a row and a column"],
    [["--at", "6,0"], "a row 0…5 and a column 0…5"],
    [["--map", "heat"], "saliency | grad-cam | occlusion"],
  ])("%j is refused in one line", async (wrong, words) => {
    const { code, stdout, stderr } = await attend(...wrong);
    expect({ code, stdout, lines: linesOf(stderr).length }).toEqual({ code: 2, stdout: "", lines: 1 });
    expect(stderr).toContain(words);
  });
});

describe("patches", () => {
  test("the strongest first, with their pixels", async () => {
    const { code, stdout, stderr } = await patches(
      "--layer",
      "relu1",
      "--filters",
      "0",
      "--count",
      "2",
      "--backend",
      "reference",
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = linesOf(stdout);
    expect(lines[0]).toBe("relu1, filter 0");
    expect(lines[1]).toMatch(/^ {2}picture \d +vertical +relu1\.out\[1,1,0\] = 12 +pixels of rows 1…3, columns 1…3$/);
    expect(lines.filter((line) => line.includes("picture "))).toHaveLength(2);
  });

  test("--json has every filter, its patches and their pixels", async () => {
    const found = await jsonOf(patches("--layer", "relu1", "--json"));
    expect(found).toMatchObject({ layer: "relu1", pictures: 6 });
    const filters = found.filters as { readonly filter: number; readonly patches: readonly Json[] }[];
    expect(filters.map((each) => [each.filter, each.patches.length])).toEqual([
      [0, 6],
      [1, 6],
      [2, 6],
    ]);
    expect(filters[0].patches[0]).toMatchObject({
      label: 0,
      value: 12,
      address: "relu1.out[1,1,0]",
      area: { rows: [1, 3], columns: [1, 3] },
      pixels: { shape: [3, 3, 1], values: [255, 204, 51, 153, 102, 0, 255, 204, 0] },
    });
  });

  test.each([
    [["--layer", "relu9"], "conv1, relu1"],
    [["--layer", "relu1", "--filters", "3"], "the layer has 3 filters"],
    [["--layer", "relu1", "--filters", "a"], "positions from 0 up"],
    [["--layer", "relu1", "--count", "0"], "a whole number from 1 up"],
  ])("%j is refused in one line", async (wrong, words) => {
    const { code, stdout, stderr } = await patches(...wrong);
    expect({ code, stdout, lines: linesOf(stderr).length }).toEqual({ code: 2, stdout: "", lines: 1 });
    expect(stderr).toContain(words);
  });
});
