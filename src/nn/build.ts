// How models are made: a chain of layers, a network that may branch, or a graph from a file.
import type { Shape } from "../base/shape.ts";
import { buildGraph, type GraphTensor } from "../graph/builder.ts";
import { type Graph, parseGraph, withHead } from "../graph/graph.ts";
import { buildNetwork, shapeAt } from "../graph/network.ts";
import { Model, type ModelOptions } from "./model.ts";
import type { Chain, ChainOut } from "./types/chain.ts";
import type { AnyLayer, SymbolicTensor } from "./types/layer.ts";

/** A chain of layers on images [height, width, channels]. A chain that cannot work is a compile error, and one at run time. */
export function sequential<const I extends Shape, const L extends AnyLayer[]>(
  shape: readonly [...I],
  ...layers: Chain<I, L>
): Model<I, ChainOut<I, L>> {
  const chain = layers as unknown as ((x: GraphTensor) => GraphTensor)[];
  return build(shape, (x) => chain.reduce((value, layer) => layer(value), x)) as unknown as Model<I, ChainOut<I, L>>;
}

/** A network that may branch: `through` calls layers on named tensors, from the input to the output. */
export function network<const I extends Shape, O extends Shape>(
  shape: readonly [...I],
  through: (x: SymbolicTensor<I>) => SymbolicTensor<O>,
): Model<I, O> {
  return build(shape, through as unknown as (x: GraphTensor) => GraphTensor) as unknown as Model<I, O>;
}

function build(shape: Shape, through: (x: GraphTensor) => GraphTensor): Model {
  const builder = buildGraph(shape);
  return modelFromGraph(builder.finish(through(builder.input)));
}

/** A model of a graph. A graph that ends in one flat output gets the head of a classifier: softmax, then cross-entropy.
 * The graph is checked, as `parseGraph` does. */
export function modelFromGraph(graph: Graph, options: ModelOptions = {}): Model {
  const checked = parseGraph(graph, "graph");
  const bare = buildNetwork(checked);
  const complete = bare.head !== undefined || shapeAt(bare, bare.last).length !== 1;
  return new Model(complete ? bare : buildNetwork(withHead(checked)), options);
}
