// The story as data: the lesson's numbers made independently, what a change does to them, random networks, both engines, bad input.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { randomNetwork } from "../../../test/story/networks.ts";
import { cellAt } from "../../base/shape.ts";
import { toJsonLine } from "../../base/text.ts";
import { sequential } from "../../nn/build.ts";
import { dense, relu } from "../../nn/layers.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import { layerText } from "./layers.ts";
import type { Story, StoryTensor } from "./story.ts";
import { tellStory } from "./tell.ts";

const net = JSON.parse(readFileSync(new URL("../../../fixtures/lesson-net.json", import.meta.url), "utf8"));
const request = { input: lesson6Image, label: lesson6Label };
const step = net["after_eta_0.001"];
let story: Story;
beforeAll(async () => {
  story = await tellStory(lesson6(), request);
});

const close = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-12);
const closeAll = ({ values }: StoryTensor, wanted: readonly number[]) => {
  expect(values).toHaveLength(wanted.length);
  for (const [k, value] of values.entries()) close(value, wanted[k]);
};

/** [channel][row][column] of the fixture as H·W·C. */
const maps = (planes: number[][][]) =>
  planes[0].flatMap((row, i) => row.flatMap((_, j) => planes.map((plane) => plane[i][j])));
const kernels = (of: Record<string, number[][]>) => maps([of.V, of.H, of.D]);
const layer = (name: string) => story.layers.find((one) => one.name === name) ?? expect.unreachable(name);

/** The fixture's flat vectors have channels first. */
const channelsLast = (flat: readonly number[]) => flat.map((_, k) => flat[(k % 3) * 4 + Math.floor(k / 3)]);

describe("the lesson's network", () => {
  test("forward: pixels, pre-activations, activations, pooled, flat, logits, probabilities, loss", () => {
    closeAll(story.input, net.image_0_255.flat());
    closeAll(layer("rescale1").output, net.x.flat());
    closeAll(layer("conv1").parameters[0].value, kernels(net.kernels));
    closeAll(layer("conv1").output, maps(net.pre));
    closeAll(layer("relu1").output, maps(net.act));
    closeAll(layer("pool1").output, maps(net.pl.map(({ O }: { O: number[][] }) => O)));
    closeAll(layer("flatten1").output, channelsLast(net.flat));
    closeAll(story.logits, net.z);
    closeAll(story.probs, net.p);
    close(story.loss, net.L);
    expect([story.guess, story.label]).toEqual([2, 0]);
  });

  test("backward: logits, flat, convolution, kernels", () => {
    closeAll(layer("dense1").gradient as StoryTensor, net.dz);
    closeAll(layer("flatten1").gradient as StoryTensor, channelsLast(net.dflat));
    closeAll(layer("conv1").gradient as StoryTensor, maps(net.dO));
    closeAll(layer("conv1").parameters[0].gradient, kernels(net.dK));
  });

  test("update: kernels after the step, loss before, forecast and after", () => {
    const vertical = layer("conv1").parameters[0].next.values.filter((_, k) => k % 3 === 0);
    for (const [k, value] of vertical.entries()) close(value, step.KV.flat()[k]);
    const { update } = story;
    close(update.squaredGradient, net.grad_norm_sq_kernels);
    close(update.before, net.L);
    close(update.forecast, step.firstOrder);
    close(update.after, step.L);
    expect(update).toMatchObject({
      optimizer: "sgd",
      learningRate: 0.001,
      parameters: 27,
      reason: "curvature",
      kinks: 0,
    });
  });

  test("the ten steepest weights, the largest first, with their sums", () => {
    const { strongest } = story;
    const all = kernels(net.dK)
      .map(Math.abs)
      .sort((a, b) => b - a);
    expect(strongest).toHaveLength(10);
    for (const [k, { gradient, next, value }] of strongest.entries()) {
      close(Math.abs(gradient.value), all[k]);
      close(gradient.total, gradient.value);
      close(next.value, value - 0.001 * gradient.value);
    }
    expect(strongest[0].gradient.terms).toHaveLength(16);
    expect(strongest[0].gradient.terms.filter(({ live }) => live)).toHaveLength(4);
  });

  test("three equal slopes come in graph order", () => {
    expect(story.strongest.slice(0, 3).map(({ address }) => address)).toEqual(
      [0, 1, 2].map((row) => `conv1.kernel[${row},0,0,0]`),
    );
  });

  test("maps of attention about the label's logit, accounts, and a proof that passed", () => {
    expect(story.attention.map(({ kind, target, role }) => [kind, target, role])).toEqual([
      ["saliency", "logits[0]", "positive"],
      ["gradCam", "logits[0]", "positive"],
      ["occlusion", "logits[0]", "signed"],
    ]);
    close(story.accounts.loss.value, net.L);
    close(story.accounts.logit.value, net.z[0]);
    close(story.accounts.prob.value, net.p[0]);
    expect(story.proof).toMatchObject({ passed: true });
  });

  test("scales are fixed for a role", () => {
    expect(story.input).toMatchObject({ role: "pixel", domain: 255 });
    expect(layer("rescale1").output).toMatchObject({ role: "pixel", domain: 5 });
    expect(layer("relu1").output).toMatchObject({ role: "positive", domain: 20 });
    expect(story.probs).toMatchObject({ role: "positive", domain: 1 });
    expect(layer("softmax1").output.domain).toBe(1);
    const { value, next, gradient } = layer("conv1").parameters[0];
    expect([value.domain, next.domain]).toEqual([1, 1]);
    expect(gradient).toMatchObject({ role: "signed", gradient: true, domain: 1 });
    expect(layer("softmax1").gradient).toBeUndefined();
  });

  test("layers in words", () => {
    const words = story.layers.map(({ text }) => text);
    expect(words).toContain("conv2d, 3 filters of 3×3, no bias");
    expect(words).toContain("maxPool2d, the largest of each 2×2 window");
  });

  test("is plain data: JSON gives it back", () => {
    const line = toJsonLine(story);
    expect(toJsonLine(JSON.parse(line))).toBe(line);
    expect(Object.keys(JSON.parse(line))).toEqual(Object.keys(story));
  });

  test("another pixel, other numbers all the way", async () => {
    const input = lesson6Image.with(14, 153);
    const other = await tellStory(lesson6(), { ...request, input });
    expect(other.logits.values[0]).toBe(2.21875);
    expect(other.loss).not.toBe(story.loss);
    expect(other.update.after).not.toBe(story.update.after);
    expect(other.strongest[0].gradient.value).not.toBe(story.strongest[0].gradient.value);
    expect(other.inputGradient.values).not.toEqual(story.inputGradient.values);
    expect(other.attention[2].values).not.toEqual(story.attention[2].values);
  });

  test("on generated kernels: float32, the same within rounding", async () => {
    const other = await tellStory(lesson6(), { ...request, backend: { name: "wasm", exact: true } });
    expect(other).toMatchObject({ backend: "wasm, simd", dtype: "f32" });
    expect(other.loss).toBeCloseTo(net.L, 6);
    expect(other.update.forecast).toBeCloseTo(step.firstOrder, 6);
    expect(other.proof.passed).toBe(true);
  });
});

describe("random networks", () => {
  test.each([0, 1, 2, 3, 4, 5])("%i: every tensor holds the opened numbers, and the update adds up", async (seed) => {
    const { model, input, label } = randomNetwork(seed, "f64");
    const told = await tellStory(model, { input, label, proof: { numbers: 20 } });
    const opened = await explain(model, { input, label });
    for (const { output, gradient, parameters } of told.layers) {
      for (const tensor of [output, ...(gradient ? [gradient] : []), ...parameters.flatMap(tensorsOf)]) {
        expect(tensor.values).toEqual([...opened.tensor(tensor.name).data]);
        expect(Math.min(...tensor.values)).toBe(tensor.least);
        expect(tensor.values.filter((value) => value === 0)).toHaveLength(tensor.zeros);
        expect(Math.abs(tensor.domain)).toBeGreaterThan(0);
      }
    }
    const trained = told.layers.flatMap(({ parameters }) => parameters.filter(({ trainable }) => trainable));
    const squares = trained.flatMap(({ gradient }) => gradient.values).reduce((sum, g) => sum + g * g, 0);
    expect(told.update.squaredGradient).toBeCloseTo(squares, 10);
    expect(told.update.forecast).toBeCloseTo(told.loss - 0.001 * squares, 10);
    expect(told.attention).toHaveLength(model.network.input.length === 3 ? 3 : 0);
  });
});

const tensorsOf = ({ value, gradient, next }: Story["layers"][number]["parameters"][number]) => [value, gradient, next];

test("layers in words say what is not plain", () => {
  const { model } = randomNetwork(0, "f64");
  const strided = model.network.nodes.find(({ name }) => name === "strided") ?? expect.unreachable();
  expect(layerText(strided)).toMatch(/^conv2d, 3 filters of 2×3, stride 2×[12], padding /);
});

test("cells of a tie keep their order beyond ten", async () => {
  const model = sequential([20], dense({ units: 2, useBias: false }));
  model.restore(new Map([["dense1.weight", new Float64Array(40)]]));
  const told = await tellStory(model, { input: new Float64Array(20).fill(1), label: 1 });
  expect(told.strongest.map(({ address }) => address)).toEqual(
    Array.from({ length: 10 }, (_, k) => `dense1.weight[${cellAt([20, 2], k).join(",")}]`),
  );
});

describe("refused", () => {
  test.each([
    ["a label that is no class", { ...request, label: 3 }, "model.label"],
    ["an image of another size", { ...request, input: [1, 2, 3] }, "model.pixels"],
    ["a learning rate below 0", { ...request, learningRate: -1 }, "option.value"],
    ["a pixel that is no number", { ...request, input: lesson6Image.with(0, Number.NaN) }, "model.nonFinite"],
  ])("%s", async (_, wrong, code) => {
    await expect(tellStory(lesson6(), wrong)).rejects.toMatchObject({ code });
  });

  test("a model without a loss", async () => {
    const headless = sequential([2, 2, 1], relu());
    await expect(tellStory(headless, { input: [1, 2, 3, 4], label: 0 })).rejects.toMatchObject({
      code: "model.noHead",
    });
  });
});
