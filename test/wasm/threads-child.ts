// A process that trains on two threads and tells its parent how that went; it ends when nothing is left to do. Usage: threads-child.ts CASE
import { Worker } from "node:worker_threads";
import type { Assignment } from "../../src/backend/wasm/crew.ts";
import type { CutawayError } from "../../src/base/errors.ts";
import type { Host, Threads } from "../../src/base/host.ts";
import { digits } from "../../src/data/digits/digits.ts";
import { nodeHost } from "../../src/host/node/host.ts";
import type { Model } from "../../src/nn/model.ts";
import { lesson } from "../../src/nn/presets/lesson.ts";
import { fit } from "../../src/train/fit.ts";
import { wasm } from "../../src/wasm.ts";

const threads = nodeHost.threads as Threads;

/** A worker of this file's own, which can be ended from outside. */
function startFrom(file: string, assignment: unknown, onFailure: (why: string) => void): Worker {
  const worker = new Worker(new URL(file, import.meta.url));
  worker.once("error", (error) => {
    worker.removeAllListeners("exit");
    onFailure((error as Error).message);
  });
  worker.once("exit", (code) => onFailure(`exit code ${code}`));
  worker.postMessage(assignment);
  worker.unref();
  return worker;
}

const starts: Record<string, Threads["start"]> = {
  /** Ends the worker in the middle of the run. */
  killed(assignment, onFailure) {
    const worker = startFrom("../../src/host/node/worker.ts", assignment, onFailure);
    setTimeout(() => worker.terminate(), 600);
    return { stop: () => worker.terminate() };
  },
  /** The worker's scratch lies outside the memory: its first kernel traps. */
  traps(assignment, onFailure) {
    const { program, ...rest } = assignment as Assignment;
    const workers = { ...program.map.workers, start: 2 ** 31 };
    return threads.start({ ...rest, program: { ...program, map: { ...program.map, workers } } }, onFailure);
  },
  missing(assignment, onFailure) {
    const worker = startFrom("no-such-worker.ts", assignment, onFailure);
    return { stop: () => worker.terminate() };
  },
  trained: threads.start,
};

const [, , what] = process.argv;
const host: Host = { ...nodeHost, threads: { ...threads, start: starts[what] } };
const run = fit(lesson() as unknown as Model, digits({ count: 512 }), {
  epochs: what === "missing" ? 40 : 1000,
  backend: wasm({ threads: 2 }),
  host,
});
const late = performance.now() + 15_000;
try {
  // What is to happen happens once the second thread has joined; a run without one is over soon.
  for await (const event of run) {
    if (event.type === "epoch" && ((what === "trained" && event.epoch >= 20) || performance.now() > late)) run.stop();
  }
  const result = await run;
  process.send?.({ threads: result.threads, why: result.why.join() });
} catch (error) {
  const { code, received } = error as CutawayError;
  process.send?.({ code, received });
}
