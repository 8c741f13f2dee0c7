// Stochastic gradient descent with momentum, Nesterov's look-ahead and weight decay; the arithmetic is PyTorch's.
//
//   g ← ∂L/∂w + λ·w        v ← μ·v + g        w ← w − η·v      (Nesterov: w ← w − η·(g + μ·v))
//
// Plain gradient descent (μ = 0, λ = 0) is w ← w − η·∂L/∂w.
import { fail } from "../base/words/model.ts";
import type { LearningRate, Optimizer } from "../nn/optimizer.ts";
import type { Numbers } from "../tensor/tensor.ts";

export interface SgdOptions {
  /** η, from 0 up; default 0.01. */
  readonly learningRate?: LearningRate;
  /** μ, 0 … 1 (1 excluded); default 0. */
  readonly momentum?: number;
  /** Default false; needs momentum. */
  readonly nesterov?: boolean;
  /** λ, from 0 up; default 0. Every trainable parameter decays, biases too. */
  readonly weightDecay?: number;
}

/** Gradient descent; throws `option.value` on rates that are negative, not finite or contradict each other. */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { learningRate = 0.01, momentum = 0, nesterov = false, weightDecay = 0 } = options;
  const check = (option: string, ok: boolean, expected: string, received: unknown) =>
    ok || fail("option.value", { where: "sgd", option, expected, received });
  const fixed = typeof learningRate === "function" ? 0 : learningRate;
  check("learningRate", Number.isFinite(fixed) && fixed >= 0, "a finite number from 0 up, or a function", learningRate);
  check("momentum", momentum >= 0 && momentum < 1, "a number from 0 up to, but not, 1", momentum);
  check("weightDecay", Number.isFinite(weightDecay) && weightDecay >= 0, "a finite number from 0 up", weightDecay);
  check("nesterov", !nesterov || momentum > 0, "false where momentum is 0", nesterov);
  return {
    name: "sgd",
    learningRate,
    slots: momentum > 0 ? ["velocity"] : [],
    settings: { momentum, nesterov, weightDecay },
    update: (w, gradient, [v], η) => updateSgd(w, gradient, v, η, momentum, nesterov, weightDecay),
    kernel: async () => (await import("./sgd-kernel.ts")).sgdRule({ momentum, nesterov, weightDecay }),
    explain: async () => (await import("./sgd-explain.ts")).explainSgd({ momentum, nesterov, weightDecay }),
  };
}

function updateSgd(
  w: Numbers,
  gradient: Numbers,
  v: Numbers | undefined,
  η: number,
  μ: number,
  nesterov: boolean,
  λ: number,
): void {
  for (let k = 0; k < w.length; k++) {
    const g = λ === 0 ? gradient[k] : gradient[k] + λ * w[k];
    if (v) v[k] = μ * v[k] + g;
    const step = v === undefined ? g : nesterov ? g + μ * v[k] : v[k];
    w[k] += -η * step;
  }
}

/** A rate that falls linearly from `start` at the first step to 0 after the last. */
export function linearDecay(start: number): (step: number, totalSteps: number) => number {
  return (step, totalSteps) => start * (1 - step / totalSteps);
}
