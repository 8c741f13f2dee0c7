// softmax: kernels for WebAssembly; sums and quotients in float64, as many numbers as there are classes.
import { f32, f64, sequence } from "../../backend/wasm/assembler.ts";
import type { Kernels } from "../kernels.ts";
import { eachFloat, headKernel, put, shiftedSum } from "../logit-kernels.ts";

export const kernels: Kernels<object> = {
  forward: (request) => [
    headKernel(request, "forward", (frame) => {
      const { scope } = frame;
      const { inputs, output } = request.places;
      const [z, p] = [inputs[0], output].map((place) => frame.address(place));
      const [count] = request.site.output;
      const { make, sum, exponential } = shiftedSum(scope, count, z);
      const quotient = eachFloat(scope, count, [z, p], (from, to) =>
        f32.store(to, f32.demote_f64(f64.div(exponential(from), scope.get(sum)))),
      );
      return sequence(make, quotient);
    }),
  ],
  /** ∂L/∂z(k) = p(k)·(∂L/∂p(k) − Σ_j ∂L/∂p(j)·p(j)). */
  backward(request, { output, inputs: [input] }) {
    if (!input) return [];
    return [
      headKernel(request, "inputGradient", (frame) => {
        const { scope } = frame;
        const [p, dp, dz] = [request.places.output, output, input.place].map((place) => frame.address(place));
        const [count] = request.site.output;
        const sum = scope.local("f32", "sum");
        return sequence(
          scope.set(sum, f32.const(0)),
          eachFloat(scope, count, [p, dp], (own, d) =>
            scope.set(sum, f32.add(scope.get(sum), f32.mul(f32.load(d), f32.load(own)))),
          ),
          eachFloat(scope, count, [p, dp, dz], (own, d, to) =>
            put(to, f32.mul(f32.load(own), f32.sub(f32.load(d), scope.get(sum))), input.add),
          ),
        );
      }),
    ];
  },
};
