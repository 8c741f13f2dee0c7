// `cutaway/wasm`: the fast engine by name, for who does not leave the choice to "auto".
import { fail } from "./base/words/model.ts";
import type { WasmBackend } from "./graph/backend.ts";

export type { BackendFacts, WasmBackend } from "./graph/backend.ts";
export { backendFacts } from "./graph/backend.ts";

export interface WasmOptions {
  /** Plain multiply-adds and direct sums only: the same bits on every machine and in every browser. Default false: fused
   * multiply-adds where the platform has them, and Winograd's convolution where it pays. */
  readonly exact?: boolean;
  /** Threads at most, from 1 up; default: as many as the machine runs at the same time. No number of threads changes a bit. */
  readonly threads?: number;
}

/** Generated WebAssembly kernels as the `backend` of fit() and evaluate(). Throws `option.value` on a number of threads that is none. */
export function wasm({ exact = false, threads }: WasmOptions = {}): WasmBackend {
  if (threads !== undefined && !(Number.isSafeInteger(threads) && threads >= 1)) {
    fail("option.value", { where: "wasm", option: "threads", expected: "a whole number from 1 up", received: threads });
  }
  return { name: "wasm", exact, threads };
}
