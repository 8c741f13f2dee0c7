// The lesson's network: 6×6 pixels, three edge kernels, ReLU, pooling, one dense layer. Inputs only: every result is computed.
// Pixels are multiples of 51 and dense weights multiples of 1/32, so that all forward numbers are exact and short.
import { sequential } from "../nn/build.ts";
import { conv2d, dense, flatten, maxPool2d, relu, rescale } from "../nn/layers.ts";
import type { Model } from "../nn/model.ts";

/** Grey values 0…255, row first. */
export const lesson6Image: readonly number[] = [
  [255, 255, 153, 102, 153, 102],
  [153, 255, 204, 51, 51, 153],
  [255, 153, 102, 0, 0, 0],
  [255, 255, 204, 0, 0, 0],
  [204, 153, 102, 51, 153, 153],
  [204, 102, 102, 153, 153, 153],
].flat();

/** The class of the image: vertical. */
export const lesson6Label = 0;

export const lesson6Classes = ["vertical", "horizontal", "diagonal"] as const;

/** (kh, kw, in, out): at each of the nine taps the weight of the vertical, the horizontal and the diagonal kernel. */
const kernel = [
  [
    [1, 1, 1],
    [0, 1, 1],
    [-1, 1, 0],
  ],
  [
    [1, 0, 1],
    [0, 0, 0],
    [-1, 0, -1],
  ],
  [
    [1, -1, 0],
    [0, -1, -1],
    [-1, -1, -1],
  ],
].flat(2);

/** (in, out) in units of 1/32: one row a pooled cell (row, column, channel), one column a class. */
const weight32 = [
  [2, -1, 0],
  [-1, 2, 1],
  [1, 0, 2],
  [2, -1, 1],
  [-1, 2, 0],
  [0, 1, 2],
  [2, -1, 1],
  [-1, 2, 0],
  [0, 1, 2],
  [2, -1, 0],
  [-1, 2, 1],
  [1, 0, 2],
].flat();

const bias = [0, 0.5, 0.25];

/** A fresh copy. The dense layer is trained only where asked; the kernels always are. */
export function lesson6({ trainDense = false }: { readonly trainDense?: boolean } = {}): Model<[6, 6, 1], [3]> {
  const model = sequential(
    [6, 6, 1],
    rescale({ divisor: 51 }),
    conv2d({ filters: 3, kernelSize: 3, useBias: false }),
    relu(),
    maxPool2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 3, trainable: trainDense }),
  );
  model.classes = lesson6Classes;
  model.restore(
    new Map([
      ["conv1.kernel", Float64Array.from(kernel)],
      ["dense1.weight", Float64Array.from(weight32, (n) => n / 32)],
      ["dense1.bias", Float64Array.from(bias)],
    ]),
  );
  return model;
}
