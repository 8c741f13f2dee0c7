// What a model of the embedded digits is sure of: measured by train, stored in the file, told by info, asked for by predict.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { sampleImage } from "../../src/data/dataset.ts";
import { digits } from "../../src/data/digits/digits.ts";
import { scribbles } from "../../src/data/digits/scribbles.ts";
import { pngOf, writeClassFolders } from "./material.ts";
import { type Json, linesOf, type Ran, userFolder } from "./run.ts";

const place = userFolder();
const { run } = place;
const path = "runs/lesson-digits-1/model.safetensors";
const score = "the guess's probability where “none of these” is one more answer";
const share = (text: string) => Number(text) / 100;
let trained: Ran;

beforeAll(async () => {
  trained = await run("train", "--epochs", "1");
}, 60_000);

/** What the line says that `train` and `info` share: the threshold and both shares, 0…1. */
function told(line: string) {
  const pattern = new RegExp(
    `from ([\\d.]+) % on, ${score}; then ([\\d.]+) % of known pictures read right are sure, ([\\d.]+) % of scribbles are not$`,
  );
  const [, threshold, known, strange] = pattern.exec(line) ?? [];
  return { threshold: share(threshold), known: share(known), unsure: share(strange) };
}

describe("train on the digits", () => {
  test("says in one line from which score on a guess is sure, and how long it took to measure", () => {
    expect(trained.code).toBe(0);
    const [accuracy, line, ...rest] = linesOf(trained.stdout);
    expect(accuracy).toMatch(/^Test accuracy .* The model: runs\/lesson-digits-1\/model\.safetensors$/);
    expect(rest).toEqual([]);
    expect(line).toMatch(/^Sure of a guess from /);
    expect(told(line).known).toBeGreaterThanOrEqual(0.95);
    expect(told(line).unsure).toBeGreaterThan(0.7);
    expect(linesOf(trained.stderr).at(-1)).toMatch(
      /^Calibrated on 3,000 other digits and 3,000 scribbles in \d+\.\d s$/,
    );
  });

  test("the file keeps it: info says the same, and --json in full", async () => {
    const [, line] = linesOf(trained.stdout);
    const text = linesOf((await run("info", path)).stdout).at(-1) as string;
    expect(text).toBe(line.replace("Sure of a guess", "sure:"));
    const [{ sureness }] = (await run("info", path, "--json")).json as [{ sureness: Json }];
    expect(Object.keys(sureness).sort()).toEqual(["known", "score", "scribbles", "threshold"]);
    expect(sureness.score).toBe(score);
    expect(sureness.threshold).toBeCloseTo(told(line).threshold, 4);
    expect(sureness.known).toBeCloseTo(told(line).known, 4);
    expect(sureness.scribbles).toBeCloseTo(1 - told(line).unsure, 4);
  });

  test("predict: digits are sure, scribbles are not", async () => {
    const asked = 20;
    const known = digits({ split: "test", count: asked });
    const strange = scribbles({ seed: 4711, count: asked });
    const names = await Promise.all(
      [...Array.from({ length: asked }, (_, k) => sampleImage(known, k)), ...strange].map(async (pixels, k) => {
        return place.write(`${k}.png`, await pngOf(Uint8Array.from(pixels), 28));
      }),
    );
    const { code, json } = await run("predict", path, ...names, "--json");
    expect(code).toBe(0);
    expect(json).toHaveLength(2 * asked);
    const [{ sureness }] = (await run("info", path, "--json")).json as [{ sureness: { threshold: number } }];
    for (const { certainty, sure } of json) expect(sure).toBe((certainty as number) >= sureness.threshold);
    expect(json.slice(0, asked).filter(({ sure }) => sure).length).toBeGreaterThanOrEqual(16);
    expect(json.slice(asked).filter(({ sure }) => !sure).length).toBeGreaterThanOrEqual(12);
    const [yes, no] = [json.slice(0, asked).find(({ sure }) => sure), json.slice(asked).find(({ sure }) => !sure)];
    const said = linesOf((await run("predict", path, yes?.file as string, no?.file as string)).stdout);
    expect(said.find((line) => line.startsWith(yes?.file as string))).toMatch(/; sure \([\d.]+ %, from [\d.]+ % on\)$/);
    expect(said.find((line) => line.startsWith(no?.file as string))).toMatch(
      /: not sure \([\d.]+ %, below [\d.]+ %\): \d/,
    );
  });

  test("the same seed gives the same bits, and --json the same numbers", async () => {
    const again = await run("train", "--epochs", "1", "--out", "again", "--json");
    const [model, other] = [path, "again/model.safetensors"].map((file) => readFileSync(join(place.folder, file)));
    expect(other.equals(model)).toBe(true);
    const [{ sureness }] = (await run("info", path, "--json")).json;
    expect(again.json.at(-1)).toMatchObject({ event: "done", sureness });
  });
});

describe("other models", () => {
  test("of other data are not calibrated", async () => {
    await writeClassFolders(join(place.folder, "shapes"));
    const { stdout, stderr } = await run("train", "--data", "shapes", "--epochs", "1");
    expect(linesOf(stdout)).toHaveLength(1);
    expect(stderr).not.toContain("Calibrated");
    const [{ sureness }] = (await run("info", "runs/lesson-shapes-1/model.safetensors", "--json")).json;
    expect(sureness).toBeUndefined();
  });

  test("a network that does not end in a dense layer is trained and saved all the same, and the reason is said", async () => {
    const nodes = [
      { op: "rescale", name: "rescale1", inputs: ["input"], options: { divisor: 255 } },
      { op: "avgPool2d", name: "pool1", inputs: ["rescale1"], options: { poolSize: [7, 7] } },
      { op: "conv2d", name: "conv1", inputs: ["pool1"], options: { filters: 10, kernelSize: [4, 4] } },
      { op: "flatten", name: "flatten1", inputs: ["conv1"] },
    ];
    place.write("flat.json", JSON.stringify({ input: [28, 28, 1], nodes }));
    const { code, stdout, stderr } = await run("train", "--net", "flat.json", "--epochs", "1");
    expect(stderr).toContain("Not calibrated: ");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Test accuracy .*\n$/);
    expect((await run("info", "runs/flat-digits-1/model.safetensors", "--json")).json[0].sureness).toBeUndefined();
  });
});
