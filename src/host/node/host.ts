// Node as a host: its clock, pauses that let timers, sockets and signals have their turn, and worker threads.
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Host, HostThread } from "../../base/host.ts";

/** The worker's file has the ending of this one: `.ts` in a checkout, `.js` in the package. */
const workerFile = new URL(`./worker${import.meta.url.slice(import.meta.url.lastIndexOf("."))}`, import.meta.url);

/** A thread that does not keep the process alive. One that ends at an error says so and then that it ended: the first is the reason. */
function start(assignment: unknown, onFailure: (why: string) => void): HostThread {
  const worker = new Worker(workerFile);
  let over = false;
  const failed = (why: string) => {
    if (!over) onFailure(why);
    over = true;
  };
  worker.on("error", (error) => failed(error.message));
  worker.on("exit", (code) => failed(`the thread ended with exit code ${code}`));
  worker.postMessage(assignment);
  worker.unref();
  return {
    stop() {
      over = true;
      worker.terminate();
    },
  };
}

export const nodeHost: Host = {
  name: `node ${process.versions.node}`,
  now: () => performance.now(),
  pause: () => setImmediate(),
  threads: { available: availableParallelism, obstacle: undefined, mayBlock: true, start },
};
