// Numbers with a shape, row-major.

import { offsetOf, type Shape, sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/graph.ts";

/** Where numbers are kept: float64 on the reference, float32 on fast engines and in most model files. */
export type Numbers = Float64Array | Float32Array;
export type Dtype = "f32" | "f64";

export interface Tensor<N extends Numbers = Numbers> {
  readonly shape: Shape;
  readonly data: N;
}

/** A float64 tensor of the given shape; zeros unless `values` (row-major, as many as the shape has cells) are given. */
export function tensor(shape: Shape, values?: ArrayLike<number>): Tensor<Float64Array> {
  if (values === undefined) return { shape, data: new Float64Array(sizeOf(shape)) };
  if (values.length !== sizeOf(shape)) fail("tensor.length", { shape, received: values.length });
  return { shape, data: Float64Array.from(values) };
}

/** The number in a cell. */
export function at(t: Tensor, ...cell: number[]): number {
  return t.data[offsetOf(t.shape, cell)];
}

export function dtypeOf(data: Numbers): Dtype {
  return data instanceof Float32Array ? "f32" : "f64";
}
