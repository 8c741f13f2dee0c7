// Threads: they share the work and change no bit, whatever the batch; a dead worker is an error, one that cannot start is told.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import type { Host, Threads } from "../../src/base/host.ts";
import { digits } from "../../src/data/digits/digits.ts";
import type { WasmEngine, WasmEngineOptions } from "../../src/graph/wasm-engine.ts";
import { nodeHost } from "../../src/host/node/host.ts";
import { saveModel } from "../../src/io/model-file.ts";
import type { Model } from "../../src/nn/model.ts";
import { lesson } from "../../src/nn/presets/lesson.ts";
import { evaluate } from "../../src/train/evaluate.ts";
import { fit } from "../../src/train/fit.ts";
import { sgd } from "../../src/train/sgd.ts";
import { wasm } from "../../src/wasm.ts";
import {
  callsOf,
  dataFor,
  digestOfBatch,
  digestOfParameters,
  fused,
  joined,
  type ModelName,
  models,
  open,
  sum,
} from "./engines.ts";

const opened: WasmEngine[] = [];
afterEach(() => {
  for (const engine of opened.splice(0)) engine.close();
});

async function opening(name: ModelName, options: Partial<WasmEngineOptions>): Promise<WasmEngine> {
  const engine = await open(models[name](), options);
  opened.push(engine);
  return engine;
}

/** 33 images are eight shards of four or five. */
const large = [5, 8, 32, 33, 3, 1];
const small = [3, 1, 2];

/** Bits after each of a few training steps, batches of every size in turn; each batch is learnt twice and gives the same twice. */
async function stepsOf(engine: WasmEngine, model: Model, batches: readonly number[]): Promise<string[]> {
  const steps: string[] = [];
  for (const batch of batches) {
    const { images, labels } = dataFor(model, batch);
    await engine.learn(images, labels);
    const once = digestOfBatch(engine, batch);
    await engine.learn(images, labels);
    expect(digestOfBatch(engine, batch)).toBe(once);
    await engine.move?.(0.01);
    steps.push(`${batch}: ${once} ${digestOfParameters(engine)}`);
  }
  return steps;
}

/** Of the kernel that is cut into most parts; 1 where none is worth it. */
function mostParts({ plan: { program } }: WasmEngine): number {
  const stages = program.jobs.flatMap((one) => (one.kind === "stages" ? one.stages.filter(({ cut }) => cut) : []));
  return Math.max(1, ...stages.flatMap(({ functions }) => functions.map((f) => program.functions[f].parts)));
}

const names: ModelName[] = ["W1", "vgg", "branching"];
const arithmetics = [
  { exact: false, set: fused },
  { exact: true, set: "simd" },
] as const;
const cases = names.flatMap((name) => arithmetics.map((arithmetic) => ({ name, ...arithmetic })));

describe.each(cases)("$name, exact $exact", ({ name, ...arithmetic }) => {
  const model = models[name]();

  test("large batches are cut into shards: the same bits with 1 … 5 threads", async () => {
    const alone = await opening(name, { ...arithmetic, batch: 33 });
    const expected = await stepsOf(alone, model, large);
    expect(callsOf(alone)).toHaveLength(1);
    expect(new Set(expected).size).toBe(large.length);
    for (const threads of [2, 3, 4, 5]) {
      const engine = await opening(name, { ...arithmetic, batch: 33, threads });
      await joined(engine, threads, dataFor(model, 33));
      const [, ...before] = callsOf(engine).map(sum);
      expect([threads, await stepsOf(engine, model, large)]).toEqual([threads, expected]);
      const [, ...after] = callsOf(engine).map(sum);
      expect(engine.threads).toBe(threads);
      expect(sum(after)).toBeGreaterThan(sum(before));
      engine.close();
    }
  });

  test("small batches are cut inside the layers where it pays: the same bits with 1 … 5 threads", async () => {
    const alone = await opening(name, { ...arithmetic, batch: 3 });
    const expected = await stepsOf(alone, model, small);
    const parts = mostParts(alone);
    expect(parts).toBeGreaterThan(name === "W1" ? 0 : 4);
    for (const threads of [2, 3, 4, 5]) {
      const engine = await opening(name, { ...arithmetic, batch: 3, threads });
      // Ranges of parts are handed out beforehand: nobody who has one is left without work.
      const busy = Math.min(threads, parts);
      await joined(engine, busy, dataFor(model, 3));
      const before = callsOf(engine).map(sum);
      expect([threads, await stepsOf(engine, model, small)]).toEqual([threads, expected]);
      const working = callsOf(engine).filter((calls, member) => sum(calls) > before[member]);
      expect(working).toHaveLength(busy);
      engine.close();
    }
  });

  test("forward alone: the same logits, with and without what training needs", async () => {
    const { images } = dataFor(model, 33);
    const logits: string[] = [];
    for (const options of [{ training: true }, {}, { threads: 2 }, { threads: 4 }, { batch: 1 }]) {
      const engine = await opening(name, { ...arithmetic, batch: 33, training: false, update: undefined, ...options });
      const outputs: number[][] = [];
      for (let start = 0; start < 33; start += engine.batch) {
        await engine.forward(images.slice(start, start + engine.batch));
        outputs.push(...engine.outputs.slice(0, Math.min(engine.batch, 33)).map((numbers) => Array.from(numbers)));
      }
      logits.push(JSON.stringify(outputs));
      engine.close();
    }
    expect(new Set(logits).size).toBe(1);
  });
});

describe("forward alone", () => {
  test("threads take part", async () => {
    const engine = await opening("vgg", { batch: 64, threads: 3, training: false, update: undefined });
    const { images } = dataFor(models.vgg(), 64);
    const late = performance.now() + 20_000;
    while (callsOf(engine).some((calls) => sum(calls) === 0) && performance.now() < late) {
      await engine.forward(images);
      await nodeHost.pause();
    }
    expect(callsOf(engine).every((calls) => sum(calls) > 0)).toBe(true);
    expect(engine.threads).toBe(3);
  });
});

describe("fit and evaluate", () => {
  const data = digits({ count: 203 });
  const trained = async (threads: number, batchSize: number) => {
    const model = lesson() as unknown as Model;
    model.host = nodeHost;
    const optimizer = sgd({ learningRate: 0.05, momentum: 0.9 });
    const backend = wasm({ threads });
    const result = await fit(model, data, { optimizer, batchSize, epochs: 3, seed: 2, backend });
    const { loss, confusion } = await evaluate(model, data, { backend });
    return { bits: [Buffer.from(saveModel(model)).toString("base64"), loss, confusion, result.loss], result };
  };

  test.each([1, 7, 64])("batches of %d: one file, one loss, one confusion matrix", async (batchSize) => {
    const { bits, result } = await trained(1, batchSize);
    expect(result.why).toContain("one thread was asked for");
    for (const threads of [2, 5]) expect((await trained(threads, batchSize)).bits).toEqual(bits);
  });
});

/** The machine, but with other threads. */
const hostWith = (threads: Partial<Threads>): Host => ({
  ...nodeHost,
  threads: { ...(nodeHost.threads as Threads), ...threads },
});

describe("workers that fail", () => {
  const { images, labels } = dataFor(models.vgg(), 33);

  test("one that dies in the middle: an error with its reason, and the others end", async () => {
    const stops: (() => void)[] = [];
    const host = hostWith({
      start(assignment, onFailure) {
        const worker = (nodeHost.threads as Threads).start(assignment, onFailure);
        stops.push(() => {
          worker.stop();
          onFailure("it was killed");
        });
        return worker;
      },
    });
    const engine = await opening("vgg", { batch: 33, threads: 3, host });
    await joined(engine, 3, { images, labels });
    setTimeout(stops[1], 20);
    const endless = async () => {
      for (;;) await engine.learn(images, labels);
    };
    await expect(endless()).rejects.toMatchObject({ code: "model.worker", message: expect.stringContaining("killed") });
    await expect(engine.learn(images, labels)).rejects.toMatchObject({ code: "model.worker" });
  });

  test("one that does not start: the others go on, and why says it", async () => {
    let started = 0;
    const host = hostWith({
      start(assignment, onFailure) {
        if (++started === 1) return (nodeHost.threads as Threads).start(assignment, onFailure);
        setTimeout(() => onFailure("no room for it"), 5);
        return { stop: () => undefined };
      },
    });
    const engine = await opening("vgg", { batch: 33, threads: 3, host });
    await joined(engine, 2, { images, labels });
    expect(engine).toMatchObject({ threads: 2, why: ["a worker thread could not be started: no room for it"] });
  });

  test("none that starts: one thread trains, and the result says why", async () => {
    const start = () => {
      throw new Error("forbidden here");
    };
    const model = lesson() as unknown as Model;
    const settings = { batchSize: 24, seed: 1, backend: wasm({ threads: 3 }) };
    const result = await fit(model, digits({ count: 64 }), { ...settings, host: hostWith({ start }) });
    expect(result).toMatchObject({ threads: 1, shared: false });
    expect(result.why.filter((why) => why.includes("forbidden here"))).toHaveLength(2);
  });

  test("a caller who may not wait leaves the work to the workers, and does it where none starts: the same bits", async () => {
    const page = await opening("W1", { batch: 33, threads: 3, host: hostWith({ mayBlock: false }) });
    const alone = await opening("W1", { batch: 33 });
    const model = models.W1();
    const expected = await stepsOf(alone, model, large);
    expect(await stepsOf(page, model, large)).toEqual(expected);
    expect(page.threads).toBe(3);
    const start: Threads["start"] = (_, onFailure) => {
      setTimeout(() => onFailure("no such file"), 5);
      return { stop: () => undefined };
    };
    const barred = await opening("W1", { batch: 33, threads: 3, host: hostWith({ mayBlock: false, start }) });
    expect(await stepsOf(barred, model, large)).toEqual(expected);
    expect(barred.threads).toBe(1);
    expect(barred.why).toEqual(Array(3).fill("a worker thread could not be started: no such file"));
  });

  test.each(["killed", "traps", "missing", "trained"])("a process of its own ends by itself: %s", async (what) => {
    const script = fileURLToPath(new URL("threads-child.ts", import.meta.url));
    const child = fork(script, [what], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    const said = new Promise<unknown>((resolve) => child.once("message", resolve));
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const expected = {
      killed: { code: "model.worker", received: expect.stringContaining("exit code") },
      traps: { code: "model.worker", received: expect.stringMatching(/memory access|stopped at an error/) },
      missing: { threads: 1, why: expect.stringContaining("could not be started") },
      trained: { threads: 2, why: "" },
    }[what];
    expect(await said).toMatchObject(expected as object);
    const start = performance.now();
    expect(await ended).toBe(0);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
