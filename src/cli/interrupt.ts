// Ctrl-C while something is under way: the first asks it to end, the second ends the process at once.
import { say } from "./output.ts";

/** The exit code of a process that Ctrl-C has ended. */
export const INTERRUPTED = 130;

/** A second signal within this many milliseconds is the same Ctrl-C: npm passes on what the terminal has sent already. */
const SAME = 300;

/** Reads as the `signal` of fit(). */
export interface Interrupts {
  /** Whether the first Ctrl-C came. */
  readonly aborted: boolean;
  /** Gives Ctrl-C its usual meaning back. */
  release(): void;
}

const ofTraining = "Stopping after this step; the model will be saved. Press Ctrl-C again to end at once.";

/** Listens for Ctrl-C (and a polite kill) until released; the first one says `sentence` and calls `end`. */
export function onInterrupt(sentence: string = ofTraining, end: () => void = () => undefined): Interrupts {
  let first: number | undefined;
  const handle = () => {
    if (first !== undefined && performance.now() - first < SAME) return;
    if (first !== undefined) process.exit(INTERRUPTED);
    first = performance.now();
    const newLine = process.stderr.isTTY ? "\n" : "";
    say(`${newLine}${sentence}`);
    end();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, handle);
  return {
    get aborted() {
      return first !== undefined;
    },
    release: () => {
      for (const signal of signals) process.off(signal, handle);
    },
  };
}
