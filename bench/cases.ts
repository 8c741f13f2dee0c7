// What is timed: cases of the workloads by their selectors, and the work in them.
import { type Mode, makeModel, type Workload, workloads } from "./workload.ts";

export interface Case {
  readonly workload: string;
  readonly mode: Mode;
  readonly batch: number;
  /** Our own threads, from the fewest up: a row each. */
  readonly threads: readonly number[];
}

/** Every case is timed with each. */
const threadCounts = [1, 2];

/** "W1:train:32:2" for each row there is. */
const rows = Object.entries(workloads).flatMap(([workload, { cases }]) =>
  cases.flatMap(([mode, batch]) => threadCounts.map((threads) => ({ workload, mode, batch, threads }))),
);

/** The cases that selectors name, "W1:train:32:2" or less of it from the left, such as "W1:train"; all without selectors. */
export function casesOf(selectors: readonly string[] | undefined): Case[] {
  const asked = (selectors ?? [""]).flatMap((selector) => {
    const found = rows.filter((row) => matches(Object.values(row).map(String), selector));
    if (found.length === 0) throw new Error(`--only ${selector}: no such case. There are: ${listed()}`);
    return found;
  });
  const cases = new Map<string, Case>();
  for (const { workload, mode, batch } of asked) {
    const own = asked.filter((row) => row.workload === workload && row.mode === mode && row.batch === batch);
    const threads = threadCounts.filter((count) => own.some((row) => row.threads === count));
    cases.set(`${workload}:${mode}:${batch}`, { workload, mode, batch, threads });
  }
  return [...cases.values()];
}

function matches(parts: readonly string[], selector: string): boolean {
  return selector === "" || selector.split(":").every((part, k) => part === parts[k]);
}

const listed = () => [...new Set(rows.map(({ workload, mode, batch }) => `${workload}:${mode}:${batch}`))].join(", ");

/** Floating-point operations of one step of one image: training counts the gradients of weights and of all inputs but the image. */
export function flopsOf(workload: Workload, mode: Mode): number {
  const layers = makeModel(workload)
    .summary()
    .layers.map(({ flops }) => flops)
    .filter((flops) => flops > 0);
  const forward = layers.reduce((sum, flops) => sum + flops, 0);
  return mode === "train" ? 3 * forward - layers[0] : forward;
}
