// What an optimiser is to a model: a rule that moves parameters along their gradients. Implementations stand in train/.
import type { UpdateRule } from "../graph/step-kernels.ts";
import type { Numbers } from "../tensor/tensor.ts";
import type { CellFactor, Derivation } from "../trace/terms.ts";

export type { UpdateRule } from "../graph/step-kernels.ts";

/** A learning rate η, or a function of the step (from 0) and the number of steps of the whole run. */
export type LearningRate = number | ((step: number, totalSteps: number) => number);

/** One cell of a parameter in one step, as the accounts of the step see it. */
export interface UpdateCell {
  /** The cell before the step, and ∂loss/∂ it. */
  readonly w: CellFactor;
  readonly gradient: CellFactor;
  /** What the optimiser kept for the cell before the step, one number a slot. */
  readonly before: readonly number[];
  /** The same after the step. */
  readonly after: readonly CellFactor[];
  /** η of this step. */
  readonly learningRate: number;
}

/** What a step does to one cell: the terms of the new value and of every slot, in the order in which the step adds them, so that they
 * give the stored bits. */
export interface UpdateTerms {
  readonly next: Derivation;
  /** By slot, in the order of `slots`. */
  readonly state: readonly Derivation[];
}

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
  /** The terms behind every `next:` and `state.…:` number, for explanations; without it these numbers have values but no accounts. */
  explain?(): Promise<(cell: UpdateCell) => UpdateTerms>;
}
