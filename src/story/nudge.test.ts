// The nudge test: the lesson's gradients confirmed by hand-known numbers, kinks named, a wrong backward pass caught, bad input.
import { describe, expect, test } from "vitest";
import { randomStream } from "../base/random.ts";
import { sequential } from "../nn/build.ts";
import { conv2d, dense, flatten, maxPool2d, relu, rescale } from "../nn/layers.ts";
import { Model } from "../nn/model.ts";
import { explain } from "./explain.ts";
import { workedModel } from "./lesson/worked.ts";
import { lesson6, lesson6Image, lesson6Label } from "./lesson6.ts";
import { nudge } from "./nudge.ts";

const request = { input: lesson6Image, label: lesson6Label };

describe("the lesson's network", () => {
  test("∂L/∂K_V(0,0) is −0.527…, and the slope of the loss between its nudges too", async () => {
    const found = await nudge(lesson6(), { ...request, address: "conv1.kernel[0,0,0,0]" });
    expect(found).toMatchObject({ address: "conv1.kernel[0,0,0,0]", target: "loss", value: 1, nudge: 1e-3, kinks: [] });
    expect(found.gradient).toBeCloseTo(-0.527451621433882, 12);
    expect(found.numerical).toBeCloseTo(found.gradient, 8);
    expect(found.distance).toBe(Math.abs(found.gradient - found.numerical));
    expect(found.agrees).toBe(true);
    expect(found.before).toBe((await explain(lesson6(), request)).value("loss"));
  });

  test("the readings are the network run again: the same losses as a model that has the nudged weight", async () => {
    const { readings } = await nudge(lesson6(), { ...request, address: "conv1.kernel[0,0,0,0]" });
    expect(readings.map(({ at }) => at)).toEqual([1.001, 0.999, 1.002, 0.998]);
    for (const { at, target } of readings) {
      const moved = lesson6();
      moved.parameters.get("conv1.kernel")!.data[0] = at;
      expect((await explain(moved, request)).value("loss")).toBe(target);
    }
  });

  test("a pixel and a logit need no label: ∂z/∂pixel = 0.15625 ÷ 51", async () => {
    const address = "input[2,2,0]";
    const found = await nudge(lesson6(), { input: lesson6Image, address, target: "dense1.out[0]" });
    expect(found).toMatchObject({ target: "logits[0]", value: 102, before: 2.0625, agrees: true });
    expect(found.gradient).toBeCloseTo(0.0030637254901960784, 15);
    expect(found.nudge).toBeCloseTo(0.102, 12);
  });

  test("the model keeps its numbers", async () => {
    const model = lesson6();
    const before = model.snapshot();
    await nudge(model, { ...request, address: "dense1.bias[1]" });
    expect(model.snapshot()).toEqual(before);
  });
});

describe("kinks", () => {
  test("the worked ReLU at exactly 0 has a kink there, named, and no agreement: the engine's slope is 0, the nudges' about ½", async () => {
    const { model } = workedModel("relu");
    const input = new Float64Array(model.inputShape.reduce((product, n) => product * n, 1));
    const found = await nudge(model, { input, address: "input[0,0,0]", target: "relu1.out[0,0,0]" });
    expect(found.kinks).toEqual(["relu1.out[0,0,0]"]);
    expect(found).toMatchObject({ gradient: 0, agrees: false, nudge: 1e-6 });
    expect(found.numerical).toBeCloseTo(0.5, 9);
  });

  test("a nudge that would cross is made smaller: 5·10⁻⁵ before the gate ±10⁻⁴ would, ±2·10⁻⁵ does not", async () => {
    const { model } = workedModel("relu");
    const input = new Float64Array(model.inputShape.reduce((product, n) => product * n, 1)).fill(5e-5);
    const found = await nudge(model, { input, address: "input[0,0,0]", target: "relu1.out[0,0,0]" });
    expect(found).toMatchObject({ nudge: 1e-5, kinks: [], gradient: 1, agrees: true });
  });

  test("gates behind the target do not count", async () => {
    const model = sequential([1, 1, 1], conv2d({ filters: 1, kernelSize: 1 }), relu());
    model.restore(
      new Map([
        ["conv1.kernel", Float64Array.of(1)],
        ["conv1.bias", Float64Array.of(0)],
      ]),
    );
    const about = { input: [0], address: "conv1.bias[0]" };
    expect((await nudge(model, { ...about, target: "conv1.out[0,0,0]" })).kinks).toEqual([]);
    expect((await nudge(model, { ...about, target: "relu1.out[0,0,0]" })).kinks).toEqual(["relu1.out[0,0,0]"]);
  });
});

test("random networks: every gradient that has no kink agrees; a wrong one does not", async () => {
  const { uniform } = randomStream(31, "check");
  for (let round = 0; round < 12; round++) {
    const model = sequential(
      [6, 6, 2],
      rescale(),
      conv2d({ filters: 2, kernelSize: 3 }),
      relu(),
      maxPool2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 3 }),
    );
    model.initialize(round);
    if (round % 2 === 1) model.cast("f32");
    const input = Array.from({ length: 72 }, () => Math.floor(256 * uniform()));
    const opened = await explain(model, { input, label: round % 3 });
    for (const name of ["input", "conv1.kernel", "dense1.weight"]) {
      const { shape } = opened.tensor(name);
      const address = `${name}[${shape.map((n) => Math.floor(n * uniform())).join(",")}]`;
      const found = await nudge(model, { input, label: round % 3, address });
      expect(found.agrees || found.kinks.length > 0).toBe(true);
      expect(found.gradient).toBe(opened.value(`grad:${address}`));
    }
  }
  const { network } = sequential([1, 1, 2], flatten(), dense({ units: 2 }));
  const nodes = network.nodes.map((node) => {
    if (node.op !== "dense") return node;
    const reference = { ...node.operation.reference, backward: () => undefined };
    return { ...node, operation: { ...node.operation, reference } };
  });
  const model = new Model({ ...network, nodes });
  expect(await nudge(model, { input: [1, 2], label: 0, address: "dense1.weight[0,1]" })).toMatchObject({
    gradient: 0,
    agrees: false,
  });
});

test("a float32 model on the fast engine: what is tested is the gradient that the kernels stored", async () => {
  const { uniform } = randomStream(32, "check");
  let rounded = 0;
  for (let round = 0; round < 6; round++) {
    const model = sequential(
      [6, 6, 2],
      rescale(),
      conv2d({ filters: 4, kernelSize: 3 }),
      relu(),
      flatten(),
      dense({ units: 3 }),
    );
    model.initialize(round);
    // A sure softmax: p − 1 has few digits left in float32.
    model.restore(new Map([...model.snapshot()].map(([name, data]) => [name, data.map((w) => w * (1 + round))])));
    model.cast("f32");
    const input = Array.from({ length: 72 }, () => Math.floor(256 * uniform()));
    const given = { input, label: round % 3, backend: "auto" } as const;
    const opened = await explain(model, given);
    for (const target of ["loss", "logits[1]"]) {
      const address = `conv1.kernel[${[3, 3, 2, 4].map((n) => Math.floor(n * uniform())).join(",")}]`;
      const found = await nudge(model, { ...given, address, target });
      expect(found.gradient).toBe(opened.value(`${target === "loss" ? "grad:" : `grad(${target}):`}${address}`));
      expect([found.value, found.before]).toEqual([opened.value(address), opened.value(target)]);
      expect(found.agrees || found.kinks.length > 0).toBe(true);
      const exact = await nudge(model, { ...given, backend: "reference", address, target });
      expect(found.numerical).toBe(exact.numerical);
      if (found.gradient !== exact.gradient) rounded++;
    }
  }
  expect(rounded).toBeGreaterThan(3);
});

describe("bad input", () => {
  test.each<[string, object]>([
    ["nudge.address", { address: "relu1.out[0,0,0]" }],
    ["nudge.address", { address: "conv1.kernel" }],
    ["nudge.address", { address: "grad:conv1.kernel[0,0,0,0]" }],
    ["nudge.address", { address: "input[0,0,0]@1" }],
    ["address.unknown", { address: "conv9.kernel[0,0,0,0]" }],
    ["address.cell", { address: "input[6,0,0]" }],
    ["nudge.target", { target: "logits" }],
    ["nudge.target", { target: "conv1.kernel[0,0,0,0]" }],
    ["explain.label", { label: undefined }],
    ["model.label", { label: 3 }],
    ["model.pixels", { input: [1] }],
  ])("%s: %o", async (code, change) => {
    const asked = { ...request, address: "input[0,0,0]", ...change };
    await expect(nudge(lesson6(), asked)).rejects.toMatchObject({ code });
  });

  test("a network without a loss needs another target", async () => {
    const { model, image } = workedModel("conv2d");
    const about = { input: image.values, address: "input[0,0,0]" };
    await expect(nudge(model, about)).rejects.toMatchObject({ code: "model.noHead" });
    expect((await nudge(model, { ...about, target: "conv1.out[0,0,0]" })).agrees).toBe(true);
  });
});
