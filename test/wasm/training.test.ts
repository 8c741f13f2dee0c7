// Training on generated kernels: the same bits again, the reference's accuracy, clear errors, and what runs where kernels cannot.
import { afterEach, describe, expect, test, vi } from "vitest";
import { dataset } from "../../src/data/dataset.ts";
import { digits } from "../../src/data/digits/digits.ts";
import { backendFacts } from "../../src/graph/backend.ts";
import { saveModel } from "../../src/io/model-file.ts";
import { sequential } from "../../src/nn/build.ts";
import { conv2d, dense, flatten, maxPool2d, relu } from "../../src/nn/layers.ts";
import type { Model } from "../../src/nn/model.ts";
import { lesson } from "../../src/nn/presets/lesson.ts";
import { evaluate } from "../../src/train/evaluate.ts";
import { type FitEvent, type FitOptions, fit } from "../../src/train/fit.ts";
import { linearDecay, sgd } from "../../src/train/sgd.ts";
import { wasm } from "../../src/wasm.ts";

const data = digits({ count: 1500 });
const test500 = digits({ split: "test", count: 500 });
const settings = { batchSize: 16, epochs: 2, seed: 3 };
const optimizer = () => sgd({ learningRate: linearDecay(0.05), momentum: 0.9, weightDecay: 1e-4 });

async function trained(options: FitOptions): Promise<Model> {
  const model = lesson() as unknown as Model;
  await fit(model, data, { ...settings, optimizer: optimizer(), ...options });
  return model;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the fast engine", () => {
  test("the same seed gives the same file, another one another; its numbers are float32", async () => {
    const [one, two, other] = [await trained({}), await trained({}), await trained({ seed: 4 })].map(saveModel);
    expect(two).toEqual(one);
    expect(other).not.toEqual(one);
    expect((await trained({ backend: wasm({ exact: true }) })).dtype).toBe("f32");
  });

  test("fused, exact and reference learn alike", async () => {
    const backends = ["auto", wasm({ exact: true }), "reference"] as const;
    const models = await Promise.all(backends.map((backend) => trained({ backend })));
    const accuracies = await Promise.all(models.map(async (model) => (await evaluate(model, test500)).accuracy));
    for (const accuracy of accuracies) expect(accuracy).toBeGreaterThan(0.7);
    expect(Math.max(...accuracies) - Math.min(...accuracies)).toBeLessThan(0.06);
  });

  test("it evaluates as the reference does", async () => {
    const model = await trained({});
    const [fast, slow] = [await evaluate(model, test500), await evaluate(model, test500, { backend: "reference" })];
    expect(fast.confusion).toEqual(slow.confusion);
    expect(fast.loss).toBeCloseTo(slow.loss, 5);
  });

  test("the result says what ran", async () => {
    const result = await fit(lesson() as unknown as Model, data, { ...settings, epochs: 1 });
    expect(result).toMatchObject({ backend: "wasm", threads: 1 });
    expect(["simd", "relaxed-fma"]).toContain(result.instructionSet);
    expect(result.why.join()).toContain("one thread");
  });

  test("before the first step an event says what will run and what it takes", async () => {
    const firstOf = async (options: FitOptions) => {
      const events: FitEvent[] = [];
      for await (const event of fit(lesson() as unknown as Model, digits({ count: 48 }), { ...settings, ...options }))
        events.push(event);
      expect(events.filter(({ type }) => type === "start")).toHaveLength(1);
      return events[0];
    };
    const fast = await firstOf({});
    expect(fast).toMatchObject({ type: "start", backend: "wasm", exact: false, totalSteps: 6 });
    expect(fast).toMatchObject({ kernels: { conv1: "direct+relu+pool" }, peakBytes: expect.any(Number) });
    const slow = await firstOf({ backend: "reference" });
    expect(slow).toMatchObject({ type: "start", backend: "reference", exact: true, kernels: {} });
    expect(slow).not.toHaveProperty("peakBytes");
  });
});

test("layers that are not trained stay as they are, also where no other is and weights decay", async () => {
  const conv = conv2d({ filters: 4, kernelSize: 3, trainable: false });
  for (const trainable of [false, true]) {
    const model = sequential([28, 28, 1], conv, flatten(), dense({ units: 10, trainable })) as unknown as Model;
    model.initialize(1);
    model.cast("f32");
    const before = model.snapshot();
    await fit(model, data, { ...settings, epochs: 1, optimizer: sgd({ learningRate: 0.001, weightDecay: 0.1 }) });
    expect(model.snapshot().get("conv1.kernel")).toEqual(before.get("conv1.kernel"));
    const moved = model
      .snapshot()
      .get("dense1.weight")
      ?.some((w, k) => w !== before.get("dense1.weight")?.[k]);
    expect(moved).toBe(trainable);
  }
});

describe("numbers that stop being numbers", () => {
  const small = () =>
    sequential(
      [6, 6, 1],
      conv2d({ filters: 2, kernelSize: 3 }),
      relu(),
      maxPool2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 2 }),
    ) as unknown as Model;
  const pictures = dataset({
    images: Array.from({ length: 4 }, (_, k) => Array.from({ length: 36 }, (_, i) => (i * 7 + k) % 5)),
    shape: [6, 6, 1],
    labels: [0, 1, 0, 1],
  });

  test("an update that overflows float32 is refused, and the weights are those before it", async () => {
    const model = small();
    model.initialize(1);
    model.cast("f32");
    const before = model.snapshot();
    const run = fit(model, pictures, { optimizer: sgd({ learningRate: 1e300 }), seed: 1 });
    await expect(run).rejects.toMatchObject({ code: "train.nonFinite", where: "step 1, the update of conv1.kernel" });
    expect(model.snapshot()).toEqual(before);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("a weight of %d is found in the forward pass", async (bad) => {
    const model = small();
    model.initialize(1);
    const kernel = model.parameters.get("conv1.kernel");
    if (kernel) kernel.data[4] = bad;
    await expect(fit(model, pictures)).rejects.toMatchObject({ code: "train.nonFinite" });
  });
});

describe("where kernels cannot run", () => {
  test("auto takes the reference and says why; asking for kernels is an error", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(await backendFacts("auto")).toMatchObject({ backend: "reference", instructionSet: "float64" });
    expect((await backendFacts("auto")).why.join()).toContain("wasm-unsafe-eval");
    await expect(backendFacts(wasm())).rejects.toMatchObject({ code: "model.backend" });
    const model = await trained({ epochs: 1 });
    expect(model.dtype).toBe("f64");
  });

  test("a policy that forbids compiling counts as no WebAssembly", async () => {
    vi.stubGlobal("WebAssembly", {
      ...WebAssembly,
      Memory: WebAssembly.Memory,
      validate: () => true,
      Module: class {
        constructor() {
          throw new Error("blocked by a Content Security Policy");
        }
      },
    });
    expect(await backendFacts("auto")).toMatchObject({ backend: "reference" });
  });
});
