// crossEntropy: kernels for WebAssembly; the logarithm is the library's own, in float64.
import {
  callHost,
  defineFunction,
  type Expression,
  f32,
  f64,
  i32,
  type Local,
  type Scope,
  sequence,
} from "../../backend/wasm/assembler.ts";
import { addressOf, FLOAT, type Place } from "../../backend/wasm/machine.ts";
import type { Kernels, Places } from "../kernels.ts";
import { eachFloat, shiftedSum } from "../logit-kernels.ts";

/** The address of the label's number in a tensor with one number a class. */
function atLabel(scope: Scope, base: Local<"i32">, { label }: Places, tensor: Place): Expression<"i32"> {
  const offset = i32.mul(i32.load(addressOf(scope, base, label)), i32.const(FLOAT));
  return i32.add(addressOf(scope, base, tensor), offset);
}

export const kernels: Kernels<object> = {
  /** loss = ln Σ_j e^(z_j−m) − (z_label−m). */
  forward: ({ name, site, places }) => [
    defineFunction(`${name}.forward`, ["base"], (scope, base) => {
      const [z, loss] = [places.inputs[0], places.output].map((place) => addressOf(scope, base, place));
      const { make, sum, largest } = shiftedSum(scope, site.inputs[0][0], z);
      const own = f64.promote_f32(f32.load(atLabel(scope, base, places, places.inputs[0])));
      const shifted = f64.sub(own, f64.promote_f32(scope.get(largest)));
      return sequence(make, f32.store(loss, f32.demote_f64(f64.sub(callHost("log", scope.get(sum)), shifted))));
    }),
  ],
  /** ∂L/∂z(k) += p(k)·∂L/∂loss − t(k)·∂L/∂loss, and ∂L/∂p(label) −= ∂L/∂loss ÷ p(label). */
  backward: ({ name, site, places }, { output, inputs: [logits, probs] }) => [
    defineFunction(`${name}.inputGradient`, ["base"], (scope, base) => {
      const loss = () => f32.load(addressOf(scope, base, output));
      const subtract = (tensor: Place, value: Expression<"f32">) => {
        const cell = atLabel(scope, base, places, tensor);
        return f32.store(cell, f32.sub(f32.load(cell), value));
      };
      const p = addressOf(scope, base, places.inputs[1]);
      const own = f32.load(atLabel(scope, base, places, places.inputs[1]));
      return sequence(
        logits
          ? eachFloat(scope, site.inputs[0][0], [p, addressOf(scope, base, logits)], (from, to) =>
              f32.store(to, f32.add(f32.load(to), f32.mul(f32.load(from), loss()))),
            )
          : sequence(),
        logits ? subtract(logits, loss()) : sequence(),
        probs ? subtract(probs, f32.div(loss(), own)) : sequence(),
      );
    }),
  ],
};
