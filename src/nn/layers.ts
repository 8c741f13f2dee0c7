// The layers a network is made of: Keras's names and options. A layer is called on a symbolic tensor, or listed in sequential().

import type { Shape } from "../base/shape.ts";
import { fail } from "../base/words/graph.ts";
import type { GraphTensor } from "../graph/builder.ts";
import type { Initialiser } from "../graph/graph.ts";
import { type OpName, operations } from "../ops/index.ts";
import type { Operation } from "../ops/op.ts";
import { readOptions } from "../ops/options.ts";
import type { Checked, Known, Layer, SymbolicTensor } from "./types/layer.ts";
import type { FromOne, Padding, Pair } from "./types/options.ts";
import type { Added, Conv2dRule, DenseRule, FlattenRule, Pool2dRule, Rule, Unchanged } from "./types/rules.ts";

export interface LayerOptions {
  /** What the layer is called in addresses; default: its kind and a counter, such as conv1. */
  readonly name?: string;
}

export interface ParameterOptions extends LayerOptions {
  /** false: training leaves the parameters as they are. Default true. */
  readonly trainable?: boolean;
  /** Adds one number a filter or unit. Default true. */
  readonly useBias?: boolean;
  /** How the weights start. Default heUniform. */
  readonly kernelInitializer?: Initialiser;
}

/** v / divisor for every number; the default brings pixels 0…255 to 0…1. */
export function rescale(options: { readonly divisor?: number } & LayerOptions = {}): Layer<Unchanged> {
  return makeLayer("rescale", options);
}

/** Convolution (as every framework computes it: cross-correlation) of an image [H, W, C] with `filters` kernels.
 * padding: "valid" (default), "same" (TensorFlow's), cells on every side, or [[top, bottom], [left, right]]. */
export function conv2d<
  const F extends number,
  const K extends Pair,
  const St extends Pair = 1,
  const P extends Padding = "valid",
  const D extends Pair = 1,
  const G extends number = 1,
>(
  options: {
    readonly filters: FromOne<F, "filters">;
    readonly kernelSize: FromOne<K, "kernelSize">;
    readonly strides?: FromOne<St, "strides">;
    readonly padding?: P;
    readonly dilationRate?: FromOne<D, "dilationRate">;
    readonly groups?: FromOne<G, "groups">;
  } & ParameterOptions,
): Layer<Conv2dRule<F, K, St, P, D, G>> {
  return makeLayer("conv2d", options);
}

/** max(x, 0); its derivative is taken as 0 at 0. */
export function relu(options: LayerOptions = {}): Layer<Unchanged> {
  return makeLayer("relu", options);
}

/** The largest number of each window; the first in row-major order where several are equal. Strides default to the window. */
export function maxPool2d<const K extends Pair, const St extends Pair = K, const P extends Padding = "valid">(
  options: {
    readonly poolSize: FromOne<K, "poolSize">;
    readonly strides?: FromOne<St, "strides">;
    readonly padding?: P;
  } & LayerOptions,
): Layer<Pool2dRule<"maxPool2d", K, St, P>> {
  return makeLayer("maxPool2d", options);
}

/** The mean of each window, padding excluded. Strides default to the window. */
export function avgPool2d<const K extends Pair, const St extends Pair = K, const P extends Padding = "valid">(
  options: {
    readonly poolSize: FromOne<K, "poolSize">;
    readonly strides?: FromOne<St, "strides">;
    readonly padding?: P;
  } & LayerOptions,
): Layer<Pool2dRule<"avgPool2d", K, St, P>> {
  return makeLayer("avgPool2d", options);
}

/** [H, W, C] laid end to end, row first, channels last: [H·W·C]. */
export function flatten(options: LayerOptions = {}): Layer<FlattenRule> {
  return makeLayer("flatten", options);
}

/** Every output is a weighted sum of all inputs: weight is (inputs, units). Needs a flat input. */
export function dense<const U extends number>(
  options: { readonly units: FromOne<U, "units"> } & ParameterOptions,
): Layer<DenseRule<U>> {
  return makeLayer("dense", options);
}

/** The sum, cell by cell, of two tensors of one shape. */
export function add<A extends Shape, B extends Shape>(
  a: SymbolicTensor<A>,
  b: Checked<Added<A, B>, SymbolicTensor<B>>,
  options: LayerOptions = {},
): SymbolicTensor<Known<Added<A, B>>> {
  const request = { op: "add", options: {}, name: options.name, trainable: true, initializer: "heUniform" } as const;
  return place(request, [a, b]) as unknown as SymbolicTensor<Known<Added<A, B>>>;
}

type Request = Parameters<GraphTensor["builder"]["add"]>[0];

/** What a layer passes to the graph is the operation's options; what it says about itself is kept apart. */
function makeLayer<R extends Rule>(op: OpName, given: object): Layer<R> {
  const { name, trainable = true, kernelInitializer = "heUniform", ...raw } = given as ParameterOptions;
  const operation: Operation<object> = operations[op];
  const options = readOptions<object>(operation.op.options, raw, name ?? op);
  const request: Request = { op, options: { ...options }, name, trainable, initializer: kernelInitializer };
  const layer = (x: unknown) => place(request, [x]);
  const fields = { op, options: request.options, name, trainable };
  return Object.defineProperties(layer, Object.getOwnPropertyDescriptors(fields)) as unknown as Layer<R>;
}

/** Adds a node to the graph that the inputs belong to. Types have checked the shapes; the builder checks them again. */
function place(request: Request, inputs: readonly unknown[]): GraphTensor {
  const tensors = inputs as readonly GraphTensor[];
  const builder = tensors[0]?.builder ?? fail("graph.foreign", { where: request.name ?? request.op });
  return builder.add(request, tensors);
}
