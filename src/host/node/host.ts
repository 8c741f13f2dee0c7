// Node as a host: its clock, and pauses that let timers, sockets and signals have their turn.
import { setImmediate } from "node:timers/promises";
import type { Host } from "../../base/host.ts";

export const nodeHost: Host = {
  name: `node ${process.versions.node}`,
  now: () => performance.now(),
  pause: () => setImmediate(),
};
