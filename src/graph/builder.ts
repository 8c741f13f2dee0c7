// Builds a graph node by node while layers are called on symbolic tensors.

import type { Shape } from "../base/shape.ts";
import { fail } from "../base/words/graph.ts";
import { type OpName, operations } from "../ops/index.ts";
import type { Operation } from "../ops/op.ts";
import { type Graph, type GraphNode, type Initialiser, nextName, parseGraph } from "./graph.ts";

/** The output of a node that is being built. */
export interface GraphTensor {
  readonly shape: Shape;
  readonly node: string;
  readonly builder: GraphBuilder;
}

export interface NodeRequest {
  readonly op: OpName;
  readonly options: Readonly<Record<string, unknown>>;
  /** Absent: named by its kind with a counter. */
  readonly name?: string | undefined;
  readonly trainable: boolean;
  readonly initializer: Initialiser;
}

export interface GraphBuilder {
  readonly input: GraphTensor;
  add(request: NodeRequest, inputs: readonly GraphTensor[]): GraphTensor;
  /** The graph that ends in `output`; every layer must lead to it. */
  finish(output: GraphTensor): Graph;
}

export function buildGraph(shape: Shape): GraphBuilder {
  const nodes: GraphNode[] = [];
  const builder: GraphBuilder = {
    get input() {
      return { shape, node: "input", builder };
    },
    add({ op, options, name = nextName(operations[op].op.prefix, nodes), trainable, initializer }, inputs) {
      if (inputs.some((input) => input?.builder !== builder)) fail("graph.foreign", { where: name });
      const operation: Operation<object> = operations[op];
      const output = operation.op.shape(
        options,
        inputs.map((input) => input.shape),
        name,
      );
      nodes.push({ name, op, inputs: inputs.map((input) => input.node), options, trainable, initializer });
      return { shape: output, node: name, builder };
    },
    finish(output) {
      if (output?.builder !== builder) fail("graph.foreign", { where: "output" });
      const used = new Set([output.node, ...nodes.flatMap((node) => node.inputs)]);
      const idle = nodes.find((node) => !used.has(node.name));
      if (idle) fail("graph.unused", { where: idle.name });
      return parseGraph({ input: shape, nodes }, "network");
    },
  };
  return builder;
}
