// avgPool2d: kernels for WebAssembly; n counts the cells of a window that lie inside the image.
import { f32, f32x4, type Statement, sequence, v128 } from "../../backend/wasm/assembler.ts";
import type { Kernels } from "../kernels.ts";
import { type PoolWindow, poolFunction, storeAt } from "../pool-kernels.ts";
import type { PoolOptions } from "../pooling.ts";

const shareOf = ({ taps }: PoolWindow) => f32x4.splat(f32.const(1 / taps.length));

/** out = Σ cell·(1/n). */
function mean(window: PoolWindow): Statement {
  const [input] = window.inputs;
  const terms = window.taps.map((tap) => f32x4.mul(v128.load(input, tap), shareOf(window)));
  return storeAt(
    window,
    window.outputs[0],
    terms.reduce((sum, term) => f32x4.add(sum, term)),
  );
}

/** Adds ∂L/∂O·(1/n) to every cell of the window. */
function toAll(window: PoolWindow): Statement {
  const {
    scope,
    taps,
    inputs: [gradient],
    outputs: [outputGradient],
  } = window;
  const share = scope.local("v128", "share");
  const steps = taps.map((tap) =>
    storeAt(window, gradient, f32x4.add(v128.load(gradient, tap), scope.get(share)), tap),
  );
  return sequence(scope.set(share, f32x4.mul(v128.load(outputGradient), shareOf(window))), steps);
}

export const kernels: Kernels<PoolOptions> = {
  forward: (request) => {
    const { inputs, output } = request.places;
    return [poolFunction(request, "forward", { inputs, outputs: [output] }, mean)];
  },
  backward: (request, { output, inputs: [input] }) =>
    input ? [poolFunction(request, "inputGradient", { inputs: [input], outputs: [output] }, toAll)] : [],
};
