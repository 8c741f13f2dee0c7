// rescale: kernels for WebAssembly.
import { f32, f32x4 } from "../../backend/wasm/assembler.ts";
import { sizeOf } from "../../base/shape.ts";
import type { Kernels } from "../kernels.ts";
import { mapKernel, written } from "../map-kernels.ts";
import type { RescaleOptions } from "./op.ts";

export const kernels: Kernels<RescaleOptions> = {
  forward({ name, site, places: { inputs, output } }) {
    const divisor = f32x4.splat(f32.const(site.options.divisor));
    const spec = { name: `${name}.forward`, cells: sizeOf(site.output), from: inputs, to: written(output) };
    return [mapKernel(spec, (v) => f32x4.div(v, divisor))];
  },
  backward({ name, site }, { output, inputs: [to] }) {
    if (!to) return [];
    const share = f32x4.splat(f32.const(1 / site.options.divisor));
    const spec = { name: `${name}.inputGradient`, cells: sizeOf(site.output), from: [output], to };
    return [mapKernel(spec, (d) => f32x4.mul(d, share))];
  },
};
