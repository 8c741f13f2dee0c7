// Models: answers by hand, own loops against fit(), snapshots, and what counts as fresh.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate, fit } from "../../test/reference.ts";
import { permutation, randomStream } from "../base/random.ts";
import { dataset, sampleImage } from "../data/dataset.ts";
import { loadModel, saveModel } from "../io/model-file.ts";
import { linearDecay, sgd } from "../train/sgd.ts";
import { sequential } from "./build.ts";
import { conv2d, dense, flatten, relu, rescale } from "./layers.ts";
import type { Model, Snapshot } from "./model.ts";

const code = (code: string) => expect.objectContaining({ code });

/** Two inputs, two classes, and the weights that are given: logits = x·W + b. */
function linear(weight: readonly number[] = [1, 0, 0, 1], bias: readonly number[] = [0, 0]): Model<[2], [2]> {
  const model = sequential([2], dense({ units: 2 }));
  model.restore(
    new Map([
      ["dense1.weight", Float64Array.from(weight)],
      ["dense1.bias", Float64Array.from(bias)],
    ]),
  );
  return model;
}
const snapshotOf = (model: Model) => [...model.snapshot()].map(([address, numbers]) => [address, ...numbers]);

describe("answers by hand", () => {
  test("logits 3 and 1 give e² : 1", async () => {
    const model = linear([1, 0, 0, 1], [1, -1]);
    const { probs, index, name } = await model.predict([2, 2]);
    expect(probs[0] / probs[1]).toBeCloseTo(Math.exp(2), 12);
    expect([index, name]).toEqual([0, undefined]);
    expect(
      await model.forward([
        [2, 2],
        [0, 5],
      ]),
    ).toEqual({ shape: [2, 2], data: Float64Array.of(3, 1, 1, 4) });
  });

  test("one image gives one answer, several give several, a tie the first, names where they are known", async () => {
    const model = linear();
    model.classes = ["left", "right"];
    expect(await model.predict(Uint8Array.of(7, 7))).toEqual({
      probs: Float64Array.of(0.5, 0.5),
      index: 0,
      name: "left",
    });
    const answers = await model.predict([Float32Array.of(0, 3), [3, 0]]);
    expect(answers.map(({ name }) => name)).toEqual(["right", "left"]);
    expect(answers[0].probs[0]).toBe(answers[1].probs[1]);
    expect(await model.predict([])).toEqual([]);
  });

  test("probabilities are from 0 to 1 and sum to 1, whatever the logits", async () => {
    const wide = sequential([3], dense({ units: 5 }));
    const pixel = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    const property = fc.asyncProperty(
      fc.array(pixel, { minLength: 3, maxLength: 3 }),
      fc.nat(100),
      async (image, seed) => {
        wide.initialize(seed);
        const { probs, index } = await wide.predict(image);
        expect(Math.abs(probs.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-15 * 5);
        expect(probs.every((p) => p >= 0 && p <= probs[index])).toBe(true);
      },
    );
    await fc.assert(property, { seed: 1, numRuns: 300 });
  });

  test("half and half: loss ln 2, gradients (p − t)·x, and a step of 1", async () => {
    const model = linear([0, 0, 0, 0]);
    await model.forward([
      [4, 8],
      [2, 0],
    ]);
    const { loss, gradients } = await model.backward([0, 1]);
    expect(loss).toBeCloseTo(Math.LN2, 15);
    expect(gradients.get("dense1.weight")).toEqual({ shape: [2, 2], data: Float64Array.of(-0.5, 0.5, -2, 2) });
    expect(gradients.get("dense1.bias")?.data).toEqual(Float64Array.of(0, 0));
    expect(await model.step(sgd({ learningRate: 1 }))).toBe(1);
    expect(model.snapshot().get("dense1.weight")).toEqual(Float64Array.of(0.5, -0.5, 2, -2));
  });

  test("a network that ends in maps has outputs, no probabilities and no loss", async () => {
    const maps = sequential([2, 2, 1], rescale({ divisor: 2 }), relu());
    expect(await maps.forward([[2, 4, -6, 8]])).toEqual({ shape: [1, 2, 2, 1], data: Float64Array.of(1, 2, 0, 4) });
    await expect(maps.predict([1, 2, 3, 4])).rejects.toThrow(code("model.noHead"));
    await expect(maps.backward([0])).rejects.toThrow(code("model.noHead"));
  });

  test("too few pixels, labels that are none, labels without images", async () => {
    const model = linear();
    await expect(model.backward([0])).rejects.toThrow(code("model.count"));
    await expect(model.predict([1])).rejects.toThrow(code("model.pixels"));
    await expect(model.forward([[1, 2], [3]])).rejects.toThrow(code("model.pixels"));
    await model.forward([[1, 2]]);
    await expect(model.backward([])).rejects.toThrow(code("model.count"));
    for (const label of [2, -1, 0.5, Number.NaN])
      await expect(model.backward([label])).rejects.toThrow(code("model.label"));
  });
});

const small = () =>
  sequential(
    [5, 4, 2],
    conv2d({ filters: 3, kernelSize: 3 }),
    relu(),
    flatten(),
    dense({ units: 3, kernelInitializer: "glorotNormal" }),
  );
const { uniform } = randomStream(9, "check");
const pictures = dataset({
  images: Float32Array.from({ length: 7 * 40 }, uniform),
  shape: [5, 4, 2],
  labels: [0, 1, 2, 0, 1, 2, 0],
});

test("forward, backward and step by hand are fit(), bit for bit", async () => {
  const optimizer = sgd({ learningRate: linearDecay(0.5), momentum: 0.9, weightDecay: 0.01 });
  const [own, fitted] = [small(), small()];
  await fit(fitted, pictures, { optimizer, epochs: 3, batchSize: 7, seed: 4 });
  own.initialize(4);
  for (let epoch = 1; epoch <= 3; epoch++) {
    const order = [...permutation(7, randomStream(4, "shuffle", epoch))];
    await own.forward(order.map((k) => sampleImage(pictures, k)));
    await own.backward(order.map((k) => pictures.labels[k]));
    await own.step(optimizer, 3);
  }
  expect(own.snapshot()).toEqual(fitted.snapshot());
});

test("momentum by hand from the gradients that are told; each backward begins at zero", async () => {
  const model = small();
  const expected = new Map(model.snapshot());
  const velocity = new Map([...expected].map(([address, w]) => [address, w.map(() => 0)]));
  for (let step = 0; step < 3; step++) {
    await model.forward([sampleImage(pictures, step), sampleImage(pictures, 6)]);
    const told = await model.backward([step, 0]);
    expect(await model.backward([step, 0])).toEqual(told);
    await model.step(sgd({ learningRate: 0.25, momentum: 0.5 }));
    for (const [address, { data }] of told.gradients) {
      const v = velocity.get(address)!.map((before, k) => 0.5 * before + data[k]);
      velocity.set(address, v);
      expected.set(
        address,
        expected.get(address)!.map((w, k) => w - 0.25 * v[k]),
      );
    }
    expect(model.snapshot()).toEqual(expected);
  }
});

test("initialize() begins anew: no velocity and no steps are left of what was before", async () => {
  const model = small();
  const rates: number[] = [];
  const train = async () => {
    model.initialize(2);
    for (let step = 0; step < 3; step++) {
      await model.forward([sampleImage(pictures, step)]);
      await model.backward([1]);
      rates.push(await model.step(sgd({ learningRate: linearDecay(0.5), momentum: 0.9 }), 4));
    }
    return model.snapshot();
  };
  expect(await train()).toEqual(await train());
  expect(rates).toEqual([0.5, 0.375, 0.25, 0.5, 0.375, 0.25]);
});

describe("snapshots", () => {
  test("come back bit for bit, also −0 and the smallest numbers, and are copies", () => {
    const model = linear([-0, 5e-324, 1 / 3, -1e308]);
    const before = model.snapshot();
    model.initialize(3);
    expect(model.snapshot()).not.toEqual(before);
    model.restore(before);
    expect(snapshotOf(model)).toEqual([
      ["dense1.weight", -0, 5e-324, 1 / 3, -1e308],
      ["dense1.bias", 0, 0],
    ]);
  });

  test("of another network they are refused, and nothing is changed", () => {
    const model = linear();
    const foreign: Snapshot[] = [new Map(), small().snapshot(), new Map([["dense1.weight", new Float64Array(4)]])];
    foreign.push(new Map([...model.snapshot(), ["dense1.bias", new Float64Array(3)]]));
    for (const snapshot of foreign) expect(() => model.restore(snapshot)).toThrow(code("model.parameter"));
    expect(snapshotOf(model)).toEqual([
      ["dense1.weight", 1, 0, 0, 1],
      ["dense1.bias", 0, 0],
    ]);
  });
});

describe("fresh weights belong to fit()'s seed, all others stay", () => {
  /** A rate of 0 leaves the weights where fit() began. */
  const start = async (model: Model) => {
    await fit(model, pictures, { optimizer: sgd({ learningRate: 0 }), seed: 5 });
    return model.snapshot();
  };
  const seeded = (seed: number) => {
    const model = small();
    model.initialize(seed);
    return model;
  };

  test("asking a new model leaves it fresh", async () => {
    const model = small();
    await model.predict(sampleImage(pictures, 0));
    await model.forward([sampleImage(pictures, 0)]);
    await model.backward([0]);
    await evaluate(model, pictures);
    model.summary();
    expect(model.fresh).toBe(true);
    expect(await start(model)).toEqual(seeded(5).snapshot());
    expect(model.fresh).toBe(false);
  });

  test.each<[string, () => Model | Promise<Model>]>([
    ["initialised", () => seeded(6)],
    [
      "restored",
      () => {
        const model = small();
        model.restore(seeded(6).snapshot());
        return model;
      },
    ],
    ["loaded", () => loadModel(saveModel(seeded(6)))],
    ["loaded before it was ever trained", () => loadModel(saveModel(small()))],
    [
      "trained",
      async () => {
        const model = small();
        await fit(model, pictures, { seed: 6 });
        return model;
      },
    ],
    [
      "moved by a step of one's own",
      async () => {
        const model = small();
        await model.forward([sampleImage(pictures, 0)]);
        await model.backward([0]);
        await model.step(sgd());
        return model;
      },
    ],
  ])("%s", async (_how, make) => {
    const model = await make();
    const before = model.snapshot();
    expect(model.fresh).toBe(false);
    expect(await start(model)).toEqual(before);
  });
});
