// fit(): events, counts and means by hand; the same seed, the same bits; validation; data and options that do not fit.

import { describe, expect, test } from "vitest";
import { evaluate, fit } from "../../test/reference.ts";
import { permutation, randomStream } from "../base/random.ts";
import { type Dataset, dataset, sampleImage } from "../data/dataset.ts";
import { holdOut } from "../data/split.ts";
import { saveModel } from "../io/model-file.ts";
import { sequential } from "../nn/build.ts";
import { conv2d, dense, flatten, relu } from "../nn/layers.ts";
import type { Model } from "../nn/model.ts";
import type { FitEvent, FitOptions } from "./fit.ts";
import { linearDecay, sgd } from "./sgd.ts";

const code = (code: string) => expect.objectContaining({ code });
const { uniform } = randomStream(6, "check");
/** Grey pictures of 3×3 and their labels. */
const pictures = (labels: readonly number[], classes = ["a", "b"]) =>
  dataset({ images: Float32Array.from({ length: 9 * labels.length }, uniform), shape: [3, 3, 1], labels, classes });
const five = pictures([0, 1, 1, 0, 1]);
const small = () =>
  sequential([3, 3, 1], conv2d({ filters: 2, kernelSize: 2 }), relu(), flatten(), dense({ units: 2 }));
/** Every answer is half and half: loss ln 2, and class 0 is taken. */
function undecided(): Model {
  const model = small();
  model.restore(new Map([...model.snapshot()].map(([address, numbers]) => [address, numbers.map(() => 0)])));
  return model;
}
type LaterEvent = Exclude<FitEvent, { type: "start" }>;

async function eventsOf(model: Model, data: Dataset, options: FitOptions): Promise<LaterEvent[]> {
  const events: LaterEvent[] = [];
  for await (const event of fit(model, data, options)) if (event.type !== "start") events.push(event);
  return events;
}

describe("events", () => {
  test("by hand: two epochs of five pictures in batches of two", async () => {
    const optimizer = sgd({ learningRate: 0 });
    const events = await eventsOf(undecided(), five, { optimizer, epochs: 2, batchSize: 2, seed: 7 });
    const line = (event: LaterEvent) =>
      `${event.type} ${event.epoch}/${event.epochs} ${event.step}/${event.totalSteps} ${event.images}`;
    expect(events.map(line)).toEqual([
      "step 1/2 1/6 2",
      "step 1/2 2/6 4",
      "step 1/2 3/6 5",
      "epoch 1/2 3/6 5",
      "step 2/2 4/6 2",
      "step 2/2 5/6 4",
      "step 2/2 6/6 5",
      "epoch 2/2 6/6 5",
      "done 2/2 6/6 5",
    ]);
    for (const epoch of [1, 2]) {
      const zeros = [...permutation(5, randomStream(7, "shuffle", epoch))].map((k) => (five.labels[k] === 0 ? 1 : 0));
      const right = (n: number) => zeros.slice(0, n).reduce<number>((sum, zero) => sum + zero, 0) / n;
      const own = events.filter((event) => event.epoch === epoch && event.type === "step");
      expect(own.map(({ accuracy }) => accuracy)).toEqual([right(2), right(4), right(5)]);
      expect(events.find((event) => event.epoch === epoch && event.type === "epoch")?.accuracy).toBe(2 / 5);
    }
    for (const { loss } of events) expect(loss).toBeCloseTo(Math.LN2, 14);
  });

  test("losses: of the batch before its step, and the mean of the epoch so far", async () => {
    const model = small();
    model.initialize(3);
    const own: number[] = [];
    for (let k = 0; k < five.count; k++) {
      await model.forward([sampleImage(five, k)]);
      own.push((await model.backward([five.labels[k]])).loss);
    }
    const events = await eventsOf(model, five, { optimizer: sgd({ learningRate: 0 }), batchSize: 2, seed: 1 });
    const order = [...permutation(5, randomStream(1, "shuffle", 1))].map((k) => own[k]);
    const mean = (numbers: number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    const steps = events.filter((event) => event.type === "step");
    for (const [k, { loss, batchLoss }] of steps.entries()) {
      expect(loss).toBeCloseTo(mean(order.slice(0, 2 * k + 2)), 14);
      expect(batchLoss).toBeCloseTo(mean(order.slice(2 * k, 2 * k + 2)), 14);
    }
    expect(steps.map(({ learningRate }) => learningRate)).toEqual([0, 0, 0]);
  });

  test("the rate is asked for with the step from 0 and the number of all steps", async () => {
    const events = await eventsOf(small(), five, {
      optimizer: sgd({ learningRate: linearDecay(0.4) }),
      batchSize: 3,
      epochs: 2,
    });
    const rates = events.flatMap((event) => (event.type === "step" ? [event.learningRate] : []));
    expect(rates).toEqual([0.4, 0.4 * 0.75, 0.2, 0.1]);
  });

  test("before every step it waits, and says which pictures come", async () => {
    const seen: string[] = [];
    const events: string[] = [];
    let resume = () => {};
    const run = fit(undecided(), five, {
      batchSize: 2,
      beforeStep({ epoch, step, pictures }) {
        seen.push(`${epoch} ${step} ${pictures}`);
        if (step !== 1) return undefined;
        return new Promise<void>((go) => {
          resume = go;
        });
      },
    });
    const reading = (async () => {
      for await (const event of run) events.push(event.type);
    })();
    for (let k = 0; k < 50; k++) await undefined;
    await new Promise((later) => setTimeout(later, 30));
    expect(events).toEqual(["start", "step"]);
    resume();
    await reading;
    expect(events).toEqual(["start", "step", "step", "step", "epoch", "done"]);
    const order = permutation(5, randomStream(0, "shuffle", 1));
    expect(seen).toEqual([`1 0 ${order.subarray(0, 2)}`, `1 1 ${order.subarray(2, 4)}`, `1 2 ${order.subarray(4)}`]);
  });

  test("a run that is stopped while it waits takes no further step", async () => {
    const run = fit(undecided(), five, { batchSize: 2, beforeStep: async ({ step }) => step === 1 && run.stop() });
    expect(await run).toMatchObject({ step: 1, stopped: true });
  });

  test("the last batch of an epoch is a mean over its own pictures: fit() is the loop by hand", async () => {
    const [fitted, own] = [small(), small()];
    const optimizer = sgd({ learningRate: 0.3, momentum: 0.5 });
    await fit(fitted, five, { optimizer, batchSize: 3, seed: 2 });
    own.initialize(2);
    const order = [...permutation(5, randomStream(2, "shuffle", 1))];
    for (const batch of [order.slice(0, 3), order.slice(3)]) {
      await own.forward(batch.map((k) => sampleImage(five, k)));
      await own.backward(batch.map((k) => five.labels[k]));
      await own.step(optimizer);
    }
    expect(own.snapshot()).toEqual(fitted.snapshot());
  });

  test("the result says what ran; without a host there is no clock", async () => {
    const result = await fit(small(), five, { seed: 9, batchSize: 100 });
    expect(result).toMatchObject({
      type: "done",
      stopped: false,
      seed: 9,
      backend: "reference",
      threads: 1,
      totalSteps: 1,
    });
    expect(result.host).toMatch(/^none/);
    expect("seconds" in result).toBe(false);
    let now = 0;
    const host = { name: "clock", now: () => (now += 250), pause: async () => undefined };
    const timed = await fit(small(), five, { host });
    expect(timed.host).toBe("clock");
    expect(timed.imagesPerSecond! * timed.seconds!).toBeCloseTo(5, 10);
  });

  test("afterwards the model knows the classes and the form of its pictures", async () => {
    const model = small();
    await fit(model, five);
    expect([model.classes, model.input]).toEqual([["a", "b"], five.input]);
    await fit(model, { ...five, classes: ["0", "1"] });
    expect(model.classes).toEqual(["a", "b"]);
    model.classes = ["0", "1"];
    await fit(model, five);
    expect(model.classes).toEqual(["a", "b"]);
  });
});

describe("the same seed, the same bits", () => {
  const data = pictures(Array.from({ length: 23 }, (_, k) => k % 2));
  const train = async (seed: number) => {
    const model = small();
    await fit(model, data, { optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), epochs: 3, batchSize: 4, seed });
    return saveModel(model);
  };

  test("of the model file; another seed gives another one", async () => {
    expect(await train(1)).toEqual(await train(1));
    expect(await train(2)).not.toEqual(await train(1));
  });

  test("of the order: every picture once an epoch, in another order each time", async () => {
    const losses = async (seed: number) => {
      const options = { optimizer: sgd({ learningRate: 0 }), epochs: 2, batchSize: 1, seed };
      const model = small();
      model.initialize(0);
      const events = await eventsOf(model, data, options);
      const each = events.flatMap((event) => (event.type === "step" ? [event.batchLoss] : []));
      return [each.slice(0, 23), each.slice(23)];
    };
    const [[first, second], [other], again] = [await losses(1), await losses(2), await losses(1)];
    expect(again).toEqual([first, second]);
    expect([second, other].every((order) => order.join() !== first.join())).toBe(true);
    expect(second.toSorted()).toEqual(first.toSorted());
    expect(other.toSorted()).toEqual(first.toSorted());
  });
});

describe("validation", () => {
  const data = pictures([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);

  test("a set of its own is tested after every epoch and trained on in none", async () => {
    const model = small();
    const events = await eventsOf(model, data, { validation: five, epochs: 2, batchSize: 5 });
    const told = events.flatMap((event) => (event.type === "step" ? [] : [event.validation]));
    expect(told).toHaveLength(3);
    const { loss, accuracy } = await evaluate(model, five);
    expect(told.slice(1)).toEqual([
      { loss, accuracy },
      { loss, accuracy },
    ]);
    expect(told[0]).not.toEqual(told[1]);
    expect(events[0].totalSteps).toBe(4);
  });

  test("a share is held back by class, with the run's seed", async () => {
    const [model, alone] = [small(), small()];
    const { kept, held } = holdOut(data, 0.4, 8);
    const result = await fit(model, data, { validationSplit: 0.4, seed: 8, batchSize: 2 });
    expect(result).toMatchObject({ totalSteps: 3, images: 6 });
    await fit(alone, kept, { seed: 8, batchSize: 2 });
    expect(model.snapshot()).toEqual(alone.snapshot());
    const { loss, accuracy } = await evaluate(model, held);
    expect(result.validation).toEqual({ loss, accuracy });
  });

  test("an epoch that was cut short has none, not that of the epoch before", async () => {
    let pauses = 0;
    let now = 0;
    const pause = async () => {
      // 10 pictures of the first epoch, 5 of its test, then the third of the second epoch.
      if (++pauses === 18) run.stop();
    };
    const run = fit(small(), data, {
      validation: five,
      epochs: 2,
      batchSize: 2,
      host: { name: "slow", now: () => (now += 99), pause },
    });
    const epochs: LaterEvent[] = [];
    for await (const event of run) if (event.type === "epoch") epochs.push(event);
    expect(epochs.map((event) => [event.images, "validation" in event])).toEqual([
      [10, true],
      [4, false],
    ]);
    expect(await run).toMatchObject({ stopped: true, step: 7 });
    expect("validation" in (await run)).toBe(false);
  });
});

describe("what does not fit is refused at once, before anything changes", () => {
  const options: [string, FitOptions][] = [
    ...[0, -1, 1.5, Number.NaN].map((epochs): [string, FitOptions] => ["epochs", { epochs }]),
    ...[0, 2.5, Number.POSITIVE_INFINITY].map((batchSize): [string, FitOptions] => ["batchSize", { batchSize }]),
    ...[-1, 0.5, 2 ** 32].map((seed): [string, FitOptions] => ["seed", { seed }]),
    ...[-0.1, 1, Number.NaN].map((validationSplit): [string, FitOptions] => ["validationSplit", { validationSplit }]),
    ["validationSplit", { validationSplit: 0.5, validation: five }],
  ];
  test.each(options)("option %s", (option, given) => {
    expect(() => fit(small(), five, given)).toThrow(
      expect.objectContaining({ code: "option.value", where: `fit, option ${option}` }),
    );
  });

  test("pictures, classes and names of another model", () => {
    const model = small();
    const other = dataset({ images: [new Uint8Array(9)], shape: [3, 1, 3], labels: [0], classes: ["a", "b"] });
    const three = pictures([0, 1, 2], ["a", "b", "c"]);
    expect(() => fit(model, other)).toThrow(code("model.shape"));
    expect(() => fit(model, three)).toThrow(code("model.classes"));
    expect(() => fit(model, five, { validation: three })).toThrow(
      expect.objectContaining({ code: "model.classes", where: "fit, validation" }),
    );
    model.classes = ["b", "a"];
    expect(() => fit(model, five)).toThrow(code("model.classNames"));
    expect(() => fit(small(), { ...five, count: 0 })).toThrow(code("train.empty"));
    expect({ fresh: model.fresh, classes: model.classes }).toEqual({ fresh: true, classes: ["b", "a"] });
  });
});
