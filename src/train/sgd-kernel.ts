// The step of sgd.ts for the fast engine: the same formulas in float32, four numbers at a time.
//
//   g ← ∂L/∂w + λ·w        v ← μ·v + g        w ← w − η·v      (Nesterov: w ← w − η·(g + μ·v))
import { f32, f32x4, sequence, v128 } from "../backend/wasm/assembler.ts";
import { multiplyAdd } from "../backend/wasm/machine.ts";
import type { UpdateRule } from "../nn/optimizer.ts";

export interface SgdSettings {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

/** The rule of `sgd` with these settings; it keeps v, the one slot, only where there is momentum. */
export function sgdRule({ momentum, nesterov, weightDecay }: SgdSettings): UpdateRule {
  const [μ, λ] = [momentum, weightDecay].map((value) => f32x4.splat(f32.const(value)));
  return (scope, set, { w, gradient, slots: [slot], rate: η }) => {
    const [g, v] = [scope.local("v128", "g"), scope.local("v128", "v")];
    const dw = v128.load(gradient);
    const moving = momentum > 0;
    const ahead = multiplyAdd(set, μ, scope.get(v), scope.get(g));
    const step = moving ? (nesterov ? ahead : scope.get(v)) : scope.get(g);
    const minusη = f32x4.sub(v128.zero, η);
    return sequence(
      scope.set(g, weightDecay === 0 ? dw : multiplyAdd(set, λ, v128.load(w), dw)),
      moving ? [scope.set(v, multiplyAdd(set, μ, v128.load(slot), scope.get(g))), v128.store(slot, scope.get(v))] : [],
      v128.store(w, multiplyAdd(set, minusη, step, v128.load(w))),
    );
  };
}
