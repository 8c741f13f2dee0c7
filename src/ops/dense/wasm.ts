// dense: kernels for WebAssembly. One input vector is one pixel of a sum tile; ∂L/∂I reads the weights transposed, ∂L/∂W is an outer product.
import { defineFunction, f32x4, type Local, type Scope, sequence } from "../../backend/wasm/assembler.ts";
import { reorder } from "../../backend/wasm/blocks/copy.ts";
import { mapVectors } from "../../backend/wasm/blocks/lanes.ts";
import { pointerTo } from "../../backend/wasm/blocks/loops.ts";
import { addOuterProducts } from "../../backend/wasm/blocks/outer.ts";
import { type Start, sumTile, type TileSpec } from "../../backend/wasm/blocks/tile.ts";
import { addressOf, FLOAT, type InstructionSet, type Place } from "../../backend/wasm/machine.ts";
import type { KernelRequest, Kernels } from "../kernels.ts";
import type { DenseOptions } from "./op.ts";

type Request = KernelRequest<DenseOptions>;

/** out(k) = start(k) + Σ_i in(i)·matrix(i, k). */
function product(
  scope: Scope,
  base: Local<"i32">,
  set: InstructionSet,
  from: Place,
  matrix: Place,
  out: Place,
  first: Place,
  sizes: readonly [number, number],
  start: Start,
) {
  const [length, columns] = sizes;
  const pointers = [from, matrix, out, first].map((place, k) =>
    pointerTo(scope, `p${k}`, addressOf(scope, base, place)),
  );
  const [image, rows, output, begin] = pointers.map(({ pointer }) => pointer);
  const stretches = { rows: 1, columns: 1, length, columnBytes: 0, rowBytes: 0 };
  const spec: TileSpec = {
    set,
    pixels: 1,
    imageStep: 0,
    outputStep: 0,
    columns,
    rowBytes: columns * FLOAT,
    stretches,
    start,
  };
  return sequence(
    pointers.map(({ start: begun }) => begun),
    sumTile(scope, spec, { image, matrix: rows, output, first: begin }),
  );
}

function transposed({ site, places }: Request): Place {
  return places.shared("transposed", site.inputs[0][0] * site.options.units);
}

export const kernels: Kernels<DenseOptions> = {
  forward(request) {
    const { name, site, set, places } = request;
    const { weight, bias = weight } = places.parameters;
    const start = site.options.useBias ? "row" : "zero";
    const sizes = [site.inputs[0][0], site.options.units] as const;
    return [
      defineFunction(`${name}.forward`, ["base"], (scope, base) =>
        product(scope, base, set, places.inputs[0], weight, places.output, bias, sizes, start),
      ),
    ];
  },
  backward(request, { output, inputs: [input], parameters: { weight, bias } }) {
    const { name, site, set, places } = request;
    const [length, units] = [site.inputs[0][0], site.options.units];
    const turned = transposed(request);
    const outer = {
      set,
      height: 1,
      width: 1,
      imageStep: 0,
      imageRow: 0,
      gradientStep: 0,
      gradientRow: 0,
      rows: length,
      columns: units,
      rowBytes: units * FLOAT,
    };
    return [
      defineFunction(`${name}.backward`, ["base"], (scope, base) => {
        const address = (place: Place) => addressOf(scope, base, place);
        return sequence(
          input ? product(scope, base, set, output, turned, input, turned, [units, length], "output") : sequence(),
          weight
            ? addOuterProducts(scope, outer, address(places.inputs[0]), address(output), address(weight))
            : sequence(),
          bias
            ? mapVectors(scope, units, address(bias), [address(bias), address(output)], (sum, d) => f32x4.add(sum, d))
            : sequence(),
        );
      }),
    ];
  },
  /** transposed(k, i) = W(i, k). */
  refresh(request) {
    const { name, site, places } = request;
    const [length, units] = [site.inputs[0][0], site.options.units];
    const levels = [
      { count: units, fromStep: FLOAT, toStep: length * FLOAT },
      { count: length, fromStep: units * FLOAT, toStep: FLOAT },
    ];
    return [
      defineFunction(`${name}.refresh`, ["base"], (scope, base) =>
        reorder(
          scope,
          levels,
          addressOf(scope, base, places.parameters.weight),
          addressOf(scope, base, transposed(request)),
        ),
      ),
    ];
  },
};
