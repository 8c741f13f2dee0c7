// flatten: kernels for WebAssembly: the numbers stay in their order, and where they are if both tensors share their room.
import type { Kernel, Place } from "../../backend/wasm/machine.ts";
import { sizeOf } from "../../base/shape.ts";
import type { GradientPlace, Kernels } from "../kernels.ts";
import { mapKernel, written } from "../map-kernels.ts";

function copy(name: string, cells: number, from: Place, to: GradientPlace): Kernel[] {
  if (from.region === to.place.region && from.offset === to.place.offset) return [];
  return [mapKernel({ name, cells, from: [from], to }, (v) => v)];
}

export const kernels: Kernels<object> = {
  forward: ({ name, site, places: { inputs, output } }) =>
    copy(`${name}.forward`, sizeOf(site.output), inputs[0], written(output)),
  backward: ({ name, site }, { output, inputs: [input] }) =>
    input ? copy(`${name}.inputGradient`, sizeOf(site.output), output, input) : [],
};
