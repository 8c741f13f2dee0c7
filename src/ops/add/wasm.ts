// add: kernels for WebAssembly. The gradient goes to both inputs, one after the other: they may be one tensor.
import { defineFunction, f32x4 } from "../../backend/wasm/assembler.ts";
import { mapVectors } from "../../backend/wasm/blocks/lanes.ts";
import { addressOf } from "../../backend/wasm/machine.ts";
import { sizeOf } from "../../base/shape.ts";
import type { Kernels } from "../kernels.ts";

export const kernels: Kernels<object> = {
  forward: ({ name, site, places }) => [
    defineFunction(`${name}.forward`, ["base"], (scope, base) => {
      const [A, B, O] = [...places.inputs, places.output].map((place) => addressOf(scope, base, place));
      return mapVectors(scope, sizeOf(site.output), O, [A, B], (a, b) => f32x4.add(a, b));
    }),
  ],
  backward: ({ name, site }, { output, inputs }) =>
    inputs.flatMap((input, which) => {
      if (!input) return [];
      return [
        defineFunction(`${name}.inputGradient${which}`, ["base"], (scope, base) => {
          const [dO, d] = [output, input].map((place) => addressOf(scope, base, place));
          return mapVectors(scope, sizeOf(site.output), d, [d, dO], (sum, more) => f32x4.add(sum, more));
        }),
      ];
    }),
};
