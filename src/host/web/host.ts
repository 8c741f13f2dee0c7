// A browser page or worker as a host: its clock, and pauses that let the page draw and answer.
import type { Host } from "../../base/host.ts";

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
};
