// Every operation by name: the complete table.
import { add } from "./add/index.ts";
import { avgPool2d } from "./avgPool2d/index.ts";
import { conv2d } from "./conv2d/index.ts";
import { crossEntropy } from "./crossEntropy/index.ts";
import { dense } from "./dense/index.ts";
import { flatten } from "./flatten/index.ts";
import { maxPool2d } from "./maxPool2d/index.ts";
import type { Operation } from "./op.ts";
import { relu } from "./relu/index.ts";
import { rescale } from "./rescale/index.ts";
import { softmax } from "./softmax/index.ts";

export type OpName =
  | "rescale"
  | "conv2d"
  | "relu"
  | "maxPool2d"
  | "avgPool2d"
  | "flatten"
  | "dense"
  | "add"
  | "softmax"
  | "crossEntropy";

export const operations = {
  rescale,
  conv2d,
  relu,
  maxPool2d,
  avgPool2d,
  flatten,
  dense,
  add,
  softmax,
  crossEntropy,
} satisfies Record<OpName, Operation<object>>;

/** The operation of that name, or undefined where there is none. */
export function operationOf(name: string): Operation<object> | undefined {
  return Object.hasOwn(operations, name) ? operations[name as OpName] : undefined;
}
