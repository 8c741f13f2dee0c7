// The worked example of every operation: apart from index.ts, so that a network that only runs does not carry them.
import { example as add } from "./add/example.ts";
import { example as avgPool2d } from "./avgPool2d/example.ts";
import { example as conv2d } from "./conv2d/example.ts";
import { example as crossEntropy } from "./crossEntropy/example.ts";
import { example as dense } from "./dense/example.ts";
import { example as flatten } from "./flatten/example.ts";
import type { OpName } from "./index.ts";
import { example as maxPool2d } from "./maxPool2d/example.ts";
import type { Example } from "./op.ts";
import { example as relu } from "./relu/example.ts";
import { example as rescale } from "./rescale/example.ts";
import { example as softmax } from "./softmax/example.ts";

export const examples = {
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
} satisfies Record<OpName, Example>;
