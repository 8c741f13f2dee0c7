// dense: kernels for WebAssembly. ∂L/∂I reads the weights turned over, ∂L/∂W is a sum of outer products; all read the weights once a call.
import { f32x4, v128 } from "../../backend/wasm/assembler.ts";
import { mapVectors } from "../../backend/wasm/blocks/lanes.ts";
import { addOuterImages, HEIGHT } from "../../backend/wasm/blocks/outer-images.ts";
import { type BlockedMatrix, blockFor, products, turnMatrix } from "../../backend/wasm/blocks/products.ts";
import { FLOAT, type Kernel, type Place } from "../../backend/wasm/machine.ts";
import type { GradientPlace, KernelRequest, Kernels } from "../kernels.ts";
import { mapKernel, written } from "../map-kernels.ts";
import type { DenseOptions } from "./op.ts";

type Request = KernelRequest<DenseOptions>;

/** Weights below which a cut does not pay. */
const LARGE = 1 << 15;

const sizesOf = ({ site }: Request): [length: number, units: number] => [site.inputs[0][0], site.options.units];

/** A kernel of the layer; it may be cut where the matrix is large and pieces of `size` fill its columns, or rows. */
function denseKernel(
  request: Request,
  name: string,
  [cells, size]: readonly [cells: number, size: number],
  build: (cut: boolean) => Kernel["build"],
): Kernel {
  const [length, units] = sizesOf(request);
  const cut = length * units >= LARGE && cells % size === 0;
  const way = request.epilogue && name === "forward" ? "direct+relu" : "direct";
  return {
    name: `${request.name}.${name}`,
    way,
    parts: cut ? cells / size : 1,
    work: length * units,
    build: build(cut),
  };
}

/** W as it lies. */
function weights(request: Request): BlockedMatrix {
  const [rows, columns] = sizesOf(request);
  const block = blockFor(request.group);
  const place = request.places.parameters.weight;
  return { place, rows, columns, block, rowBytes: columns * FLOAT, blockBytes: block * FLOAT };
}

/** transposed(k, i) = W(i, k); the columns of a block lie side by side and the rows of a block one after the other. */
function transposed(request: Request): BlockedMatrix {
  const [columns, rows] = sizesOf(request);
  const block = blockFor(request.group);
  const place = request.places.shared("transposed", Math.ceil(columns / block) * block * rows);
  return { place, rows, columns, block, rowBytes: block * FLOAT, blockBytes: rows * block * FLOAT };
}

function inputGradient(request: Request, from: Place, { place: to, add }: GradientPlace): Kernel {
  const { set, group } = request;
  const matrix = transposed(request);
  return denseKernel(
    request,
    "inputGradient",
    [matrix.columns, matrix.block],
    (cut) => (frame) =>
      products(frame, { set, group, matrix, from, to, start: add ? "output" : "zero", relu: false, cut }),
  );
}

function weightGradient(request: Request, right: Place, result: Place): Kernel {
  const [rows, columns] = sizesOf(request);
  const [left] = request.places.inputs;
  return denseKernel(
    request,
    "weightGradient",
    [rows, HEIGHT],
    (cut) => (frame) => addOuterImages(frame, { set: request.set, rows, columns, left, right, result, cut }),
  );
}

function biasGradient({ name, site }: Request, from: Place, to: Place): Kernel {
  const { units } = site.options;
  return {
    name: `${name}.biasGradient`,
    way: "map",
    parts: 1,
    work: units,
    build(frame) {
      const [sums, values] = [to, from].map((place) => frame.address(place));
      return frame.eachImage(mapVectors(frame.scope, units, sums, [sums, values], (sum, d) => f32x4.add(sum, d)));
    },
  };
}

/** The gradient before the ReLU: ∂L/∂O where O > 0, else 0. */
function gate({ name, site, places }: Request, output: Place): { kernel: Kernel; place: Place } {
  const cells = site.options.units;
  const place = places.kept("outputGradient", cells);
  const spec = { name: `${name}.outputGradient`, cells, from: [output, places.output], to: written(place) };
  return { kernel: mapKernel(spec, (d, o) => v128.and(d, f32x4.gt(o, v128.zero))), place };
}

export const kernels: Kernels<DenseOptions> = {
  fuses: true,
  forward(request) {
    const { site, set, group, places, epilogue } = request;
    if (epilogue?.pool) throw new TypeError(`${request.name}: a dense layer has no pooling behind it`);
    const start = site.options.useBias ? places.parameters.bias : "zero";
    const matrix = weights(request);
    const [from] = places.inputs;
    return [
      denseKernel(
        request,
        "forward",
        [matrix.columns, matrix.block],
        (cut) => (frame) =>
          products(frame, { set, group, matrix, from, to: places.output, start, relu: epilogue !== undefined, cut }),
      ),
    ];
  },
  backward(request, { output, inputs: [input], parameters: { weight, bias } }) {
    if (!input && !weight && !bias) return [];
    const gated = request.epilogue && gate(request, output);
    const from = gated ? gated.place : output;
    return [
      ...(gated ? [gated.kernel] : []),
      ...(input ? [inputGradient(request, from, input)] : []),
      ...(weight ? [weightGradient(request, from, weight)] : []),
      ...(bias ? [biasGradient(request, from, bias)] : []),
    ];
  },
  refresh(request, training) {
    if (!training) return [];
    const matrix = transposed(request);
    const { weight } = request.places.parameters;
    return [
      denseKernel(
        request,
        "refresh",
        [matrix.columns, matrix.block],
        (cut) => (frame) => turnMatrix(frame, frame.address(weight), matrix, cut),
      ),
    ];
  },
};
