// A layer in a line of words, read from its operation and options: "conv2d, 8 filters of 3×3".
import { counted } from "../../base/counted.ts";
import type { Node } from "../../graph/network.ts";
import type { OpName } from "../../ops/index.ts";
import type { Padding, Pair } from "../../ops/options.ts";
import type { PoolOptions } from "../../ops/pooling.ts";
import { formatNumber } from "../../trace/notation.ts";

/** What the operations' own options hold of what is said here. */
interface Conv2dOptions {
  readonly filters: number;
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilationRate: Pair;
  readonly groups: number;
  readonly useBias: boolean;
}

interface DenseOptions {
  readonly units: number;
  readonly useBias: boolean;
}

const words: Readonly<Record<OpName, (options: never) => string>> = {
  rescale: ({ divisor }: { readonly divisor: number }) => `every number divided by ${formatNumber(divisor)}`,
  conv2d: (options: Conv2dOptions) =>
    listed(
      `${counted(options.filters, "filter")} of ${pairText(options.kernelSize)}`,
      moves(options.strides, [1, 1]),
      paddingText(options.padding),
      same(options.dilationRate, [1, 1]) ? "" : `dilation ${pairText(options.dilationRate)}`,
      options.groups === 1 ? "" : `${options.groups} groups`,
      options.useBias ? "" : "no bias",
    ),
  relu: () => "negative numbers become 0",
  maxPool2d: (options: PoolOptions) => `the largest of each ${windowText(options)}`,
  avgPool2d: (options: PoolOptions) => `the mean of each ${windowText(options)}`,
  flatten: () => "the maps as one list, row first",
  dense: ({ units, useBias }: DenseOptions) => listed(counted(units, "unit"), useBias ? "" : "no bias"),
  add: () => "the sum of two layers, cell by cell",
  softmax: () => "logits become probabilities",
  crossEntropy: () => "the loss: −ln of the label's probability",
};

/** One line: the operation, and what its options say where they are not the plain ones. */
export function layerText({ op, site }: Node): string {
  return `${op}, ${words[op](site.options as never)}`;
}

const listed = (...parts: readonly string[]) => parts.filter((part) => part !== "").join(", ");
const pairText = ([height, width]: Pair) => `${height}×${width}`;
const same = (a: Pair, b: Pair) => a[0] === b[0] && a[1] === b[1];
const moves = (strides: Pair, plain: Pair) => (same(strides, plain) ? "" : `stride ${pairText(strides)}`);

function windowText({ poolSize, strides, padding }: PoolOptions): string {
  return listed(`${pairText(poolSize)} window`, moves(strides, poolSize), paddingText(padding));
}

function paddingText(padding: Padding): string {
  if (typeof padding === "string") return padding === "valid" ? "" : `padding ${padding}`;
  const sides = padding.flat();
  if (sides.every((side) => side === 0)) return "";
  return `padding ${sides.every((side) => side === sides[0]) ? sides[0] : sides.join(", ")}`;
}
