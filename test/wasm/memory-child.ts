// A process that trains and tells its parent what memory it has at intervals. Usage: node --expose-gc memory-child.ts CASE THREADS
import { existsSync, readdirSync } from "node:fs";
import { digits } from "../../src/data/digits/digits.ts";
import { nodeHost } from "../../src/host/node/host.ts";
import type { Model } from "../../src/nn/model.ts";
import { lesson } from "../../src/nn/presets/lesson.ts";
import { evaluate } from "../../src/train/evaluate.ts";
import { fit } from "../../src/train/fit.ts";
import { sgd } from "../../src/train/sgd.ts";
import { wasm } from "../../src/wasm.ts";
import { dataFor, joined, open } from "./engines.ts";

export interface Sample {
  /** Bytes of JavaScript objects, of buffers outside, and of the whole process, after a collection. */
  readonly heap: number;
  readonly buffers: number;
  readonly rss: number;
  /** Bytes of the engine's memory. */
  readonly wasm: number;
  /** Threads of the process, where the system tells. */
  readonly tasks: number;
}

const [, , what, given] = process.argv;
const threads = Number(given);

async function sampled(bytes = 0): Promise<Sample> {
  // Ended threads go, and what they held, some turns later.
  for (let k = 0; k < 3; k++) {
    await new Promise((resolve) => setTimeout(resolve, 15));
    globalThis.gc?.();
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  const tasks = existsSync("/proc/self/task") ? readdirSync("/proc/self/task").length : 0;
  return { heap: heapUsed, buffers: arrayBuffers, rss, wasm: bytes, tasks };
}

/** A training of 1,000 steps on one engine, looked at every 100 steps. */
async function steps(): Promise<Sample[]> {
  const model = lesson() as unknown as Model;
  model.initialize(1);
  model.cast("f32");
  const engine = await open(model, { batch: 16, threads, update: undefined });
  const data = dataFor(model, 16);
  await joined(engine, threads, data);
  const trainer = model.train(engine);
  const optimizer = sgd({ learningRate: 0.001, momentum: 0.9 });
  const samples: Sample[] = [];
  for (let step = 0; step <= 1000; step++) {
    await trainer.learn(data.images as Float32Array[], data.labels);
    await trainer.step(optimizer, 1001);
    if (step % 100 === 0) samples.push(await sampled(engine.team.memory.buffer.byteLength));
  }
  engine.close();
  return samples;
}

/** Twenty models, each trained and tested with engines of its own. */
async function models(): Promise<Sample[]> {
  const data = digits({ count: 200 });
  const samples: Sample[] = [];
  for (let k = 0; k < 20; k++) {
    const model = lesson() as unknown as Model;
    model.host = nodeHost;
    await fit(model, data, { seed: k, epochs: 2, backend: wasm({ threads }) });
    await evaluate(model, data, { backend: wasm({ threads }) });
    samples.push(await sampled());
  }
  return samples;
}

process.send?.(await (what === "steps" ? steps() : models()));
