// Ctrl-C while a run is under way: the first asks it to end after the step, the second ends the process at once.
import type { NodeFiles } from "../host/node/files.ts";
import { say } from "./output.ts";

/** The exit code of a process that Ctrl-C has ended. */
export const INTERRUPTED = 130;

export interface Interrupts {
  /** Whether the first Ctrl-C came. */
  readonly asked: boolean;
  /** Gives Ctrl-C its usual meaning back. */
  release(): void;
}

/** Listens for Ctrl-C (and a polite kill) until released. */
export function onInterrupt(files: NodeFiles, stop: () => void): Interrupts {
  let asked = false;
  const handle = () => {
    if (asked) {
      files.removeTemporaries();
      process.exit(INTERRUPTED);
    }
    asked = true;
    say("\nStopping after this step; the model will be saved. Press Ctrl-C again to end at once.");
    stop();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, handle);
  return {
    get asked() {
      return asked;
    },
    release: () => {
      for (const signal of signals) process.off(signal, handle);
    },
  };
}
