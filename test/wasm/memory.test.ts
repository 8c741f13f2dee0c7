// Memory is planned: a thousand steps take none anew, models in a row leave none behind; what cannot be had is an error before the first step.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { dataset } from "../../src/data/dataset.ts";
import { digits } from "../../src/data/digits/digits.ts";
import { nodeHost } from "../../src/host/node/host.ts";
import { sequential } from "../../src/nn/build.ts";
import { conv2d, dense, flatten } from "../../src/nn/layers.ts";
import type { Model } from "../../src/nn/model.ts";
import { lesson } from "../../src/nn/presets/lesson.ts";
import { evaluate } from "../../src/train/evaluate.ts";
import { type FitEvent, fit } from "../../src/train/fit.ts";
import { wasm } from "../../src/wasm.ts";
import type { Sample } from "./memory-child.ts";

const MB = 1e6;

/** What a process of its own says, and how many milliseconds after that it ended. */
async function measured(what: string, threads: number): Promise<{ samples: Sample[]; code: unknown; ending: number }> {
  const script = fileURLToPath(new URL("memory-child.ts", import.meta.url));
  const child = fork(script, [what, String(threads)], { execArgv: ["--expose-gc"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const samples = await Promise.race([new Promise((resolve) => child.once("message", resolve)), ended]);
  const start = performance.now();
  return { samples: samples as Sample[], code: await ended, ending: performance.now() - start };
}

const spread = (numbers: readonly number[]) => Math.max(...numbers) - Math.min(...numbers);

describe.each([1, 2])("with %d threads", (threads) => {
  test("a thousand steps: the engine's memory stays as it is, the heap within 1 MB", async () => {
    const { samples, code } = await measured("steps", threads);
    expect(code).toBe(0);
    const [, ...later] = samples;
    expect(later).toHaveLength(10);
    expect(new Set(samples.map((sample) => sample.wasm)).size).toBe(1);
    expect(samples[0].wasm).toBeGreaterThan(0);
    expect(spread(later.map(({ heap }) => heap))).toBeLessThan(MB);
    expect(spread(later.map(({ buffers }) => buffers))).toBeLessThan(0.1 * MB);
  });

  test("twenty models in a row: the process stays as it is, its threads end, and so does it", async () => {
    const { samples, code, ending } = await measured("models", threads);
    expect(code).toBe(0);
    expect(ending).toBeLessThan(5000);
    const [first, last] = [samples[4], samples[19]];
    expect(last.rss - first.rss).toBeLessThan(40 * MB);
    expect(last.heap - first.heap).toBeLessThan(MB);
    expect(last.buffers - first.buffers).toBeLessThan(MB);
    // Workers end by themselves: on a busy machine the last one may still be about to.
    expect(last.tasks).toBeLessThanOrEqual(first.tasks + threads - 1);
  });
});

describe("memory that cannot be had", () => {
  /** Nothing may have been written and no step taken. */
  async function refused(model: Model, run: () => ReturnType<typeof fit>): Promise<void> {
    const before = model.snapshot();
    const events: FitEvent[] = [];
    const reading = async () => {
      for await (const event of run()) events.push(event);
    };
    await expect(reading()).rejects.toMatchObject({
      code: "model.memory",
      expected: expect.stringMatching(/^\d{10,} /),
    });
    expect(events).toEqual([]);
    expect(model.snapshot()).toEqual(before);
  }

  // Two outputs of 1024×1024×900 numbers are more than seven gigabytes.
  const huge = () => {
    const made = sequential(
      [1024, 1024, 1],
      conv2d({ filters: 900, kernelSize: 1 }),
      conv2d({ filters: 900, kernelSize: 1, groups: 900 }),
      conv2d({ filters: 1, kernelSize: 1, strides: 64 }),
      flatten(),
      dense({ units: 2 }),
    ) as unknown as Model;
    made.initialize(1);
    made.cast("f32");
    made.host = nodeHost;
    return made;
  };
  const one = dataset({
    images: new Uint8Array(1024 * 1024),
    shape: [1024, 1024, 1],
    labels: [0],
    classes: ["a", "b"],
  });

  test("a network too large: named with its bytes before the first step", async () => {
    const model = huge();
    await refused(model, () => fit(model, one, { backend: wasm() }));
    await expect(evaluate(model, one, { backend: wasm({ threads: 1 }) })).rejects.toMatchObject({
      code: "model.memory",
    });
  });

  test("a batch too large", async () => {
    const count = 1_400_000;
    const model = lesson() as unknown as Model;
    model.initialize(1);
    model.cast("f32");
    const images = new Uint8Array(0);
    const labels = new Uint8Array(0);
    const data = { ...digits({ count: 1 }), count, images, labels: labels as never };
    await refused(model, () => fit(model, data, { batchSize: count }));
  });

  test("a batch size beyond the data takes room for the data only", async () => {
    const model = lesson() as unknown as Model;
    const { peakBytes, step } = await fit(model, digits({ count: 40 }), { batchSize: 1e6, epochs: 2 });
    expect(step).toBe(2);
    expect(peakBytes).toBeLessThan(2 * MB);
  });
});
