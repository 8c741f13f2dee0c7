// How the bench asks our engine for times.
import { type KernelTime, kernelTimes } from "./kernel-times.ts";
import { timeOurs } from "./ours.ts";
import type { Mode, Workload } from "./workload.ts";

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

/** Kernels of a training step in the order in which they run. */
export type ProfileEngine = (exact: boolean, workload: Workload, batch: number) => Promise<readonly KernelTime[]>;

export const profileEngine: ProfileEngine = kernelTimes;
