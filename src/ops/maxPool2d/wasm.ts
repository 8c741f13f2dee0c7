// maxPool2d: kernels for WebAssembly. Backward finds the winner again: the first cell of the window that equals the maximum.
import { type Expression, f32x4, type Statement, sequence, v128 } from "../../backend/wasm/assembler.ts";
import type { Kernels } from "../kernels.ts";
import { type PoolWindow, poolBackward, poolForward } from "../pool-kernels.ts";
import type { PoolOptions } from "../pooling.ts";

/** out = the largest of the window; a NaN wins, so that it is seen. f32x4.max does that in many instructions a tap; f32x4.pmax is one,
 * and lanes in which some tap does not equal itself become NaN at the end. */
function maximum({ inputs: [input], taps }: PoolWindow): Expression<"v128"> {
  const values = taps.map((tap) => v128.load(input, tap));
  const ordered = values.map((value) => f32x4.eq(value, value)).reduce((all, own) => v128.and(all, own));
  const largest = values.reduce((best, value) => f32x4.pmax(best, value));
  return v128.or(largest, v128.andnot(f32x4.eq(v128.zero, v128.zero), ordered));
}

/** ∂L/∂O goes to the first cell that equals O; `taken` masks the channels whose winner is found. */
function toWinner(window: PoolWindow, give: (tap: number, value: Expression<"v128">) => Statement): Statement {
  const { scope, taps, cell, inputs, outputs } = window;
  const [best, share, taken, hit] = ["best", "share", "taken", "hit"].map((name) => scope.local("v128", name));
  const steps = taps.map((tap) =>
    sequence(
      scope.set(hit, v128.andnot(f32x4.eq(v128.load(inputs[0], tap), scope.get(best)), scope.get(taken))),
      give(tap, v128.and(scope.get(share), scope.get(hit))),
      scope.set(taken, v128.or(scope.get(taken), scope.get(hit))),
    ),
  );
  return sequence(
    scope.set(best, v128.load(outputs[0], cell)),
    scope.set(share, v128.load(outputs[1], cell)),
    scope.set(taken, v128.zero),
    steps,
  );
}

export const kernels: Kernels<PoolOptions> = {
  forward: (request) => [poolForward(request, maximum)],
  backward: (request, { output, inputs: [input] }) => {
    const { places } = request;
    return input
      ? [poolBackward(request, { inputs: places.inputs, outputs: [places.output, output] }, input, toWinner)]
      : [];
  },
};
