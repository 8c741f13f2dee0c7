// The step as data: the lesson's numbers, every tensor and every kind of cell on random networks and both engines, the time it takes, what is refused.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { randomStream } from "../../base/random.ts";
import { cellAt, sizeOf } from "../../base/shape.ts";
import type { Backend } from "../../graph/backend.ts";
import { network, sequential } from "../../nn/build.ts";
import { add, conv2d, dense, flatten, maxPool2d, relu, rescale } from "../../nn/layers.ts";
import type { Model } from "../../nn/model.ts";
import { vggSmall } from "../../nn/presets/vgg-small.ts";
import { sgd } from "../../train/sgd.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import { cellAddress, type Step, type StepRequest, type StepTensor, tellStep } from "./step.ts";

const expected = JSON.parse(readFileSync(new URL("../../../fixtures/lesson-net.json", import.meta.url), "utf8"));
const fast: Backend = { name: "wasm", exact: false };
const close = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-12);

const tensorOf = (step: Step, name: string) =>
  step.tensors().find((tensor) => tensor.name === name) ?? expect.unreachable(`no tensor ${name}`);

/** A random classifier with branches that meet again. */
function randomModel(seed: number): Model {
  const { below } = randomStream(seed, "check");
  const model = network([6 + below(2), 7, 2], (x) => {
    const first = conv2d({ filters: 3, kernelSize: 3, padding: "same" })(rescale({ divisor: 200 })(x));
    const joined = relu()(add(first, relu()(conv2d({ filters: 3, kernelSize: 3, padding: "same" })(first))));
    return dense({ units: 3 })(flatten()(maxPool2d({ poolSize: 2 })(joined)));
  }) as unknown as Model;
  model.initialize(seed);
  return model;
}

function randomImage({ inputShape }: Model, seed: number): number[] {
  const { below } = randomStream(seed, "check", 1);
  return Array.from({ length: sizeOf(inputShape) }, () => below(256));
}

describe("the lesson's step", () => {
  const request: StepRequest = { input: lesson6Image, label: lesson6Label };

  test("loss, probabilities, gradients and the new kernels", async () => {
    const step = await tellStep(lesson6() as unknown as Model, request);
    close(step.loss, expected.L);
    for (const k of [0, 1, 2]) {
      close(step.logits[0].data[k], expected.z[k]);
      close(step.probs[0].data[k], expected.p[k]);
    }
    expect(step.labels).toEqual([0]);
    expect(step.learningRate).toBe(0.001);
    const kernel = step.layers[1].parameters[0];
    close(kernel.gradient.data[0], -0.527451621433882);
    close(kernel.next.data[0], 1.000527451621434);
    for (const k of Array(9).keys())
      close(kernel.next.data[3 * k], expected["after_eta_0.001"].KV[Math.floor(k / 3)][k % 3]);
    expect(step.at("grad:conv1.kernel[0,0,0,0]").terms).toHaveLength(16);
    expect(step.at("next:conv1.kernel[0,0,0,0]")).toMatchObject({ residual: 0, value: kernel.next.data[0] });
  });

  test("the loss that the new kernels give is the fixture's", async () => {
    const model = lesson6() as unknown as Model;
    const step = await tellStep(model, request);
    const parameters = step.layers.flatMap(({ name, parameters: own }) =>
      own.map(({ role, next }) => [`${name}.${role}`, next.data] as const),
    );
    model.restore(new Map(parameters));
    const after = await tellStep(model, request);
    close(after.loss, expected["after_eta_0.001"].L);
    close(after.loss, 1.2016371861674426);
  });

  test("names, shapes, ranges, zeros; what is not trained says so", async () => {
    const step = await tellStep(lesson6() as unknown as Model, request);
    expect(step.layers.map(({ name, op }) => `${name} ${op}`)).toEqual([
      "rescale1 rescale",
      "conv1 conv2d",
      "relu1 relu",
      "pool1 maxPool2d",
      "flatten1 flatten",
      "dense1 dense",
      "softmax1 softmax",
      "crossEntropy1 crossEntropy",
    ]);
    const activation = step.layers[2].output[0];
    const flat = expected.act.flat(2) as number[];
    expect(activation).toMatchObject({
      name: "relu1.out",
      shape: [4, 4, 3],
      least: Math.min(...flat),
      greatest: Math.max(...flat),
      zeros: flat.filter((value) => value === 0).length,
    });
    expect(step.input[0]).toMatchObject({ name: "input", shape: [6, 6, 1], least: 0, greatest: 255, zeros: 6 });
    expect(step.inputGradient[0]).toMatchObject({ name: "grad:input", shape: [6, 6, 1] });
    expect(step.layers[7].output[0]).toMatchObject({ name: "loss", shape: [], least: step.loss, greatest: step.loss });
    const [weight] = step.layers[5].parameters;
    expect(weight).toMatchObject({ role: "weight", trainable: false });
    expect(weight.next.data).toEqual(weight.value.data);
    expect(weight.gradient.zeros).toBeLessThan(36);
    expect(step.logits[0]).toBe(step.layers[5].output[0]);
  });

  test("nothing is typed: another pixel gives another step", async () => {
    const model = lesson6() as unknown as Model;
    const [one, other] = [lesson6Image, lesson6Image.with(14, 153)].map((input) =>
      tellStep(model, { ...request, input }),
    );
    expect((await one).loss).not.toBe((await other).loss);
    close((await other).logits[0].data[0], 2.21875);
  });
});

/** A few cells of a tensor. */
function cellsOf(tensor: StepTensor): string[] {
  const size = sizeOf(tensor.shape);
  const { below } = randomStream(size, "check", 2);
  return [0, size - 1, ...Array.from({ length: 6 }, () => below(size))].map((k) => cellAddress(tensor, k));
}

describe.each([
  ["reference", "reference" as Backend],
  ["fast", fast],
] as const)("on random networks, %s", (_name, backend) => {
  test.each([1, 2])("batch of three, network %d: every tensor is there and each cell opens", async (seed) => {
    const model = randomModel(seed);
    const input = [1, 2, 3].map((k) => randomImage(model, 10 * seed + k));
    const optimizer = sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 });
    const step = await tellStep(model, { input, label: [2, 0, 1], optimizer, backend });
    const tensors = step.tensors();
    const outputs = 3 * 2 * (model.network.nodes.length + 1);
    expect(tensors).toHaveLength(outputs + 4 * model.parameters.size);
    expect(new Set(tensors.map(({ name }) => name)).size).toBe(tensors.length);
    for (const tensor of tensors) {
      expect(tensor.data).toHaveLength(sizeOf(tensor.shape));
      expect(tensor).toMatchObject({ least: Math.min(...tensor.data), greatest: Math.max(...tensor.data) });
      expect(tensor.zeros).toBe(tensor.data.filter((value) => value === 0).length);
      for (const address of cellsOf(tensor)) {
        const { residual, bound, value } = step.at(address);
        expect(step.opened.value(address)).toBe(value);
        expect(Math.abs(residual), address).toBeLessThanOrEqual(bound);
        if (backend === "reference") expect(residual, address).toBe(0);
      }
    }
  });

  test("one image: names carry no sample, and a batch's samples are told as they stand alone", async () => {
    const model = randomModel(5);
    const input = [1, 2, 3].map((k) => randomImage(model, k));
    const label = [0, 1, 2];
    const batch = await tellStep(model, { input, label, backend });
    const alone = await tellStep(model, { input: input[1], label: label[1], backend });
    expect(alone.tensors().some(({ name }) => name.includes("@"))).toBe(false);
    for (const { name, data } of alone.layers.flatMap(({ output }) => output))
      expect(tensorOf(batch, `${name}@1`).data, name).toEqual(data);
    const [one] = alone.logits;
    expect(cellAddress(one, 2)).toBe("logits[2]");
    expect(cellAddress(tensorOf(batch, "conv1.out@2"), 22)).toBe(`conv1.out[${cellAt([6, 7, 3], 22)}]@2`);
  });

  test("vgg-small on one image is told within a second (three are allowed here, on a busy machine)", async () => {
    const model = vggSmall() as unknown as Model;
    model.initialize(1);
    const input = randomImage(model, 1);
    const start = performance.now();
    const step = await tellStep(model, { input, label: 3, backend });
    const told = performance.now() - start;
    const numbers = step.tensors().reduce((sum, { data, greatest }) => sum + (greatest < 1e300 ? data.length : 0), 0);
    const all = performance.now() - start;
    process.stdout.write(
      `tellStep, vgg-small, ${_name}: ${told.toFixed(0)} ms, with the ranges of all ${numbers} numbers ${all.toFixed(0)} ms\n`,
    );
    expect(numbers).toBeGreaterThan(3 * 550_570);
    expect(all).toBeLessThan(3000);
  });
});

describe("what is refused", () => {
  const model = randomModel(1);
  const input = randomImage(model, 1);
  const huge = input.with(3, 1e300);
  const wrong: [string, Partial<StepRequest>, object][] = [
    ["a label beyond the classes", { label: 3 }, { code: "model.label" }],
    ["a label that is no whole number", { label: 0.5 }, { code: "model.label" }],
    ["no label", { label: undefined as unknown as number }, { code: "model.label" }],
    ["null for a label", { label: null as unknown as number }, { code: "model.label" }],
    ["an image of another size", { input: input.slice(1) }, { code: "model.pixels" }],
    ["one label for two images", { input: [input, input], label: 1 }, { code: "model.count" }],
    ["no image", { input: [], label: [] }, { code: "model.count" }],
    [
      "a pixel that is no number",
      { input: input.with(3, Number.NaN) },
      { code: "model.nonFinite", where: "the image" },
    ],
    ["one in a batch", { input: [input, input.with(0, Number.NaN)], label: [0, 1] }, { where: "image 1 of the batch" }],
    ["numbers that overflow", { input: huge, backend: fast }, { code: "model.nonFinite", where: "layer rescale1" }],
    ["a state that does not fit", { state: { "conv1.kernel": { velocity: [1] } } }, { code: "option.value" }],
  ];
  test.each(wrong)("%s", async (_what, options, error) => {
    await expect(tellStep(model, { input, label: 0, ...options })).rejects.toMatchObject(error);
  });

  test("a model without a loss", async () => {
    const maps = sequential([4, 4, 1], conv2d({ filters: 1, kernelSize: 2 })) as unknown as Model;
    await expect(tellStep(maps, { input: Array(16).fill(1), label: 0 })).rejects.toMatchObject({
      code: "model.noHead",
    });
  });

  test("a gradient that overflows is named", async () => {
    const steep = sequential([2, 2, 1], conv2d({ filters: 1, kernelSize: 1 }), flatten(), dense({ units: 2 }));
    steep.restore(
      new Map([
        ["conv1.kernel", Float64Array.of(0)],
        ["conv1.bias", Float64Array.of(0)],
        ["dense1.weight", Float64Array.from({ length: 8 }, (_, k) => (k % 2 === 0 ? -2 : 2))],
        ["dense1.bias", new Float64Array(2)],
      ]),
    );
    const request = { input: Array(4).fill(1e308), label: 0 };
    await expect(tellStep(steep as unknown as Model, request)).rejects.toMatchObject({
      code: "model.nonFinite",
      where: "the gradient of conv1.kernel",
    });
  });

  test.each([
    ["conv9.out[0]", "address.unknown"],
    ["conv1.out[99,0,0]", "address.cell"],
    ["state.velocity:conv1.bias[0]", "explain.state"],
    ["conv1.out[0,0,0]@1", "explain.sample"],
  ])("the address %s", async (address, code) => {
    const step = await tellStep(model, { input, label: 0 });
    expect(() => step.at(address)).toThrow(expect.objectContaining({ code }));
  });
});
