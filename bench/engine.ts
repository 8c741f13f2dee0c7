// How the bench asks our engine for times.
import { backendFacts, openEngine } from "../src/graph/backend.ts";
import { numbersOf } from "../src/nn/trainer.ts";
import { timeOurs } from "./ours.ts";
import { type Mode, makeModel, type Workload } from "./workload.ts";

export interface EngineOptions {
  readonly threads: number;
  /** Plain multiply-adds and direct convolution only. */
  readonly exact: boolean;
}

export interface EngineTiming {
  /** Milliseconds of each step. */
  readonly samples: readonly number[];
  /** Loss of the first and the fifth step; or the sum of all |logits|. */
  readonly check: readonly number[];
  /** Memory of the engine; NaN where it is not known. */
  readonly peakBytes: number;
  readonly backend: string;
  readonly instructionSet: string;
  /** Threads that really ran. */
  readonly threads: number;
}

export type TimeEngine = (
  options: EngineOptions,
  workload: Workload,
  mode: Mode,
  batch: number,
  budget: number,
) => Promise<EngineTiming>;

export const timeEngine: TimeEngine = timeOurs;

/** What one kernel takes for all images of a step, on one thread. */
export interface KernelTime {
  /** "conv1.forward": the layer, then what is done. */
  readonly name: string;
  /** How: "direct", "winograd" … */
  readonly way: string;
  readonly milliseconds: number;
  /** In the arithmetic of direct convolution, whatever the way; 0 for what only compares or copies. */
  readonly multiplyAdds: number;
}

/** Kernels of a training step in the order in which they run. */
export type ProfileEngine = (exact: boolean, workload: Workload, batch: number) => Promise<readonly KernelTime[]>;

/** An engine that can time its kernels, the mean of so many repeats. */
interface Profiling {
  profile(count: number, repeats: number): Promise<readonly KernelTime[]> | readonly KernelTime[];
}

const REPEATS = 20;

export const profileEngine: ProfileEngine = async (exact, workload, batch) => {
  const facts = await backendFacts({ name: "wasm", exact, threads: 1 });
  const model = makeModel(workload);
  const options = { batch, training: true, host: undefined };
  const engine = await openEngine(facts, model.network, numbersOf(model.parameters), options);
  if (!("profile" in engine)) throw new Error("the engine does not time its kernels one by one");
  const times = await (engine as unknown as Profiling).profile(batch, REPEATS);
  engine.close();
  return times;
};
