// What if: by hand on the lesson's network, then on random networks forecast and truth agree, or what parts them is named.
import { describe, expect, test } from "vitest";
import { held, randomCase } from "../../../test/story/surgery.ts";
import { randomStream } from "../../base/random.ts";
import { cellAt, sizeOf } from "../../base/shape.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import { whatIfToText } from "./text.ts";
import { type WhatIf, whatIf } from "./what-if.ts";

const request = { input: lesson6Image, label: lesson6Label };
const close = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-12);

describe("the lesson's network", () => {
  test("pixel (2,2) 102 → 153: logit 2.21875, as forecast", async () => {
    const found = await whatIf(lesson6(), { ...request, target: "logits[0]" }, { "input[2,2,0]": 153 });
    expect(found).toMatchObject({ target: "logits[0]", before: 2.0625, truth: 2.21875, reason: "none", felt: 0 });
    close(found.forecast, 2.21875);
    expect(found.parts).toHaveLength(1);
    expect(found.parts[0]).toMatchObject({ address: "input[2,2,0]", before: 102, after: 153 });
    close(found.parts[0].slope as number, 0.0030637254901960784);
  });

  test("the kernels' step at η = 0.001: forecast 1.201636, truth 1.201637, by curvature", async () => {
    const found = await whatIf(lesson6(), request, { learningRate: 0.001 });
    close(found.before, 1.2042712264414068);
    close(found.forecast, 1.2016356413795382);
    close(found.truth, 1.2016371861674426);
    expect(found).toMatchObject({ target: "loss", reason: "curvature", felt: 0, kinks: [] });
    expect(found.parts.map(({ address, cells }) => [address, cells])).toEqual([["conv1.kernel", 27]]);
    expect(whatIfToText(found)).toContain("forecast 1.201636, truth 1.201637");
  });

  test.each([
    [0.01, 1.1780704516056684, 1.1779153758227205],
    [0.05, 1.0764325983876446, 1.0724919733479754],
  ])("the kernels' step at η = %d", async (learningRate, truth, forecast) => {
    const found = await whatIf(lesson6(), request, { learningRate });
    close(found.truth, truth);
    close(found.forecast, forecast);
  });

  test("the full step: loss 0.695153", async () => {
    const found = await whatIf(lesson6({ trainDense: true }), request, { learningRate: 0.001 });
    expect(found.truth).toBeCloseTo(0.695153, 6);
    expect(found.parts.map(({ address }) => address)).toEqual(["conv1.kernel", "dense1.weight", "dense1.bias"]);
    expect(found.reason).toBe("curvature");
  });

  test("pixel (2,2) goes out: the gate and the window that were crossed", async () => {
    const found = await whatIf(lesson6(), { ...request, target: "logits[0]" }, { "input[2,2,0]": 0 });
    expect(found).toMatchObject({ forecast: 1.75, truth: 1.71875, difference: -0.03125, reason: "kinks", felt: 2 });
    const won = found.kinks.find(({ kind }) => kind === "winner");
    expect(won).toMatchObject({
      at: "pool1.out[0,1,1]",
      before: { address: "relu1.out[0,3,1]", value: 7 },
      after: { address: "relu1.out[0,2,1]", value: 8 },
    });
    expect(found.kinks.find(({ kind }) => kind === "gate")).toMatchObject({
      before: { address: "conv1.out[2,2,2]", value: 2 },
      after: { address: "conv1.out[2,2,2]", value: 0 },
    });
    const text = whatIfToText(found);
    expect(text).toContain("pool1.out[0,1,1]: won by relu1.out[0,3,1] (7), then by relu1.out[0,2,1] (8)");
    expect(text).toContain("relu1.out[2,2,2]: the gate closes, conv1.out[2,2,2] goes from 2 to 0");
  });

  test("a kernel cell, a bias, several at once, any layer's cell as the target", async () => {
    const bias = await whatIf(lesson6(), { ...request, target: "logits[1]" }, { "dense1.bias[1]": 0.75 });
    expect(bias).toMatchObject({ before: 1, forecast: 1.25, truth: 1.25, reason: "none" });
    const target = "conv1.out[1,2,0]";
    const both = await whatIf(lesson6(), { ...request, target }, { "conv1.kernel[0,0,0,0]": 2, "input[2,2,0]": 153 });
    // V(1,2) is 9; x(1,2) = 4 more through the kernel's cell, 1 more through K_V(1,0) = 1 of the pixel.
    expect(both).toMatchObject({ before: 9, forecast: 14, truth: 14 });
  });

  test("a set cell stays set though the step moves its tensor", async () => {
    const found = await whatIf(lesson6(), request, { learningRate: 0.001, "conv1.kernel[0,0,0,0]": 1 });
    const step = await whatIf(lesson6(), request, { learningRate: 0.001 });
    expect(found.parts.map(({ cells, address }) => [address, cells])).toEqual([
      ["conv1.kernel[0,0,0,0]", 1],
      ["conv1.kernel", 26],
    ]);
    expect(found.parts[0].effect).toBe(0);
    expect(found.forecast).toBeGreaterThan(step.forecast);
  });

  test("a batch: a pixel of one sample, the mean loss and one sample's", async () => {
    const negative = lesson6Image.map((pixel) => 255 - pixel);
    const batch = { input: [lesson6Image, negative], label: [0, 1] };
    const mean = await whatIf(lesson6(), batch, { "input[2,2,0]@1": 150 });
    const own = await whatIf(lesson6(), { ...batch, target: "loss@1" }, { "input[2,2,0]@1": 150 });
    const other = await whatIf(lesson6(), { ...batch, target: "loss@0" }, { "input[2,2,0]@1": 150 });
    close(mean.truth - mean.before, (own.truth - own.before) / 2);
    close(mean.forecast - mean.before, (own.forecast - own.before) / 2);
    expect(other).toMatchObject({ difference: 0, reason: "none" });
    expect(other.truth).toBe(other.before);
  });

  test("the model stays as it was; float32 kernels tell the same story", async () => {
    const model = lesson6();
    const before = model.snapshot();
    const slow = await whatIf(model, request, { learningRate: 0.05, "input[2,2,0]": 0 });
    const fast = await whatIf(
      model,
      { ...request, backend: { name: "wasm", exact: true } },
      { learningRate: 0.05, "input[2,2,0]": 0 },
    );
    expect(model.snapshot()).toEqual(before);
    expect(Math.abs(fast.truth - slow.truth)).toBeLessThan(1e-6);
    expect(Math.abs(fast.forecast - slow.forecast)).toBeLessThan(1e-6);
    expect(fast.kinks.map(({ at }) => at).sort()).toEqual(slow.kinks.map(({ at }) => at).sort());
  });
});

/** A change of one pixel or one weight of a random network, `size` times as far as the full one. */
function drawn(seed: number, target: string, size: number): Promise<WhatIf> {
  const { model, images, labels } = randomCase(4 * seed + 1);
  const { below, uniform } = randomStream(seed, "check", 9);
  const names = ["input", ...model.parameters.keys()];
  const name = names[below(names.length)];
  const shape = name === "input" ? model.inputShape : (model.parameters.get(name)?.shape ?? []);
  const k = below(sizeOf(shape));
  const before = name === "input" ? images[0][k] : (model.parameters.get(name)?.data[k] as number);
  const far = (uniform() - 0.5) * (name === "input" ? 40 : 2);
  const change = { [`${name}[${cellAt(shape, k).join(",")}]`]: before + far * size };
  return whatIf(model, { input: images[0], label: labels[0], target }, change);
}

describe("on random networks", () => {
  test("a logit moves straight along one number unless a kink is crossed, and each kink that is named is one", async () => {
    const seen = { none: 0, kinks: 0, curvature: 0 };
    for (let seed = 0; seed < 150; seed++) {
      const found = await drawn(seed, `logits[${seed % 3}]`, 1);
      seen[found.reason]++;
      expect(found.reason, String(seed)).not.toBe("curvature");
      for (const { kind, before, after } of found.kinks) {
        if (kind === "gate") expect(before.value > 0).not.toBe(after.value > 0);
        else expect(before.address).not.toBe(after.address);
      }
      expect(found.difference).toBe(found.truth - found.forecast);
    }
    expect(seen.none).toBeGreaterThan(30);
    expect(seen.kinks).toBeGreaterThan(30);
  });

  test("without a kink the loss leaves its forecast by curvature: a tenth of the way, a hundredth of the difference", async () => {
    let compared = 0;
    for (let seed = 0; seed < 150; seed++) {
      const [near, far] = [await drawn(seed, "loss", 1e-3), await drawn(seed, "loss", 1e-2)];
      if (far.crossed > 0 || Math.abs(near.difference) < 1e-11) continue;
      expect(far.reason).toBe("curvature");
      expect(far.difference / near.difference / 100).toBeCloseTo(1, 1);
      // Half of what the slope bends by is the difference, to the next order.
      expect((far.slope.end - far.slope.start) / 2 / far.difference).toBeCloseTo(1, 1);
      compared++;
    }
    expect(compared).toBeGreaterThan(15);
  });

  test("truth is what a network with that number gives", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const given = randomCase(seed);
      const single = { ...given, images: given.images.slice(0, 1), labels: given.labels.slice(0, 1) };
      const change = { "conv1.kernel[1,2,0,1]": 0.7, "input[3,3,0]": 12 };
      const found = await whatIf(given.model, { input: single.images[0], label: single.labels[0] }, change);
      const { model, images, labels } = held(single, new Map(Object.entries(change)));
      expect(found.truth).toBe((await explain(model, { input: images[0], label: labels[0] })).value("loss"));
    }
  });
});

describe("bad input", () => {
  test.each<[Record<string, number>, string]>([
    [{}, "whatIf.empty"],
    [{ "conv1.out[0,0,0]": 1 }, "whatIf.address"],
    [{ "grad:input[0,0,0]": 1 }, "whatIf.address"],
    [{ "conv1.kernel": 1 }, "whatIf.address"],
    [{ loss: 1 }, "whatIf.address"],
    [{ "input[9,9,9]": 1 }, "address.cell"],
    [{ "conv4.kernel[0]": 1 }, "address.unknown"],
    [{ "a pixel": 1 }, "address.syntax"],
    [{ "input[0,0,0]@4": 1 }, "explain.sample"],
    [{ "input[0,0,0]": Number.NaN }, "whatIf.value"],
    [{ learningRate: -1 }, "whatIf.value"],
    [{ learningRate: Number.POSITIVE_INFINITY }, "whatIf.value"],
  ])("%j: %s", async (changes, code) => {
    await expect(whatIf(lesson6(), request, changes)).rejects.toMatchObject({ code });
  });

  test.each([
    ["conv1.kernel[0,0,0,0]", "explain.target"],
    ["grad:input[0,0,0]", "explain.target"],
    ["logits", "explain.cell"],
    ["logits[7]", "address.cell"],
  ])("target %s: %s", async (target, code) => {
    await expect(whatIf(lesson6(), { ...request, target }, { "input[0,0,0]": 1 })).rejects.toMatchObject({ code });
  });

  test("a loss and a step need a label, a batch's pixel its sample", async () => {
    const input = lesson6Image;
    await expect(whatIf(lesson6(), { input }, { "input[0,0,0]": 1 })).rejects.toMatchObject({ code: "explain.label" });
    const logit = { input, target: "logits[0]" };
    await expect(whatIf(lesson6(), logit, { learningRate: 0.1 })).rejects.toMatchObject({ code: "explain.label" });
    expect((await whatIf(lesson6(), logit, { "input[2,2,0]": 153 })).truth).toBe(2.21875);
    const batch = { input: [input, input], label: [0, 0] };
    await expect(whatIf(lesson6(), batch, { "input[0,0,0]": 1 })).rejects.toMatchObject({ code: "explain.sample" });
    await expect(whatIf(lesson6(), { input: [1], label: 0 }, { "input[0,0,0]": 1 })).rejects.toMatchObject({
      code: "model.pixels",
    });
  });
});
