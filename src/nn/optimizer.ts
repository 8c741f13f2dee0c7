// What an optimiser is to a model: a rule that moves parameters along their gradients. Implementations stand in train/.
import type { UpdateRule } from "../graph/step-kernels.ts";
import type { Numbers } from "../tensor/tensor.ts";

export type { UpdateRule } from "../graph/step-kernels.ts";

/** A learning rate η, or a function of the step (from 0) and the number of steps of the whole run. */
export type LearningRate = number | ((step: number, totalSteps: number) => number);

export interface Optimizer {
  readonly name: string;
  readonly learningRate: LearningRate;
  /** What it keeps for each parameter between steps, by name; `state.velocity:…` in addresses. */
  readonly slots: readonly string[];
  readonly settings: Readonly<Record<string, number | boolean>>;
  /** Moves w in place by one step; `state` holds one array a slot, zeros before the first step. */
  update(w: Numbers, gradient: Numbers, state: readonly Numbers[], learningRate: number): void;
  /** The same step for the fast engine's kernels; without it, `update` runs on the engine's memory. */
  kernel?(): Promise<UpdateRule>;
}
