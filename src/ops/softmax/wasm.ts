// softmax: kernels for WebAssembly; sums and quotients in float64, as many numbers as there are classes.
import { defineFunction, f32, f64, sequence } from "../../backend/wasm/assembler.ts";
import { addressOf } from "../../backend/wasm/machine.ts";
import type { Kernels } from "../kernels.ts";
import { eachFloat, shiftedSum } from "../logit-kernels.ts";

export const kernels: Kernels<object> = {
  forward: ({ name, site, places }) => [
    defineFunction(`${name}.forward`, ["base"], (scope, base) => {
      const [z, p] = [places.inputs[0], places.output].map((place) => addressOf(scope, base, place));
      const [count] = site.output;
      const { make, sum, exponential } = shiftedSum(scope, count, z);
      const quotient = eachFloat(scope, count, [z, p], (from, to) =>
        f32.store(to, f32.demote_f64(f64.div(exponential(from), scope.get(sum)))),
      );
      return sequence(make, quotient);
    }),
  ],
  /** ∂L/∂z(k) += p(k)·(∂L/∂p(k) − Σ_j ∂L/∂p(j)·p(j)). */
  backward({ name, site, places }, { output, inputs: [input] }) {
    if (!input) return [];
    return [
      defineFunction(`${name}.inputGradient`, ["base"], (scope, base) => {
        const [p, dp, dz] = [places.output, output, input].map((place) => addressOf(scope, base, place));
        const [count] = site.output;
        const sum = scope.local("f32", "sum");
        return sequence(
          scope.set(sum, f32.const(0)),
          eachFloat(scope, count, [p, dp], (own, d) =>
            scope.set(sum, f32.add(scope.get(sum), f32.mul(f32.load(d), f32.load(own)))),
          ),
          eachFloat(scope, count, [p, dp, dz], (own, d, to) => {
            const more = f32.mul(f32.load(own), f32.sub(f32.load(d), scope.get(sum)));
            return f32.store(to, f32.add(f32.load(to), more));
          }),
        );
      }),
    ];
  },
};
