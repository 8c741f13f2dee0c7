// The draws of one picture: uniform, nearly normal, and a choice by weight.
import type { RandomStream } from "../../base/random.ts";

/** Random draws, all from one stream, in the order of the calls. */
export interface Dice {
  /** Uniform in [low, high). */
  uniform(range: readonly [low: number, high: number]): number;
  /** Mean 0, standard deviation `spread`, nearly normal, never beyond 3.46 spreads. */
  normal(spread: number): number;
  /** An index, drawn in proportion to its weight. */
  pick(weights: readonly number[]): number;
}

/** The standard deviation of the sum of four bytes: √(4·(256² − 1)/12). */
const FOUR_BYTES = Math.sqrt(21845);

/** A word is four bytes; their sum, 0 … 1020, is close to a bell: one draw, no logarithm. */
function bell(word: number): number {
  const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
  return (sum - 510) / FOUR_BYTES;
}

function pick(weights: readonly number[], uniform: number): number {
  let left = uniform * weights.reduce((sum, weight) => sum + weight, 0);
  let index = 0;
  while (index < weights.length - 1 && left >= weights[index]) {
    left -= weights[index];
    index++;
  }
  return index;
}

/** The dice that a stream of random numbers throws. */
export function diceOf(stream: RandomStream): Dice {
  return {
    uniform: ([low, high]) => low + (high - low) * stream.uniform(),
    normal: (spread) => bell(stream.bits()) * spread,
    pick: (weights) => pick(weights, stream.uniform()),
  };
}
