// `cutaway/wasm`: the fast engine by name, for who does not leave the choice to "auto".
import type { WasmBackend } from "./graph/backend.ts";

export type { BackendFacts, WasmBackend } from "./graph/backend.ts";
export { backendFacts } from "./graph/backend.ts";

export interface WasmOptions {
  /** Plain multiply-adds only: the same bits on every machine and in every browser. Default false: fused where the platform has it. */
  readonly exact?: boolean;
}

/** Generated WebAssembly kernels as the `backend` of fit() and evaluate(). */
export function wasm({ exact = false }: WasmOptions = {}): WasmBackend {
  return { name: "wasm", exact };
}
