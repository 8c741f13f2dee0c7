// A browser page or worker as a host: its clock, pauses that let the page draw and answer, and workers.
import type { Host, HostThread } from "../../base/host.ts";

const notIsolated =
  "this page is not cross-origin isolated, so threads cannot share memory: serve it with the headers " +
  "Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp";

const noWorkers = "there are no workers to start here";
const notLoaded = "worker.js could not be loaded beside the library's file: it is missing, or a header forbids it";

function obstacle(): string | undefined {
  if (!globalThis.crossOriginIsolated) return notIsolated;
  return "Worker" in globalThis ? undefined : noWorkers;
}

/** A worker from a file of its own, so that a page's policy can allow it; bundlers find it by this very expression. */
function start(assignment: unknown, onFailure: (why: string) => void): HostThread {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onerror = (event) => {
    event.preventDefault();
    onFailure(event.message || notLoaded);
  };
  worker.postMessage(assignment);
  return { stop: () => worker.terminate() };
}

export const webHost: Host = {
  name: "browser",
  now: () => performance.now(),
  // A message comes back after pending input and drawing; a timer would wait at least 4 ms.
  pause: () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    }),
  threads: {
    available: () => navigator.hardwareConcurrency ?? 1,
    obstacle: obstacle(),
    mayBlock: "DedicatedWorkerGlobalScope" in globalThis,
    start,
  },
};
