// A number that is none ends a run before its step: the step and the layer are named, the weights are those before.

import { expect, test } from "vitest";
import { evaluate, fit } from "../../test/reference.ts";
import { permutation, randomStream } from "../base/random.ts";
import { type Dataset, dataset, sampleImage } from "../data/dataset.ts";
import { sequential } from "../nn/build.ts";
import { conv2d, dense, flatten, relu } from "../nn/layers.ts";
import type { Model } from "../nn/model.ts";
import { sgd } from "./sgd.ts";

const { uniform } = randomStream(6, "check");
const five = dataset({
  images: Float32Array.from({ length: 45 }, uniform),
  shape: [3, 3, 1],
  labels: [0, 1, 1, 0, 1],
  classes: ["a", "b"],
});
const small = () =>
  sequential([3, 3, 1], conv2d({ filters: 2, kernelSize: 2 }), relu(), flatten(), dense({ units: 2 }));
function set(model: Model, address: string, value: number): Dataset {
  model.parameters.get(address)?.data.fill(value);
  return five;
}
const refused = (where: RegExp) =>
  expect.objectContaining({ code: "train.nonFinite", where: expect.stringMatching(where) });
const optimizer = sgd({ learningRate: 0.1 });

test("a rate that is far too high: the weights are those after the last good step", async () => {
  const deep = () => sequential([3, 3, 1], flatten(), dense({ units: 2 }), dense({ units: 2 }));
  const [model, good] = [deep(), deep()];
  const wild = sgd({ learningRate: 1e200 });
  let steps = 0;
  const run = fit(model, five, { optimizer: wild, batchSize: 1, seed: 1 });
  const reading = (async () => {
    for await (const event of run) if (event.type === "step") steps = event.step;
  })();
  await expect(run).rejects.toThrow(refused(/^step 2, (layer|the gradient of) dense/));
  await expect(reading).rejects.toThrow(refused(/^step 2, /));
  expect(steps).toBe(1);
  good.initialize(1);
  const [first] = permutation(5, randomStream(1, "shuffle", 1));
  await good.forward([sampleImage(five, first)]);
  await good.backward([five.labels[first]]);
  await good.step(wild);
  expect(model.snapshot()).toEqual(good.snapshot());
  for (const { data } of model.parameters.values()) expect(data.every(Number.isFinite)).toBe(true);
});

test.each<[string, RegExp, (model: Model) => Dataset]>([
  ["a NaN pixel", /^step 1, the image$/, () => ({ ...five, images: five.images.map(() => Number.NaN) })],
  ["an infinite weight", /^step 1, layer conv1$/, (model) => set(model, "conv1.kernel", Number.POSITIVE_INFINITY)],
  ["a NaN weight", /^step 1, layer dense1$/, (model) => set(model, "dense1.bias", Number.NaN)],
])("%s", async (_what, where, spoil) => {
  const model = small();
  model.initialize(1);
  const data = spoil(model);
  const before = model.snapshot();
  await expect(fit(model, data, { optimizer })).rejects.toThrow(refused(where));
  expect(model.snapshot()).toEqual(before);
  const unread = { code: "model.nonFinite", where: where.source.replace(/^\^step 1, |\$$/g, "") };
  await expect(evaluate(model, data)).rejects.toMatchObject(unread);
  await expect(model.predict(sampleImage(data, 0))).rejects.toMatchObject(unread);
});

test("a gradient that overflows while the loss is still a number", async () => {
  const model = sequential([3, 3, 1], flatten(), dense({ units: 1 }), dense({ units: 2 }));
  model.restore(new Map([...model.snapshot()].map(([address, numbers]) => [address, numbers.map(() => 0)])));
  model.parameters.get("dense2.weight")?.data.set([1.7e308, -1.7e308]);
  const bright = dataset({ images: new Uint8Array(9).fill(99), shape: [3, 3, 1], labels: [0], classes: ["a", "b"] });
  const before = model.snapshot();
  await expect(fit(model, bright)).rejects.toThrow(refused(/^step 1, the gradient of dense1\.weight$/));
  expect(model.snapshot()).toEqual(before);
});

test("a rate that is no number", async () => {
  const model = small();
  model.initialize(1);
  const before = model.snapshot();
  const falling = sgd({ learningRate: (step, total) => Math.sqrt(1 - step) / (total - 1) });
  await expect(fit(model, five, { optimizer: falling })).rejects.toThrow(refused(/^step 1, the learning rate$/));
  expect(model.snapshot()).toEqual(before);
});
