// The WebAssembly kernels of every operation: apart from index.ts, so that who trains on the reference does not carry them.
import { kernels as add } from "./add/wasm.ts";
import { kernels as avgPool2d } from "./avgPool2d/wasm.ts";
import { kernels as conv2d } from "./conv2d/wasm.ts";
import { kernels as crossEntropy } from "./crossEntropy/wasm.ts";
import { kernels as dense } from "./dense/wasm.ts";
import { kernels as flatten } from "./flatten/wasm.ts";
import type { OpName } from "./index.ts";
import type { Kernels } from "./kernels.ts";
import { kernels as maxPool2d } from "./maxPool2d/wasm.ts";
import { kernels as relu } from "./relu/wasm.ts";
import { kernels as rescale } from "./rescale/wasm.ts";
import { kernels as softmax } from "./softmax/wasm.ts";

export const wasmKernels = {
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
} satisfies Record<OpName, Kernels<object>>;
