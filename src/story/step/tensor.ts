// A tensor of the told step: its numbers as the engine stored them, its range found when it is first asked for.
import { cellAt } from "../../base/shape.ts";
import type { Numbers } from "../../tensor/tensor.ts";
import { formatAddress, parseAddress } from "../../trace/address.ts";
import type { Opened } from "../opened.ts";

export interface StepTensor {
  /** Its address without indices: "conv1.out", "grad:conv1.kernel", "next:conv1.kernel"; in a batch with the sample, "conv1.out@2". */
  readonly name: string;
  /** Row, column, channel for maps; no axis for the loss. */
  readonly shape: readonly number[];
  /** Row-major, a view: not to be changed. */
  readonly data: Numbers;
  /** The smallest and the largest number; NaN where one of them is no number. */
  readonly least: number;
  readonly greatest: number;
  /** How many numbers are exactly 0. */
  readonly zeros: number;
}

interface Range {
  readonly least: number;
  readonly greatest: number;
  readonly zeros: number;
}

/** The tensor at an address; nothing is computed before its numbers or its range are read. */
export function tensorAt(opened: Opened, name: string, shape: readonly number[]): StepTensor {
  let found: Range | undefined;
  const range = () => {
    found ??= rangeOf(opened.tensor(name).data);
    return found;
  };
  return {
    name,
    shape,
    get data() {
      return opened.tensor(name).data;
    },
    get least() {
      return range().least;
    },
    get greatest() {
      return range().greatest;
    },
    get zeros() {
      return range().zeros;
    },
  };
}

function rangeOf(numbers: Numbers): Range {
  let [least, greatest, zeros] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let k = 0; k < numbers.length; k++) {
    least = Math.min(least, numbers[k]);
    greatest = Math.max(greatest, numbers[k]);
    if (numbers[k] === 0) zeros++;
  }
  return { least, greatest, zeros };
}

/** The address of one cell of a tensor, by its place in `data`: the third cell of "conv1.out@2" is "conv1.out[0,0,2]@2". */
export function cellAddress(
  { name, shape }: { readonly name: string; readonly shape: readonly number[] },
  k: number,
): string {
  return formatAddress({ ...parseAddress(name), cell: cellAt(shape, k) });
}
