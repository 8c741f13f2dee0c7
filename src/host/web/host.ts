// A browser page or worker as a host: its clock, pauses that let the page draw and answer, and workers.
import type { Host, HostThread } from "../../base/host.ts";

const notIsolated =
  "this page is not cross-origin isolated, so threads cannot share memory: serve it with the headers " +
  "Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp";

/** A worker from a file of its own, so that a page's policy can allow it and bundlers find it. */
function start(assignment: unknown, onFailure: (why: string) => void): HostThread {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onerror = (event) => {
    event.preventDefault();
    onFailure(event.message || "its file worker.js could not be loaded beside the library");
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
    obstacle: globalThis.crossOriginIsolated ? undefined : notIsolated,
    mayBlock: false,
    start,
  },
};
