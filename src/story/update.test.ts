// Updates of opened networks: accounts of new weights and velocities add up to what the optimiser's own steps store, and derivatives of
// the loss of a batch or of one of its samples.
import { describe, expect, test } from "vitest";
import type { CutawayError } from "../base/errors.ts";
import { randomStream } from "../base/random.ts";
import { cellAt, sizeOf } from "../base/shape.ts";
import { sequential } from "../nn/build.ts";
import { conv2d, dense, flatten, maxPool2d, relu, rescale } from "../nn/layers.ts";
import type { Model } from "../nn/model.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import { linearDecay, type SgdOptions, sgd } from "../train/sgd.ts";
import { explain } from "./explain.ts";
import type { ExplainRequest, Opened } from "./opened.ts";
import type { OptimizerState } from "./update.ts";

/** A small random classifier whose first layer is not trained. */
function randomModel(seed: number): Model {
  const { below } = randomStream(seed, "check");
  const model = sequential(
    [5 + below(3), 6, 2],
    rescale({ divisor: 100 }),
    conv2d({ filters: 2, kernelSize: 2, trainable: false }),
    relu(),
    conv2d({ filters: 3, kernelSize: 2, padding: "same", useBias: below(2) === 1 }),
    relu(),
    maxPool2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 3 }),
  ) as unknown as Model;
  model.initialize(seed);
  return model;
}

function randomImage(model: Model, seed: number): number[] {
  const { below } = randomStream(seed, "check", 1);
  return Array.from({ length: sizeOf(model.inputShape) }, () => below(256));
}

const settings: readonly SgdOptions[] = [0, 0.9].flatMap((momentum) =>
  [0, 0.01].flatMap((weightDecay) =>
    [false, ...(momentum > 0 ? [true] : [])].map((nesterov) => ({ momentum, weightDecay, nesterov })),
  ),
);

/** What an opened network says the optimiser keeps after the step. */
function keptBy(opened: Opened, model: Model): OptimizerState {
  const { slots } = opened.optimizer;
  const kept = (name: string) =>
    Object.fromEntries(slots.map((slot) => [slot, opened.tensor(`state.${slot}:${name}`).data]));
  return Object.fromEntries([...model.parameters.keys()].map((name) => [name, kept(name)]));
}

/** Every cell of every parameter, at most 30 of each. */
function cellsOf(model: Model): string[] {
  return [...model.parameters].flatMap(([name, { shape, data }]) =>
    Array.from({ length: Math.min(30, data.length) }, (_, k) => `${name}[${cellAt(shape, k).join(",")}]`),
  );
}

async function take(model: Model, input: readonly number[][], label: readonly number[], optimizer: Optimizer) {
  await model.forward(input);
  await model.backward(label);
  await model.step(optimizer);
}

describe("two steps of the real optimiser, told before they are taken", () => {
  test.each(settings.flatMap((options) => [1, 2].map((seed) => [options, seed] as const)))(
    "%j, network %d",
    async (options, seed) => {
      const model = randomModel(seed);
      const batch = [1, 2, 3].map((k) => randomImage(model, seed + k));
      const label = [0, 2, 1];
      const optimizer = sgd({ ...options, learningRate: 0.05 });
      let state: OptimizerState | undefined;
      for (const step of [0, 1]) {
        const opened = await explain(model, { input: batch, label, optimizer, state });
        for (const cell of cellsOf(model)) {
          for (const scope of ["next:", ...optimizer.slots.map((slot) => `state.${slot}:`)]) {
            const account = opened.at(scope + cell);
            expect(account, account.address).toMatchObject({ residual: 0, bound: 0 });
            expect(account.total === account.value, account.address).toBe(true);
            for (const { address, value } of account.terms.flatMap(({ factors }) => factors))
              if (address !== undefined) expect(opened.value(address), address).toBe(value);
          }
        }
        await take(model, batch, label, optimizer);
        for (const [name, { data }] of model.parameters)
          expect(opened.tensor(`next:${name}`).data, `step ${step}, ${name}`).toEqual(data);
        state = keptBy(opened, model);
      }
    },
  );

  test("on the fast engine each number lies within its stated bound", async () => {
    const model = randomModel(3);
    const optimizer = sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 });
    const request = {
      input: randomImage(model, 3),
      label: 1,
      optimizer,
      backend: { name: "wasm", exact: false },
    } as const;
    const state = keptBy(await explain(model, request), model);
    const opened = await explain(model, { ...request, state });
    let rounded = 0;
    for (const cell of cellsOf(model)) {
      for (const scope of ["next:", "state.velocity:"]) {
        const { residual, bound, dtype, address } = opened.at(scope + cell);
        expect(dtype).toBe("f32");
        expect(Math.abs(residual), address).toBeLessThanOrEqual(bound);
        if (residual !== 0) rounded++;
      }
    }
    expect(rounded).toBeGreaterThan(20);
  });

  test("a layer that is not trained keeps its numbers and its velocity", async () => {
    const model = randomModel(1);
    const velocity = (model.parameters.get("conv1.kernel") as { data: Float64Array }).data.map((_, k) => k);
    const optimizer = sgd({ momentum: 0.5 });
    const opened = await explain(model, {
      input: randomImage(model, 1),
      label: 0,
      optimizer,
      state: { "conv1.kernel": { velocity } },
    });
    expect(opened.tensor("grad:conv1.kernel").data.some((g) => g !== 0)).toBe(true);
    expect(opened.tensor("next:conv1.kernel").data).toEqual(opened.tensor("conv1.kernel").data);
    expect(opened.tensor("state.velocity:conv1.kernel").data).toEqual(velocity);
    expect(opened.at("state.velocity:conv1.kernel[0,0,0,1]")).toMatchObject({ value: 1, total: 1, residual: 0 });
    expect(opened.at("next:conv1.kernel[0,0,0,1]")).toMatchObject({ residual: 0, rule: "parameter.kernel" });
  });
});

describe("options of the update", () => {
  const model = randomModel(1);
  const base = { input: randomImage(model, 1), label: 0 };

  test("learningRate is short for plain gradient descent", async () => {
    const short = await explain(model, { ...base, learningRate: 0.25 });
    const long = await explain(model, { ...base, optimizer: sgd({ learningRate: 0.25 }) });
    expect(short.learningRate).toBe(0.25);
    expect(short.at("next:dense1.weight[0,0]")).toEqual(long.at("next:dense1.weight[0,0]"));
  });
  test("a rate that is a function stands at step 0 of 1 unless told", async () => {
    const optimizer = sgd({ learningRate: linearDecay(0.4) });
    expect((await explain(model, { ...base, optimizer })).learningRate).toBe(0.4);
    expect((await explain(model, { ...base, optimizer, step: 3, totalSteps: 4 })).learningRate).toBe(0.1);
  });

  const { length } = (model.parameters.get("dense1.bias") as { data: Float64Array }).data;
  const momentum = sgd({ momentum: 0.9 });
  const kept = (velocity: number[], optimizer = momentum) => ({ optimizer, state: { "dense1.bias": { velocity } } });
  test.each<[string, Partial<ExplainRequest>, string]>([
    ["both forms of a rate", { learningRate: 0.1, optimizer: momentum }, "optimizer"],
    ["a negative rate", { learningRate: -1 }, "finite number"],
    ["a function that gives no number", { optimizer: sgd({ learningRate: () => Number.NaN }) }, "finite number"],
    ["a parameter that is not there", { optimizer: momentum, state: { "conv9.kernel": {} } }, "conv2.kernel"],
    ["a slot that is not there", { optimizer: momentum, state: { "dense1.bias": { speed: [] } } }, "velocity"],
    ["a slot of plain gradient descent", kept([0, 0, 0], sgd()), "nothing"],
    ["too few numbers", kept([1]), `${length} numbers`],
    ["a number that is none", kept([0, Number.NaN, 0]), "finite numbers"],
  ])("%s is refused", async (_what, options, expected) => {
    await expect(explain(model, { ...base, ...options })).rejects.toMatchObject({
      code: "option.value",
      message: expect.stringContaining(expected),
    });
  });

  test("state needs an optimiser that keeps it, and a label", async () => {
    const opened = await explain(model, { ...base, optimizer: momentum });
    expect(() => opened.at("state.speed:dense1.bias[0]")).toThrow(/state\.velocity:/);
    expect(() => opened.at("state.velocity:logits[0]")).toThrow(expect.objectContaining({ code: "explain.next" }));
    const unlabelled = await explain(model, { input: base.input, optimizer: momentum });
    expect(() => unlabelled.value("state.velocity:dense1.bias[0]")).toThrow(
      expect.objectContaining({ code: "explain.label" }),
    );
  });

  test("an optimiser that does not tell its terms has values, and one clear error for accounts", async () => {
    const { explain: _unsaid, ...silent } = sgd({ learningRate: 0.25, momentum: 0.9 });
    const opened = await explain(model, { ...base, optimizer: { ...silent, name: "silent" } });
    const telling = await explain(model, { ...base, optimizer: sgd({ learningRate: 0.25, momentum: 0.9 }) });
    for (const address of ["next:dense1.bias[1]", "state.velocity:dense1.bias[1]"]) {
      expect(opened.value(address)).toBe(telling.value(address));
      expect(caught(() => opened.at(address))).toMatchObject({
        code: "explain.update",
        message: expect.stringContaining("silent"),
      });
    }
    expect(opened.at("grad:dense1.bias[1]").residual).toBe(0);
  });
});

describe("derivatives of the loss of a batch", () => {
  const model = randomModel(4);
  const input = [1, 2, 3].map((k) => randomImage(model, k));
  const label = [2, 0, 1];
  const names = ["conv2.kernel[0,0,0,0]", "dense1.weight[3,1]", "dense1.bias[2]"];

  test.each(["reference", { name: "wasm", exact: true }] as const)(
    "grad(loss): is grad:, and grad(loss@1): follows one sample (%s)",
    async (backend) => {
      const opened = await explain(model, { input, label, backend });
      const alone = await explain(model, { input: input[1], label: label[1], backend });
      const outputs = [0, 1, 2].flatMap((k) => [`conv2.out[1,1,0]@${k}`, `logits[1]@${k}`, `input[0,0,1]@${k}`]);
      for (const name of [...names, ...outputs]) {
        expect(opened.value(`grad(loss):${name}`), name).toBe(opened.value(`grad:${name}`));
        const account = opened.at(`grad(loss):${name}`);
        expect(Math.abs(account.residual), name).toBeLessThanOrEqual(account.bound);
      }
      for (const name of names) {
        const account = opened.at(`grad(loss@1):${name}`);
        expect(account.value).toBe(alone.value(`grad:${name}`));
        expect(Math.abs(account.residual), name).toBeLessThanOrEqual(account.bound);
      }
      expect(opened.value("grad(loss@1):logits[1]@1")).toBe(alone.value("grad:logits[1]"));
      expect(opened.value("grad(loss@1):logits[1]@0")).toBe(0);
    },
  );

  test("where a backward pass starts: 1/N in the mean, 1 at one sample's own loss", async () => {
    const opened = await explain(model, { input, label });
    const start = (address: string) => opened.at(address).terms[0].factors[0];
    expect(start("grad:loss@1")).toEqual({ symbol: "1/N", constant: "1/N", value: 1 / 3 });
    expect(start("grad(loss@1):loss@1")).toEqual({ symbol: "1", constant: "seed", value: 1 });
    const shares = opened.at("grad(loss@1):logits[0]@1").terms.flatMap(({ factors }) => factors);
    expect(shares.some(({ constant }) => constant === "1/N")).toBe(false);
  });
});

function caught(act: () => unknown): CutawayError {
  try {
    act();
  } catch (error) {
    return error as CutawayError;
  }
  throw new Error("nothing was thrown");
}
