// A workload as peers need it: layer after layer with the weights of our own model, in our layout (HWIO, [in, out], H×W×C).
import type { Tensor } from "../../src/tensor/tensor.ts";
import { makeModel, type Workload } from "../workload.ts";

export interface ConvLayer {
  readonly kind: "conv";
  /** Kernel height, width, channels in, filters. */
  readonly shape: readonly [number, number, number, number];
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
  /** Zeros on each side. */
  readonly pad: number;
}

export interface DenseLayer {
  readonly kind: "dense";
  /** Inputs, units. */
  readonly shape: readonly [number, number];
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  /** Height, width, channels of what was flattened; undefined after another dense layer. */
  readonly from: readonly [number, number, number] | undefined;
}

export type PeerLayer = ConvLayer | DenseLayer | { readonly kind: "relu" | "pool" | "flatten" };

/** The workload's layers; pools are 2×2, the last layer gives the logits. */
export function layersOf(workload: Workload): PeerLayer[] {
  const { network, parameters } = makeModel(workload);
  return workload.layers.map(([kind, , padding], k): PeerLayer => {
    const { name } = network.nodes[k];
    const tensor = (role: string) => parameters.get(`${name}.${role}`) as Tensor<Float32Array>;
    if (kind === "conv") {
      const kernel = tensor("kernel");
      const shape = kernel.shape as unknown as ConvLayer["shape"];
      return { kind, shape, kernel: kernel.data, bias: tensor("bias").data, pad: padding === "same" ? 1 : 0 };
    }
    if (kind === "dense") {
      const weight = tensor("weight");
      const flattened = workload.layers[k - 1]?.[0] === "flatten" ? network.nodes[k - 2].site.output : undefined;
      const shape = weight.shape as unknown as DenseLayer["shape"];
      const from = flattened as DenseLayer["from"];
      return { kind, shape, weight: weight.data, bias: tensor("bias").data, from };
    }
    return { kind: kind as "relu" | "pool" | "flatten" };
  });
}

/** Numbers with other axes: axis k of what comes out is axis `order[k]` of what went in. */
export function transposed(numbers: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const result = new Float32Array(numbers.length);
  let next = 0;
  const walk = (depth: number, offset: number): void => {
    if (depth === order.length) {
      result[next++] = numbers[offset];
      return;
    }
    const axis = order[depth];
    for (let i = 0; i < shape[axis]; i++) walk(depth + 1, offset + i * strides[axis]);
  };
  walk(0, 0);
  return result;
}
