// Sureness: the score by hand, what calibration measures on digits, what it leaves alone, the way into a file and back, bad input.
import { beforeAll, describe, expect, test } from "vitest";
import { dataset } from "../data/dataset.ts";
import { digits } from "../data/digits/digits.ts";
import { scribbles } from "../data/digits/scribbles.ts";
import { loadModel, saveModel } from "../io/model-file.ts";
import { readSafetensors, writeSafetensors } from "../io/safetensors.ts";
import { sequential } from "../nn/build.ts";
import { dense, flatten, relu } from "../nn/layers.ts";
import type { Model } from "../nn/model.ts";
import { lesson } from "../nn/presets/lesson.ts";
import { type CalibrateOptions, calibrate } from "./calibrate.ts";
import { fit } from "./fit.ts";
import { linearDecay, sgd } from "./sgd.ts";

/** Two pixels, two classes, logits = pixels. */
function copying(useBias = true): Model {
  const model = sequential([1, 1, 2], flatten(), dense({ units: 2, useBias }));
  const bias: [string, Float64Array][] = useBias ? [["dense1.bias", new Float64Array(2)]] : [];
  model.restore(new Map([["dense1.weight", Float64Array.of(1, 0, 0, 1)], ...bias]));
  return model;
}
const measured = { score: "by hand", known: 1, scribbles: 0 };

describe("the score", () => {
  test("of pixels 3 and 1, where the unit gives 0·3 + 1·1 + 1 = 2: e³ ÷ (e³ + e¹ + e²); sure from the threshold on", async () => {
    const model = copying();
    model.sureness = { ...measured, threshold: 0.6, none: { weight: [0, 1], bias: 1 } };
    const expected = Math.exp(3) / (Math.exp(3) + Math.exp(1) + Math.exp(2));
    const guess = await model.predict([3, 1]);
    expect(guess.certainty).toBeCloseTo(expected, 14);
    expect(guess.sure).toBe(true);
    expect(guess.probs[0]).toBeCloseTo(Math.exp(3) / (Math.exp(3) + Math.exp(1)), 14);
    model.sureness = { ...model.sureness, threshold: 0.67 };
    expect(
      (
        await model.predict([
          [3, 1],
          [9, 1],
        ])
      ).map(({ sure }) => sure),
    ).toEqual([false, true]);
  });

  test("a layer without biases has a unit without one; a model in float32 answers in float32", async () => {
    const model = copying(false);
    model.cast("f32");
    model.sureness = { ...measured, threshold: 0.5, none: { weight: [1, 0] } };
    expect((await model.predict([2, 0])).certainty).toBeCloseTo(Math.exp(2) / (2 * Math.exp(2) + 1), 6);
  });

  test("without sureness a guess says nothing of it", async () => {
    expect(Object.keys(await copying().predict([3, 1]))).toEqual(["probs", "index", "name"]);
  });

  test("other parameters forget it", async () => {
    const sureness = { ...measured, threshold: 0.5, none: { weight: [0, 0], bias: 0 } };
    const changes: ((model: Model) => unknown)[] = [
      (model) => model.initialize(1),
      (model) => model.restore(model.snapshot()),
      (model) =>
        fit(model, dataset({ images: [1, 2, 3, 4], labels: [0, 1], shape: [1, 1, 2] }), { backend: "reference" }),
    ];
    for (const change of changes) {
      const model = copying();
      model.sureness = sureness;
      await change(model);
      expect(model.sureness).toBeUndefined();
    }
  });
});

describe("digits and scribbles", () => {
  let model: Model;
  const known = digits({ seed: 11, count: 3000 });
  const strange = scribbles({ seed: 11, count: 3000 });
  const fresh = digits({ seed: 12, count: 1500 });
  const freshPictures = Array.from({ length: 1500 }, (_, k) => fresh.images.subarray(784 * k, 784 * k + 784));
  const freshScribbles = scribbles({ seed: 12, count: 1400 });

  beforeAll(async () => {
    model = lesson();
    const optimizer = sgd({ learningRate: linearDecay(0.03), momentum: 0.9 });
    await fit(model, digits({ count: 12_000 }), { optimizer, epochs: 3, seed: 1 });
  }, 60_000);

  test("on fresh pictures: 95 % of the digits that it reads are sure, most scribbles are not; its numbers stay", async () => {
    const before = model.snapshot();
    const sureness = await calibrate(model, { known, scribbles: strange });
    expect(model.snapshot()).toEqual(before);
    expect(model.sureness).toBe(sureness);
    expect(sureness.none.weight.length).toBe(400);
    expect(sureness.known).toBeGreaterThanOrEqual(0.95);
    const read = (await model.predict(freshPictures)).filter(({ index }, k) => index === fresh.labels[k]);
    const sure = (guesses: readonly { sure?: boolean }[]) =>
      guesses.filter((guess) => guess.sure).length / guesses.length;
    expect(Math.abs(sure(read) - 0.95)).toBeLessThan(0.03);
    const lost = sure(await model.predict(freshScribbles));
    expect(lost).toBeLessThan(0.25);
    expect(Math.abs(lost - sureness.scribbles)).toBeLessThan(0.05);
  });

  test("what the model says by itself knows scribbles less well: its largest probability, the margin of its two largest logits", async () => {
    await calibrate(model, { known, scribbles: strange });
    const read = (await model.predict(freshPictures)).filter(({ index }, k) => index === fresh.labels[k]);
    const lost = await model.predict(freshScribbles);
    const scores: Readonly<Record<string, (guess: (typeof lost)[number]) => number>> = {
      "with none of these": ({ certainty = 0 }) => certainty,
      "largest probability": ({ probs }) => Math.max(...probs),
      "margin of the logits": ({ probs }) => {
        const [first, second] = [...probs].sort((a, b) => b - a);
        return Math.log(first) - Math.log(second);
      },
    };
    const caught = Object.entries(scores).map(([name, score]) => {
      const threshold = read.map(score).sort((a, b) => a - b)[Math.floor(0.05 * read.length)];
      const share = lost.filter((guess) => score(guess) < threshold).length / lost.length;
      process.stdout.write(`scribbles not sure where 95 % of digits are: ${name} ${(100 * share).toFixed(1)} %\n`);
      return share;
    });
    expect(caught[0]).toBeGreaterThan(0.75);
    expect(Math.max(caught[1], caught[2])).toBeLessThan(0.5);
  });

  test("a smaller share calls fewer scribbles sure; the same settings give the same bits", async () => {
    const strict = await calibrate(model, { known, scribbles: strange, share: 0.85 });
    const usual = await calibrate(model, { known, scribbles: strange });
    expect(strict.threshold).toBeGreaterThan(usual.threshold);
    expect(strict.scribbles).toBeLessThan(0.7 * usual.scribbles);
    expect(strict.none).toEqual(usual.none);
    expect(await calibrate(model, { known, scribbles: strange })).toEqual(usual);
  });

  test("a file keeps it, and one without it is read as before", async () => {
    const { sureness } = model;
    const loaded = loadModel(saveModel(model));
    expect(loaded.sureness).toEqual(sureness);
    expect(await loaded.predict(strange.slice(0, 3))).toEqual(await model.predict(strange.slice(0, 3)));
    loaded.sureness = undefined;
    expect(loadModel(saveModel(loaded)).sureness).toBeUndefined();
  });
});

describe("bad input", () => {
  const blank = {
    known: dataset({ images: new Uint8Array(80), labels: new Uint8Array(40).map((_, k) => k % 2), shape: [1, 1, 2] }),
  };
  const strange = Array.from({ length: 40 }, () => [1, 1]);
  const usual: CalibrateOptions = { ...blank, scribbles: strange, backend: "reference" };
  const flat = sequential([1, 1, 2], flatten(), dense({ units: 2 }), relu());

  test.each<[string, Model, Partial<CalibrateOptions>]>([
    ["calibrate.dense", flat, {}],
    ["calibrate.few", copying(), { scribbles: strange.slice(1) }],
    ["model.pixels", copying(), { scribbles: [...strange, [1]] }],
    ["model.shape", copying(), { known: digits({ count: 40 }) }],
    ["option.value", copying(), { share: 1 }],
    ["option.value", copying(), { share: Number.NaN }],
  ])("%s", async (code, model, options) => {
    await expect(calibrate(model, { ...usual, ...options })).rejects.toMatchObject({ code });
    expect(model.sureness).toBeUndefined();
  });

  test("a model that reads nothing right is told so", async () => {
    const labels = new Uint8Array(40).fill(1);
    const known = dataset({ images: new Uint8Array(80).map((_, k) => 1 - (k % 2)), labels, shape: [1, 1, 2] });
    await expect(calibrate(copying(), { ...usual, known })).rejects.toMatchObject({ code: "calibrate.unread" });
  });

  const good = { ...measured, threshold: 0.5, none: { weight: [1, 2], bias: 0 } };
  test.each<[string, unknown]>([
    ["a threshold above 1", { ...good, threshold: 2 }],
    ["no score", { ...good, score: undefined }],
    ["too few weights", { ...good, none: { weight: [1], bias: 0 } }],
    ["a weight that is text", { ...good, none: { weight: [1, "2"], bias: 0 } }],
    ["no bias", { ...good, none: { weight: [1, 2] } }],
    ["a list", []],
    ["null", null],
  ])("a file with %s in its sureness is refused", (_, sureness) => {
    const { metadata, tensors } = readSafetensors(saveModel(copying()), "test");
    const list = [...tensors].map(([name, { shape, data }]) => ({ name, shape, data: data as Float64Array }));
    const bytes = writeSafetensors({ metadata: { ...metadata, sureness: JSON.stringify(sureness) }, tensors: list });
    expect(() => loadModel(bytes)).toThrow(
      expect.objectContaining({ code: "modelFile.metadata", where: "model file, metadata sureness" }),
    );
  });
});
