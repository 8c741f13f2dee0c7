// rescale: kernels for WebAssembly.
import { defineFunction, f32, f32x4 } from "../../backend/wasm/assembler.ts";
import { mapVectors } from "../../backend/wasm/blocks/lanes.ts";
import { addressOf } from "../../backend/wasm/machine.ts";
import { sizeOf } from "../../base/shape.ts";
import type { Kernels } from "../kernels.ts";
import type { RescaleOptions } from "./op.ts";

export const kernels: Kernels<RescaleOptions> = {
  forward: ({ name, site, places }) => [
    defineFunction(`${name}.forward`, ["base"], (scope, base) => {
      const [I, O] = [places.inputs[0], places.output].map((place) => addressOf(scope, base, place));
      const divisor = f32x4.splat(f32.const(site.options.divisor));
      return mapVectors(scope, sizeOf(site.output), O, [I], (v) => f32x4.div(v, divisor));
    }),
  ],
  backward({ name, site }, { output, inputs: [input] }) {
    if (!input) return [];
    return [
      defineFunction(`${name}.inputGradient`, ["base"], (scope, base) => {
        const [dO, dI] = [output, input].map((place) => addressOf(scope, base, place));
        const share = f32x4.splat(f32.const(1 / site.options.divisor));
        return mapVectors(scope, sizeOf(site.output), dI, [dI, dO], (sum, d) => f32x4.add(sum, f32x4.mul(d, share)));
      }),
    ];
  },
};
