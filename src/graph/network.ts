// A network ready to run: every node of a graph with its settled shapes, parameters and the positions of its inputs.

import { type Shape, sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/graph.ts";
import { type OpName, operations } from "../ops/index.ts";
import type { Operation, ParameterSpec, Site } from "../ops/op.ts";
import type { Graph, GraphNode, Initialiser } from "./graph.ts";

/** Position of the network's input among the sources of a node. */
export const INPUT = -1;

/** More cells than this in one tensor is a mistake, found before memory is asked for. */
const mostCells = 1 << 30;

export interface Node {
  readonly name: string;
  readonly op: OpName;
  readonly operation: Operation<object>;
  readonly site: Site<object>;
  /** Positions in `Network.nodes`, or INPUT. */
  readonly inputs: readonly number[];
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly trainable: boolean;
  readonly initializer: Initialiser;
}

export interface Network {
  readonly graph: Graph;
  readonly input: Shape;
  readonly nodes: readonly Node[];
  /** The last layer's position; its output is the logits where there is a head. */
  readonly last: number;
  /** Positions of softmax and cross-entropy where the network is a classifier. */
  readonly head?: { readonly probs: number; readonly loss: number };
}

/** Settles shapes along the graph; throws where an operation does not fit its inputs. */
export function buildNetwork(graph: Graph): Network {
  checkSize("input", graph.input);
  const nodes: Node[] = [];
  const positions = new Map([["input", INPUT]]);
  for (const node of graph.nodes) {
    positions.set(node.name, nodes.length);
    nodes.push(placeNode(node, graph.input, nodes, positions));
  }
  const loss = nodes.findIndex(({ op }) => op === "crossEntropy");
  if (loss < 0) return { graph, input: graph.input, nodes, last: nodes.length - 1 };
  const [last, probs] = nodes[loss].inputs;
  return { graph, input: graph.input, nodes, last, head: checkHead(nodes, last, probs, loss) };
}

function placeNode(
  node: GraphNode,
  input: Shape,
  earlier: readonly Node[],
  positions: ReadonlyMap<string, number>,
): Node {
  const operation: Operation<object> = operations[node.op];
  const sources = node.inputs.map((name) => positions.get(name) ?? INPUT);
  const inputs = sources.map((source) => (source === INPUT ? input : earlier[source].site.output));
  const { options } = node;
  const output = operation.op.shape(options, inputs, node.name);
  const parameters = operation.op.parameters(options, inputs);
  for (const shape of [output, ...Object.values(parameters).map((spec) => spec.shape)]) checkSize(node.name, shape);
  const { name, op, trainable, initializer } = node;
  return {
    name,
    op,
    operation,
    site: { options, inputs, output },
    inputs: sources,
    parameters,
    trainable,
    initializer,
  };
}

function checkSize(where: string, shape: Shape): void {
  if (sizeOf(shape) > mostCells) fail("graph.large", { where, shape, most: mostCells });
}

/** The head stands at the end, in order, over one layer, and nothing else reads its softmax. */
function checkHead(nodes: readonly Node[], last: number, probs: number, loss: number): { probs: number; loss: number } {
  const softmax = nodes[probs];
  const atEnd = loss === nodes.length - 1 && probs === loss - 1 && last === loss - 2 && last !== INPUT;
  const right = atEnd && softmax.op === "softmax" && softmax.inputs[0] === last;
  if (!right) fail("graph.head", { where: nodes[loss].name });
  return { probs, loss };
}

/** The shape at a source position. */
export function shapeAt(network: Network, source: number): Shape {
  return source === INPUT ? network.input : network.nodes[source].site.output;
}

/** Address and specification of every parameter, in graph order: "conv1.kernel" … */
export function parameterSpecs(network: Network): { address: string; node: Node; name: string; spec: ParameterSpec }[] {
  return network.nodes.flatMap((node) =>
    Object.entries(node.parameters).map(([name, spec]) => ({ address: `${node.name}.${name}`, node, name, spec })),
  );
}
