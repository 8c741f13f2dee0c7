// The steps of a run that can be gone back to: the numbers of a bounded number of them.
import type { Snapshot } from "cutaway";
import type { Test } from "./train-kinds.ts";

interface Kept {
  readonly test: Test;
  readonly numbers: Snapshot;
}

export class KeptSteps {
  /** So many at most. */
  readonly #most: number;
  /** By step, ascending. */
  #kept = new Map<number, Kept>();

  constructor(most: number) {
    this.#most = most;
  }

  get steps(): number[] {
    return [...this.#kept.keys()];
  }

  at(step: number): Kept | undefined {
    return this.#kept.get(step);
  }

  keep(step: number, kept: Kept): void {
    this.#kept = new Map([...this.#kept, [step, kept] as const].sort(([a], [b]) => a - b));
    if (this.#kept.size > this.#most) this.#thin();
  }

  /** Lets the step go whose absence leaves the smallest gap; the first and the last stay. */
  #thin(): void {
    const { steps } = this;
    let least = 1;
    const gap = (k: number) => (steps[k + 1] ?? 0) - (steps[k - 1] ?? 0);
    for (let k = 2; k + 1 < steps.length; k++) if (gap(k) < gap(least)) least = k;
    this.#kept.delete(steps[least] ?? -1);
  }
}
