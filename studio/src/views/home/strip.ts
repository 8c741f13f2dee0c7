// The way that Home shows, read out of the scene and three accounts: which cells are framed, and whose numbers stand above and below them.
import type { Account, Term } from "cutaway";
import type { ForwardWays } from "cutaway/story";
import type { Scene, SceneTensor } from "../../engine/scene.ts";
import { offsetOf, splitAddress } from "../../widgets/numbers.ts";

export const pixel = "input[2,2,0]";

/** The cells that the strongest way from the pixel to the true class leads over. */
export interface Way {
  readonly scaled: string;
  /** The cell of the convolution, and what it becomes behind ReLU and pooling. */
  readonly sum: string;
  readonly active: string;
  readonly pooled: string;
  /** The pooled cell, laid in the row that dense reads. */
  readonly flat: string;
  readonly logit: string;
}

export function wayOf(scene: Scene, ways: ForwardWays): Way | undefined {
  const logit = `logits[${scene.label ?? 0}]`;
  const hops = ways.targets.find(({ to }) => to === logit)?.strongest?.hops ?? [];
  const cell = (op: string) => {
    const output = scene.nodes.find((node) => node.op === op)?.output;
    return hops.find(({ address }) => splitAddress(address).name === output)?.address;
  };
  const [scaled, sum, active, pooled] = ["rescale", "conv2d", "relu", "maxPool2d"].map(cell);
  const flat = cell("flatten");
  return scaled && sum && active && pooled && flat ? { scaled, sum, active, pooled, flat, logit } : undefined;
}

/** Rows and columns from a first to a last cell. */
export interface Window {
  readonly row: number;
  readonly column: number;
  readonly height: number;
  readonly width: number;
}

/** The cells of a tensor that an account's terms read. */
export function windowOf({ terms }: Account): Window {
  const cells = terms.flatMap(({ factors }) =>
    factors.slice(0, 1).map(({ address = "" }) => splitAddress(address).cell),
  );
  const rows = cells.map(([row = 0]) => row);
  const columns = cells.map(([, column = 0]) => column);
  const [row, column] = [Math.min(...rows), Math.min(...columns)];
  return { row, column, height: Math.max(...rows) - row + 1, width: Math.max(...columns) - column + 1 };
}

/** The term of an account that reads one number. */
export function termReading({ terms }: Account, address: string): Term | undefined {
  return terms.find(({ factors }) => factors.some((factor) => factor.address === address));
}

/** A number of the scene by its address. */
export function valueAt(scene: Scene, address: string): number {
  const { name, cell } = splitAddress(address);
  const tensor: SceneTensor | undefined = scene.tensors[name];
  return tensor?.data[offsetOf(tensor.shape, cell)] ?? Number.NaN;
}

/** Where the largest of some numbers stands, the first of equal ones. */
export function placeOfLargest(values: ArrayLike<number>): number {
  const list = Array.from(values);
  return list.indexOf(Math.max(...list));
}
