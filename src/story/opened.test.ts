// Accounts of whole networks: on random networks every scope of every address adds up to what the engine stored, bit for bit.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CutawayError } from "../base/errors.ts";
import { randomStream } from "../base/random.ts";
import { cellAt, sizeOf } from "../base/shape.ts";
import { network, sequential } from "../nn/build.ts";
import { add, avgPool2d, conv2d, dense, flatten, maxPool2d, relu, rescale } from "../nn/layers.ts";
import type { Model } from "../nn/model.ts";
import { tensor } from "../tensor/tensor.ts";
import type { Account } from "../trace/account.ts";
import { explain } from "./explain.ts";
import type { Opened } from "./opened.ts";

/** A random classifier of every operation, with branches that meet again, one tensor read twice, padding, strides and groups. */
function randomModel(seed: number): Model {
  const { below } = randomStream(seed, "check");
  const [height, width] = [7 + below(4), 8 + below(3)];
  const groups = 1 + below(2);
  const model = network([height, width, 2], (x) => {
    const scaled = rescale({ divisor: 1 + below(9) })(x);
    const first = conv2d({
      filters: 4,
      kernelSize: [2 + below(2), 3],
      padding: "same",
      groups,
      useBias: below(2) === 1,
    })(scaled);
    const open = relu()(first);
    const branch = conv2d({ filters: 4, kernelSize: 3, padding: 1, groups: [1, 2, 4][below(3)] })(open);
    const joined = relu()(add(branch, add(open, first)));
    const strided = conv2d({
      filters: 3,
      kernelSize: 2,
      strides: 1 + below(2),
      dilationRate: 1 + below(2),
      padding: [
        [1, 0],
        [0, 1],
      ],
    })(joined);
    const pooled =
      below(2) === 1
        ? maxPool2d({
            poolSize: 2,
            strides: 1,
            padding: [
              [1, 0],
              [1, 0],
            ],
          })(strided)
        : avgPool2d({ poolSize: [2, 1], strides: 1, padding: "same" })(strided);
    return dense({ units: 3 })(flatten()(relu()(pooled)));
  });
  model.initialize(seed);
  return model as unknown as Model;
}

/** Whole numbers with many repeats, so that ties and dead cells are among them. */
function randomImage(model: Model, seed: number): number[] {
  const { below } = randomStream(seed, "check", 1);
  return Array.from({ length: sizeOf(model.inputShape) }, () => below(4) * 50);
}

function expectTrue(account: Account, opened: Opened): void {
  expect(account.residual, account.address).toBe(0);
  expect(account.bound).toBe(0);
  expect(
    account.total === account.value || Object.is(account.total, account.value) || account.total === 0,
    account.address,
  ).toBe(true);
  if (account.combine === "sum" || account.combine === "gate") {
    const total = account.terms.reduce(
      (sum, { factors }) => sum + factors.reduce((product, { value }) => product * value, 1),
      0,
    );
    expect(total === account.value, account.address).toBe(true);
  }
  for (const { factors, live } of account.terms) {
    if (live) expect(factors.every(({ value, constant }) => value !== 0 && constant !== "padding")).toBe(true);
    for (const factor of factors) {
      expect((factor.address === undefined) !== (factor.constant === undefined)).toBe(true);
      if (factor.address !== undefined) expect(opened.value(factor.address), factor.address).toBe(factor.value);
    }
  }
}

/** Every cell of small tensors, a random 40 of larger ones, with the first and the last (edges and padding). */
function cellsOf(shape: readonly number[], seed: number): number[][] {
  const size = sizeOf(shape);
  if (size <= 40) return Array.from({ length: size }, (_, k) => cellAt(shape, k));
  const { below } = randomStream(seed, "check", 2);
  return [0, size - 1, ...Array.from({ length: 38 }, () => below(size))].map((k) => cellAt(shape, k));
}

const place = (name: string, cell: readonly number[]) => (cell.length === 0 ? name : `${name}[${cell.join(",")}]`);

describe("on random networks every account is true", () => {
  test.each([1, 2, 3, 4, 5, 6])(
    "network %d: values, gradients, updates, derivatives of a logit and of an inner cell",
    async (seed) => {
      const model = randomModel(seed);
      const opened = await explain(model, { input: randomImage(model, seed), label: seed % 3 });
      let count = 0;
      for (const { name, shape } of opened.places()) {
        const isParameter = !/^(input|logits|probs|loss)$|\.out$/.test(name);
        const scopes = [
          "",
          "grad:",
          "grad(logits[1]):",
          "grad(probs[2]):",
          "grad(conv2.out[1,2,3]):",
          ...(isParameter ? ["next:"] : []),
        ];
        for (const cell of cellsOf(shape, seed)) {
          for (const scope of scopes) expectTrue(opened.at(`${scope}${place(name, cell)}`), opened);
          count += scopes.length;
        }
      }
      expect(count).toBeGreaterThan(3000);
    },
  );

  test.each(
    [1, 2, 3].flatMap((seed) => [
      { seed, exact: true },
      { seed, exact: false },
    ]),
  )(
    "on the fast engine each number lies within its stated bound: network $seed, exact $exact",
    async ({ seed, exact }) => {
      const model = randomModel(seed);
      const backend = { name: "wasm", exact } as const;
      const images = [1, 2].map((k) => randomImage(model, seed + k));
      const opened = await explain(model, { input: images, label: [seed % 3, 0], backend });
      let rounded = 0;
      for (const { name, shape } of opened.places()) {
        const isParameter = !/^(input|logits|probs|loss)$|\.out$/.test(name);
        for (const cell of cellsOf(shape, seed)) {
          for (const scope of isParameter ? ["", "grad:", "next:"] : ["", "grad:", "grad(logits[1]@1):"]) {
            const at = `${scope}${place(name, cell)}${isParameter ? "" : "@1"}`;
            const { residual, bound, ulps, dtype } = opened.at(at);
            expect(dtype, at).toBe("f32");
            expect(Math.abs(residual), `${at}: bound ${bound}, ${ulps} float32 spacings`).toBeLessThanOrEqual(bound);
            if (residual !== 0) rounded++;
          }
        }
      }
      expect(rounded).toBeGreaterThan(100);
    },
  );

  test("a convolution that goes Winograd's way says the bound that holds for it", async () => {
    const model = sequential(
      [12, 12, 1],
      conv2d({ filters: 16, kernelSize: 3, padding: "same" }),
      relu(),
      conv2d({ filters: 16, kernelSize: 3, padding: "same" }),
      flatten(),
      dense({ units: 3 }),
    ) as unknown as Model;
    model.initialize(1);
    const request = { input: randomImage(model, 1), label: 1 };
    const fast = await explain(model, { ...request, backend: { name: "wasm", exact: false } });
    const exact = await explain(model, { ...request, backend: { name: "wasm", exact: true } });
    for (const name of ["conv2.out", "grad:conv2.kernel", "grad:relu1.out"]) {
      const { shape } = fast.tensor(name);
      for (const cell of cellsOf(shape, 5)) {
        const own = fast.at(place(name, cell));
        expect(Math.abs(own.residual), own.address).toBeLessThanOrEqual(own.bound);
        expect(own.bound).toBeGreaterThan(exact.at(place(name, cell)).bound);
      }
    }
  });

  test("a batch: samples are addressed by @k, parameters sum over them, the loss is their mean", async () => {
    const model = randomModel(9);
    const images = [1, 2, 3].map((k) => randomImage(model, k));
    const opened = await explain(model, { input: images, label: [0, 1, 2] });
    for (const { name, shape } of opened.places()) {
      const isParameter = !/^(input|logits|probs|loss)$|\.out$/.test(name);
      for (const cell of cellsOf(shape, 3).slice(0, 12)) {
        const addresses = isParameter
          ? ["", "grad:", "next:"].map((scope) => scope + place(name, cell))
          : ["", "grad:", "grad(logits[0]@1):"].flatMap((scope) =>
              [0, 1, 2].map((k) => `${scope}${place(name, cell)}@${k}`),
            );
        for (const address of addresses) expectTrue(opened.at(address), opened);
      }
    }
    const alone = await Promise.all(images.map((input, label) => explain(model, { input, label })));
    const mean = alone.reduce((sum, one) => sum + one.value("loss") / 3, 0);
    expect(opened.value("loss")).toBeCloseTo(mean, 14);
    expect(opened.at("loss").terms).toHaveLength(3);
    expect(opened.value("grad:logits[0]@2")).toBeCloseTo(alone[2].value("grad:logits[0]") / 3, 14);
  });

  test("a derivative of a logit agrees with a nudge of the pixel", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1000 }), async (seed) => {
        const model = sequential(
          [6, 5, 1],
          rescale(),
          conv2d({ filters: 2, kernelSize: 3 }),
          flatten(),
          dense({ units: 2 }),
        );
        model.initialize(seed);
        const input = randomImage(model as unknown as Model, seed);
        const { below } = randomStream(seed, "check", 3);
        const k = below(input.length);
        const logit = async (v: number) => (await explain(model, { input: input.with(k, v) })).value("logits[1]");
        const numerical = ((await logit(input[k] + 1)) - (await logit(input[k] - 1))) / 2;
        const opened = await explain(model, { input });
        const [i, j] = cellAt([6, 5], k);
        expect(opened.value(`grad(logits[1]):input[${i},${j},0]`)).toBeCloseTo(numerical, 12);
      }),
      { seed: 4, numRuns: 20 },
    );
  });
});

describe("what is opened", () => {
  const tiny = () => sequential([2, 2, 1], flatten(), dense({ units: 2, name: "out2", trainable: false }));

  test("it stays as it is when the model goes on", async () => {
    const model = tiny();
    const opened = await explain(model, { input: [1, 2, 3, 4], label: 0 });
    const before = opened.value("out2.weight[0,0]");
    model.initialize(5);
    expect(opened.value("out2.weight[0,0]")).toBe(before);
  });
  test("the last layer's output is called logits, however it is asked for", async () => {
    const opened = await explain(tiny(), { input: [1, 2, 3, 4], label: 0 });
    expect(opened.at("out2.out[1]").address).toBe("logits[1]");
    expect(opened.at("grad(out2.out[1]):input[0,1,0]").address).toBe("grad(logits[1]):input[0,1,0]");
  });
  test("parameters that are not trained stay in next:", async () => {
    const opened = await explain(tiny(), { input: [1, 2, 3, 4], label: 0 });
    expect(opened.value("next:out2.weight[0,0]")).toBe(opened.value("out2.weight[0,0]"));
    expect(opened.value("grad:out2.weight[0,0]")).not.toBe(0);
  });
  test("a float32 model: values of parameters say so, and an update is rounded within its bound", async () => {
    const model = tiny();
    const { data, shape } = tensor([4, 2], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]);
    const single = new (model.constructor as new (...given: unknown[]) => Model)(model.network, {
      parameters: new Map([
        ["out2.weight", { shape, data: Float32Array.from(data) }],
        ["out2.bias", { shape: [2], data: new Float32Array(2) }],
      ]),
    });
    const account = (await explain(single, { input: [1, 2, 3, 4], label: 0 })).at("out2.weight[0,1]");
    expect(account).toMatchObject({ dtype: "f32", value: Math.fround(0.2), combine: "copy" });
  });

  const failures: [string, string, object][] = [
    ["a node that is not there", "conv7.out[0]", { code: "address.unknown" }],
    ["a cell outside", "logits[2]", { code: "address.cell" }],
    ["a missing index", "logits", { code: "explain.cell" }],
    ["no address at all", "what is this", { code: "address.syntax" }],
    ["an update of an output", "next:logits[0]", { code: "explain.next" }],
    ["the state of an optimiser", "state.velocity:out2.weight[0,0]", { code: "explain.state" }],
    ["a sample beyond the batch", "logits[0]@1", { code: "explain.sample" }],
    ["a sample of a parameter", "out2.weight[0,0]@0", { code: "explain.sample" }],
    ["a derivative of a parameter", "grad(out2.weight[0,0]):input[0,0,0]", { code: "explain.target" }],
    ["a derivative of a whole tensor", "grad(logits):input[0,0,0]", { code: "explain.target" }],
  ];
  test.each(failures)("%s is one clear error", async (_what, address, expected) => {
    const opened = await explain(tiny(), { input: [1, 2, 3, 4], label: 0 });
    expect(caught(() => opened.at(address))).toMatchObject(expected);
  });
  test("an unknown address says which exist", async () => {
    const opened = await explain(tiny(), { input: [1, 2, 3, 4] });
    expect(caught(() => opened.at("conv1.out[0]")).message).toContain("out2.weight[0…3,0…1]");
  });
  test.each(["loss", "grad:input[0,0,0]", "next:out2.weight[0,0]"])("%s needs a label and says so", async (address) => {
    const opened = await explain(tiny(), { input: [1, 2, 3, 4] });
    expect(caught(() => opened.at(address)).code).toBe("explain.label");
  });
  test("images and labels are checked", async () => {
    await expect(explain(tiny(), { input: [1, 2, 3] })).rejects.toMatchObject({ code: "model.pixels" });
    await expect(explain(tiny(), { input: [1, 2, 3, 4], label: 2 })).rejects.toMatchObject({ code: "model.label" });
    await expect(explain(tiny(), { input: [[1, 2, 3, 4]], label: [0, 1] })).rejects.toMatchObject({
      code: "model.count",
    });
    await expect(explain(tiny(), { input: [1, 2, 3, 4], learningRate: -1 })).rejects.toMatchObject({
      code: "option.value",
    });
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
