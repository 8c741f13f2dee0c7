// relu: kernels for WebAssembly. A NaN passes on, as in the definition: f32x4.pmax keeps its first operand where nothing is larger.
import { f32x4, v128 } from "../../backend/wasm/assembler.ts";
import { sizeOf } from "../../base/shape.ts";
import type { Kernels } from "../kernels.ts";
import { mapKernel, written } from "../map-kernels.ts";

export const kernels: Kernels<object> = {
  forward: ({ name, site, places: { inputs, output } }) => [
    mapKernel({ name: `${name}.forward`, cells: sizeOf(site.output), from: inputs, to: written(output) }, (x) =>
      f32x4.pmax(x, v128.zero),
    ),
  ],
  backward({ name, site, places }, { output, inputs: [to] }) {
    if (!to) return [];
    const from = [output, places.inputs[0]];
    return [
      mapKernel({ name: `${name}.inputGradient`, cells: sizeOf(site.output), from, to }, (d, x) =>
        v128.and(d, f32x4.gt(x, v128.zero)),
      ),
    ];
  },
};
