// flatten: kernels for WebAssembly: the numbers stay in their order.
import { defineFunction, f32x4 } from "../../backend/wasm/assembler.ts";
import { mapVectors } from "../../backend/wasm/blocks/lanes.ts";
import { addressOf } from "../../backend/wasm/machine.ts";
import { sizeOf } from "../../base/shape.ts";
import type { Kernels } from "../kernels.ts";

export const kernels: Kernels<object> = {
  forward: ({ name, site, places }) => [
    defineFunction(`${name}.forward`, ["base"], (scope, base) => {
      const [I, O] = [places.inputs[0], places.output].map((place) => addressOf(scope, base, place));
      return mapVectors(scope, sizeOf(site.output), O, [I], (v) => v);
    }),
  ],
  backward({ name, site }, { output, inputs: [input] }) {
    if (!input) return [];
    return [
      defineFunction(`${name}.inputGradient`, ["base"], (scope, base) => {
        const [dO, dI] = [output, input].map((place) => addressOf(scope, base, place));
        return mapVectors(scope, sizeOf(site.output), dI, [dI, dO], (sum, d) => f32x4.add(sum, d));
      }),
    ];
  },
};
