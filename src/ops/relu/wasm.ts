// relu: kernels for WebAssembly. A NaN passes on, as in the definition: f32x4.pmax keeps its first operand where nothing is larger.
import { defineFunction, f32x4, v128 } from "../../backend/wasm/assembler.ts";
import { mapVectors } from "../../backend/wasm/blocks/lanes.ts";
import { addressOf } from "../../backend/wasm/machine.ts";
import { sizeOf } from "../../base/shape.ts";
import type { Kernels } from "../kernels.ts";

export const kernels: Kernels<object> = {
  forward: ({ name, site, places }) => [
    defineFunction(`${name}.forward`, ["base"], (scope, base) => {
      const [I, O] = [places.inputs[0], places.output].map((place) => addressOf(scope, base, place));
      return mapVectors(scope, sizeOf(site.output), O, [I], (x) => f32x4.pmax(x, v128.zero));
    }),
  ],
  backward({ name, site, places }, { output, inputs: [input] }) {
    if (!input) return [];
    return [
      defineFunction(`${name}.inputGradient`, ["base"], (scope, base) => {
        const [I, dO, dI] = [places.inputs[0], output, input].map((place) => addressOf(scope, base, place));
        const open = (d: typeof v128.zero, x: typeof v128.zero) => v128.and(d, f32x4.gt(x, v128.zero));
        return mapVectors(scope, sizeOf(site.output), dI, [dI, dO, I], (sum, d, x) => f32x4.add(sum, open(d, x)));
      }),
    ];
  },
};
