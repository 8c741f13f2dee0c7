// A chain of layers while it is being put together: what works of it with shapes and costs, and what is wrong with the first layer that does not.

import { CutawayError } from "../base/errors.ts";
import { type Shape, sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/story.ts";
import { type Graph, nextName, parseGraph } from "../graph/graph.ts";
import { buildNetwork, type Network } from "../graph/network.ts";
import { operationOf } from "../ops/index.ts";
import { type Arithmetic, multiplicationArithmetic, parameterArithmetic } from "./arithmetic.ts";

/** One layer of a chain. What it writes and costs is absent where it, or a layer before it, does not work. */
export interface ChainLayer {
  /** As the library will call it: conv1, conv2 … */
  readonly name: string;
  readonly op: string;
  readonly shape?: Shape;
  readonly parameters?: Arithmetic;
  readonly multiplications?: Arithmetic;
}

export interface Chain {
  readonly layers: readonly ChainLayer[];
  /** Of the layers that work: learned numbers, and multiplications of one picture. */
  readonly parameters: number;
  readonly multiplications: number;
  /** How many logits come out; absent where the chain does not work or ends in maps, so that it is no classifier. */
  readonly classes?: number;
  /** The first thing that does not work: the layer's place in the chain, or −1 for the input, and the error that building it gives. */
  readonly problem?: { readonly at: number; readonly error: CutawayError };
}

/**
 * Looks at a chain that may be wrong, as an editor holds it: an input [height, width, channels] and layers, each `{ op, options }` as in a network
 * file. Nothing is thrown for a chain that cannot work: the error that building it would throw comes as `problem`, with the layer it belongs to.
 * No weights are made, so that a chain of any size is looked at in a moment.
 */
export function checkChain(
  input: unknown,
  layers: readonly { readonly op: string; readonly options?: object }[],
): Chain {
  const names = namesOf(layers);
  let network: Network | undefined;
  let problem: Chain["problem"];
  const attempt = (at: number, build: () => void) => {
    try {
      build();
    } catch (error) {
      if (!(error instanceof CutawayError)) throw error;
      problem = { at, error };
    }
  };
  attempt(-1, () => checkInput(input));
  let graph: Graph | undefined;
  for (const [at, layer] of layers.entries()) {
    if (problem) break;
    attempt(at, () => {
      const node = { name: names[at], op: layer.op, options: layer.options ?? {} };
      const longer = parseGraph({ input, nodes: [...(graph?.nodes ?? []), node] }, "chain");
      network = buildNetwork(longer);
      graph = longer;
    });
  }
  return tell(layers, names, network, problem);
}

function checkInput(input: unknown): void {
  const shape =
    Array.isArray(input) && input.length === 3 && input.every((size) => Number.isSafeInteger(size) && size > 0);
  if (!shape) fail("chain.input", { received: input });
  buildNetwork(parseGraph({ input, nodes: [{ op: "flatten" }] }, "chain"));
}

/** The names that the layers get when all of them work. */
function namesOf(layers: readonly { readonly op: string }[]): string[] {
  const named: { readonly name: string }[] = [];
  for (const { op } of layers) named.push({ name: nextName(operationOf(op)?.op.prefix ?? "layer", named) });
  return named.map(({ name }) => name);
}

function tell(
  layers: readonly { readonly op: string }[],
  names: readonly string[],
  network: Network | undefined,
  problem: Chain["problem"],
): Chain {
  const told = layers.map(({ op }, at): ChainLayer => {
    const node = network?.nodes[at];
    const name = names[at];
    if (!network || !node) return { name, op };
    const parameters = parameterArithmetic(network, name) ?? nothing;
    const multiplications = multiplicationArithmetic(network, name) ?? nothing;
    return { name, op, shape: node.site.output, parameters, multiplications };
  });
  const sum = (count: (layer: ChainLayer) => number | undefined) =>
    told.reduce((total, layer) => total + (count(layer) ?? 0), 0);
  const last = told.at(-1)?.shape;
  return {
    layers: told,
    parameters: sum(({ parameters }) => parameters?.count),
    multiplications: sum(({ multiplications }) => multiplications?.count),
    ...(!problem && last?.length === 1 && { classes: sizeOf(last) }),
    ...(problem && { problem }),
  };
}

const nothing: Arithmetic = { count: 0, text: "0" };
