// Chains and graphs that cannot work, refused at run time as by the compiler; gradients where a network branches; layers that are not trained.

import { describe, expect, test } from "vitest";
import { fit } from "../../test/reference.ts";
import { randomStream } from "../base/random.ts";
import { dataset } from "../data/dataset.ts";
import type { Graph } from "../graph/graph.ts";
import { sgd } from "../train/sgd.ts";
import { modelFromGraph, network, sequential } from "./build.ts";
import { add, avgPool2d, conv2d, dense, flatten, maxPool2d, relu } from "./layers.ts";
import type { Model } from "./model.ts";
import { onHost } from "./on-host.ts";
import { lesson } from "./presets/lesson.ts";
import type { Layer } from "./types/layer.ts";
import type { Unchanged } from "./types/rules.ts";

const code = (code: string) => expect.objectContaining({ code });

describe("what the compiler refuses is refused at run time, too", () => {
  /** The same functions without the types that know shapes. */
  const chain = sequential as unknown as (shape: readonly number[], ...layers: unknown[]) => Model;
  const branch = network as unknown as (shape: readonly number[], through: (x: never) => unknown) => Model;
  const loose = conv2d as unknown as (options: object) => Layer<Unchanged>;

  test.each<[string, string, () => unknown]>([
    [
      "dense straight after conv2d",
      "shape.rank",
      () => chain([8, 8, 1], loose({ filters: 2, kernelSize: 3 }), dense({ units: 2 })),
    ],
    ["kernel larger than the image", "shape.window", () => chain([8, 8, 1], loose({ filters: 2, kernelSize: 9 }))],
    [
      "kernel larger than what is left",
      "shape.window",
      () => chain([8, 12, 1], maxPool2d({ poolSize: 2 }), loose({ filters: 1, kernelSize: [3, 7] })),
    ],
    [
      "dilated kernel larger than the image",
      "shape.window",
      () => chain([8, 8, 1], loose({ filters: 2, kernelSize: 5, dilationRate: 2 })),
    ],
    ["conv2d after flatten", "shape.rank", () => chain([8, 8, 1], flatten(), loose({ filters: 2, kernelSize: 3 }))],
    ["conv2d on an image without channels", "shape.rank", () => chain([8, 8], loose({ filters: 2, kernelSize: 3 }))],
    ["four sizes", "shape.rank", () => chain([64, 8, 8, 1], loose({ filters: 2, kernelSize: 3 }))],
    ["maxPool2d that does not fit", "shape.window", () => chain([2, 2, 1], maxPool2d({ poolSize: [3, 2] }))],
    ["avgPool2d after flatten", "shape.rank", () => chain([8, 8, 1], flatten(), avgPool2d({ poolSize: 2 }))],
    [
      "groups that do not divide the channels",
      "shape.groups",
      () => chain([8, 8, 8], loose({ filters: 6, kernelSize: 3, groups: 3 })),
    ],
    [
      "groups that do not divide the filters",
      "shape.groups",
      () => chain([8, 8, 6], loose({ filters: 8, kernelSize: 3, groups: 3 })),
    ],
    ["strides of 0", "option.value", () => loose({ filters: 6, kernelSize: 3, strides: 0 })],
    ["negative filters", "option.value", () => loose({ filters: -6, kernelSize: 3 })],
    [
      "a dilation rate that is not whole",
      "option.value",
      () => loose({ filters: 6, kernelSize: 3, dilationRate: 1.5 }),
    ],
    ["no units", "option.value", () => dense({ units: 0 as number })],
    ["an unknown padding word", "option.value", () => loose({ filters: 6, kernelSize: 3, padding: "full" })],
    ["a misspelt option", "option.unknown", () => loose({ filters: 6, kernelSize: 3, stride: 2 })],
    ["a missing option", "option.missing", () => loose({ filters: 6 })],
    ["a layer that is not called", "option.unknown", () => chain([8, 8, 8], relu)],
    [
      "add of unlike shapes",
      "shape.same",
      () => branch([8, 8, 3], (x) => add(x, loose({ filters: 8, kernelSize: 3 })(x) as never)),
    ],
    ["a layer on nothing", "graph.foreign", () => branch([8, 8, 3], () => relu()(undefined as never))],
    ["a layer that leads nowhere", "graph.unused", () => branch([8], (x) => [relu()(x), dense({ units: 2 })(x)][1])],
    ["no layer", "graph.form", () => chain([8, 8, 1])],
  ])("%s: %s", (_what, expected, build) => {
    expect(build).toThrow(code(expected));
  });
});

/** A residual block, then a tensor that is read twice by one layer and once by another. */
const branching = () =>
  network([6, 5, 2], (x) => {
    const stem = conv2d({ filters: 3, kernelSize: 3, padding: "same" })(x);
    const sum = add(conv2d({ filters: 3, kernelSize: 3, padding: "same" })(relu()(stem)), stem, { name: "residual" });
    const mixed = add(add(sum, sum), relu()(sum));
    return dense({ units: 4 })(flatten()(avgPool2d({ poolSize: 2 })(mixed)));
  });

const { uniform } = randomStream(21, "check");
const images = Array.from({ length: 3 }, () => Float64Array.from({ length: 60 }, () => 2 * uniform() - 1));

describe("a network that branches", () => {
  test("reads its tensors by name", () => {
    const { nodes } = branching().network.graph;
    expect(nodes.map(({ name, inputs }) => `${name} ← ${inputs.join(", ")}`)).toEqual([
      "conv1 ← input",
      "relu1 ← conv1",
      "conv2 ← relu1",
      "residual ← conv2, conv1",
      "add1 ← residual, residual",
      "relu2 ← residual",
      "add2 ← add1, relu2",
      "avgpool1 ← add2",
      "flatten1 ← avgpool1",
      "dense1 ← flatten1",
      "softmax1 ← dense1",
      "crossEntropy1 ← dense1, softmax1",
    ]);
  });

  test("x + x has twice the gradient of x", async () => {
    const twice = network([2], (x) => {
      const y = dense({ units: 2, useBias: false })(x);
      return add(y, y);
    });
    twice.restore(new Map([["dense1.weight", new Float64Array(4)]]));
    await twice.forward([[4, 8]]);
    const { gradients } = await twice.backward([0]);
    expect(gradients.get("dense1.weight")?.data).toEqual(Float64Array.of(-4, 4, -8, 8));
  });

  test("every gradient agrees with the central difference", async () => {
    const model = branching();
    model.initialize(8);
    const labels = [0, 3, 1];
    await model.forward(images);
    const { gradients } = await model.backward(labels);
    const lossAt = async (numbers: Float64Array, k: number, value: number) => {
      const kept = numbers[k];
      numbers[k] = value;
      const { loss } = await model.backward(labels);
      numbers[k] = kept;
      return loss;
    };
    let checked = 0;
    for (const [address, { data }] of gradients) {
      const numbers = model.parameters.get(address)?.data as Float64Array;
      for (let k = 0; k < data.length; k++) {
        const h = 1e-5;
        const difference = (await lossAt(numbers, k, numbers[k] + h)) - (await lossAt(numbers, k, numbers[k] - h));
        const error = Math.abs(data[k] - difference / (2 * h)) / Math.max(Math.abs(data[k]), 1e-3);
        expect(error, `${address} ${k}`).toBeLessThan(1e-6);
        checked++;
      }
    }
    expect(checked).toBe(57 + 84 + 76);
  });
});

describe("trainable: false", () => {
  const data = dataset({ images, shape: [6, 5, 2], labels: [0, 1, 2], classes: ["a", "b", "c"] });
  const optimizer = sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.1 });
  const chain = (first: boolean, last: boolean) =>
    sequential(
      [6, 5, 2],
      conv2d({ filters: 3, kernelSize: 3, trainable: first }),
      relu(),
      flatten(),
      dense({ units: 3, trainable: last }),
    );
  const numbers = (model: Model, layer: string) =>
    [...model.snapshot()].filter(([address]) => address.startsWith(layer));

  test.each([
    ["the first layer", false, true],
    ["the last layer", true, false],
    ["every layer", false, false],
  ])("%s stays bit for bit, the others move", async (_which, first, last) => {
    const model = chain(first, last);
    model.initialize(1);
    const [conv, dense] = [numbers(model, "conv1"), numbers(model, "dense1")];
    await fit(model, data, { optimizer, epochs: 2 });
    if (first) expect(numbers(model, "conv1")).not.toEqual(conv);
    else expect(numbers(model, "conv1")).toEqual(conv);
    if (last) expect(numbers(model, "dense1")).not.toEqual(dense);
    else expect(numbers(model, "dense1")).toEqual(dense);
  });

  test("has no gradient, and changes none of the others", async () => {
    const [free, fixed] = [chain(true, true), chain(false, true)];
    for (const model of [free, fixed]) await model.forward(images);
    const [all, some] = [await free.backward([0, 1, 2]), await fixed.backward([0, 1, 2])];
    expect([...some.gradients.keys()]).toEqual(["dense1.weight", "dense1.bias"]);
    expect(some.loss).toBe(all.loss);
    for (const [address, gradient] of some.gradients) expect(gradient).toEqual(all.gradients.get(address));
  });
});

test("the preset fits pictures from 10×10 up, of any channels and classes", () => {
  expect(lesson({ shape: [10, 10, 3], classes: 4 })).toMatchObject({ inputShape: [10, 10, 3], outputShape: [4] });
  expect(() => lesson({ shape: [10, 9, 3] })).toThrow(code("shape.window"));
});

test("bound to a machine, every model makes its pauses there", () => {
  const host = { name: "here", now: () => 0, pause: async () => undefined };
  expect(onHost(host, lesson)().host).toBe(host);
  expect(lesson().host).toBeUndefined();
});

describe("a graph that is given", () => {
  const one = (op: string, inputs = ["input"]) =>
    modelFromGraph({ input: [2, 2, 1], nodes: [{ op, inputs }] } as unknown as Graph);

  test("gets a head where it ends flat, and only there", () => {
    expect(one("flatten").network.head).toEqual({ probs: 1, loss: 2 });
    expect(one("relu").network.head).toBeUndefined();
  });

  test("is checked, whoever made it", () => {
    expect(() => one("flatten", ["elsewhere"])).toThrow(code("graph.input"));
    expect(() => one("dense")).toThrow(code("option.missing"));
  });

  test("parameters are checked against it", () => {
    const { graph } = sequential([2], dense({ units: 2 })).network;
    const weight = { shape: [2, 2], data: new Float64Array(4) };
    const bias = { shape: [2], data: new Float64Array(2) };
    const refused = (parameters: [string, typeof weight][]) =>
      expect(() => modelFromGraph(graph, { parameters: new Map(parameters) })).toThrow(code("model.parameter"));
    refused([["dense1.weight", weight]]);
    refused([
      ["dense1.weight", weight],
      ["dense1.bias", bias],
      ["dense2.bias", bias],
    ]);
    refused([
      ["dense1.weight", { ...weight, shape: [4] }],
      ["dense1.bias", bias],
    ]);
    const model = modelFromGraph(graph, {
      parameters: new Map([
        ["dense1.bias", bias],
        ["dense1.weight", weight],
      ]),
    });
    expect([...model.parameters.keys()]).toEqual(["dense1.weight", "dense1.bias"]);
  });
});
