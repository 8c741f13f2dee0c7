// add: kernels for WebAssembly. The gradient goes to both inputs, one after the other: they may be one tensor.
import { f32x4 } from "../../backend/wasm/assembler.ts";
import { sizeOf } from "../../base/shape.ts";
import type { Kernels } from "../kernels.ts";
import { mapKernel, written } from "../map-kernels.ts";

export const kernels: Kernels<object> = {
  forward: ({ name, site, places: { inputs, output } }) => [
    mapKernel({ name: `${name}.forward`, cells: sizeOf(site.output), from: inputs, to: written(output) }, (a, b) =>
      f32x4.add(a, b),
    ),
  ],
  backward: ({ name, site }, { output, inputs }) =>
    inputs.flatMap((to, which) => {
      if (!to) return [];
      const spec = { name: `${name}.inputGradient${which}`, cells: sizeOf(site.output), from: [output], to };
      return [mapKernel(spec, (d) => d)];
    }),
};
