// maxPool2d: kernels for WebAssembly. Backward finds the winner again: the first cell of the window that equals the maximum.
import { f32x4, type Statement, sequence, v128 } from "../../backend/wasm/assembler.ts";
import type { Kernels } from "../kernels.ts";
import { type PoolWindow, poolFunction, storeAt } from "../pool-kernels.ts";
import type { PoolOptions } from "../pooling.ts";

/** out = the largest of the window; a NaN wins, so that it is seen. */
function maximum(window: PoolWindow): Statement {
  const [input] = window.inputs;
  const values = window.taps.map((tap) => v128.load(input, tap));
  return storeAt(
    window,
    window.outputs[0],
    values.reduce((best, value) => f32x4.max(best, value)),
  );
}

/** Adds ∂L/∂O to the first cell that equals O; `free` masks the channels whose winner is still to be found. */
function toWinner(window: PoolWindow): Statement {
  const {
    scope,
    taps,
    inputs: [input, gradient],
    outputs: [output, outputGradient],
  } = window;
  const [best, share, taken, hit] = ["best", "share", "taken", "hit"].map((name) => scope.local("v128", name));
  const steps = taps.map((tap) =>
    sequence(
      scope.set(hit, v128.andnot(f32x4.eq(v128.load(input, tap), scope.get(best)), scope.get(taken))),
      storeAt(window, gradient, f32x4.add(v128.load(gradient, tap), v128.and(scope.get(share), scope.get(hit))), tap),
      scope.set(taken, v128.or(scope.get(taken), scope.get(hit))),
    ),
  );
  return sequence(
    scope.set(best, v128.load(output)),
    scope.set(share, v128.load(outputGradient)),
    scope.set(taken, v128.zero),
    steps,
  );
}

export const kernels: Kernels<PoolOptions> = {
  forward: (request) => {
    const { inputs, output } = request.places;
    return [poolFunction(request, "forward", { inputs, outputs: [output] }, maximum)];
  },
  backward: (request, { output, inputs: [input] }) => {
    if (!input) return [];
    const tensors = { inputs: [request.places.inputs[0], input], outputs: [request.places.output, output] };
    return [poolFunction(request, "inputGradient", tensors, toWinner)];
  },
};
