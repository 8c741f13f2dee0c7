// avgPool2d: kernels for WebAssembly; n counts the cells of a window that lie inside the image.
import { type Expression, f32, f32x4, type Statement, sequence, v128 } from "../../backend/wasm/assembler.ts";
import type { Kernels } from "../kernels.ts";
import { type PoolWindow, poolBackward, poolForward } from "../pool-kernels.ts";
import type { PoolOptions } from "../pooling.ts";

const shareOf = ({ taps }: PoolWindow) => f32x4.splat(f32.const(1 / taps.length));

/** out = Σ cell·(1/n). */
function mean(window: PoolWindow): Expression<"v128"> {
  const [input] = window.inputs;
  const terms = window.taps.map((tap) => f32x4.mul(v128.load(input, tap), shareOf(window)));
  return terms.reduce((sum, term) => f32x4.add(sum, term));
}

/** ∂L/∂O·(1/n) goes to every cell of the window. */
function toAll(window: PoolWindow, give: (tap: number, value: Expression<"v128">) => Statement): Statement {
  const { scope, taps, cell, outputs } = window;
  const share = scope.local("v128", "share");
  return sequence(
    scope.set(share, f32x4.mul(v128.load(outputs[0], cell), shareOf(window))),
    taps.map((tap) => give(tap, scope.get(share))),
  );
}

export const kernels: Kernels<PoolOptions> = {
  forward: (request) => [poolForward(request, mean)],
  backward: (request, { output, inputs: [input] }) =>
    input ? [poolBackward(request, { inputs: [], outputs: [output] }, input, toAll)] : [],
};
