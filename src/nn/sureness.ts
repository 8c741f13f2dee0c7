// How sure a classifier is of a guess: the probability that is left to it where "none of these" is one more answer.
// One unit stands beside those of the last dense layer and reads the same numbers; it was taught on pictures that are of no class.

import type { Network } from "../graph/network.ts";

/** When a model calls a guess sure, and what that was measured on. */
export interface Sureness {
  /** What the score is, in words. */
  readonly score: string;
  /** A guess is sure from this score on, 0…1. */
  readonly threshold: number;
  /** Share of the pictures of known classes that are read right and called sure, 0…1: of those read right. */
  readonly known: number;
  /** Share of the pictures of no class that are called sure, 0…1. */
  readonly scribbles: number;
  /** The unit "none of these": a weight for each input of the last dense layer, and a bias where that layer has biases. */
  readonly none: { readonly weight: readonly number[]; readonly bias?: number };
}

/** What `Sureness.score` says. */
export const surenessScore = "the guess's probability where “none of these” is one more answer";

/** The dense layer that the logits come from, with its numbers of inputs; undefined where the network has no such layer. */
export function lastDense(network: Network): { name: string; inputs: number; bias: boolean } | undefined {
  const { name, op, parameters } = network.nodes[network.last];
  if (!network.head || op !== "dense") return undefined;
  return { name, inputs: parameters.weight.shape[0], bias: parameters.bias !== undefined };
}
