// Which engine runs a network: the caller's choice, or the best that the platform has; and why not a better one.
import { fail } from "../base/words/model.ts";
import { type Arithmetic, type Engine, referenceEngine } from "./engine.ts";
import type { Network } from "./network.ts";
import type { Parameters } from "./pass.ts";

/** A machine to run on. "auto" takes generated WebAssembly kernels where the platform has them, else the reference. */
export type Backend = "auto" | "reference" | WasmBackend;

/** Generated kernels; `exact` keeps to plain multiply-adds, the same bits on every machine. */
export interface WasmBackend {
  readonly name: "wasm";
  readonly exact: boolean;
}

/** What a choice came to. */
export interface BackendFacts {
  readonly backend: "reference" | "wasm";
  readonly threads: number;
  readonly instructionSet: Arithmetic;
  /** Why nothing faster runs. */
  readonly why: readonly string[];
}

const absent = "no WebAssembly with SIMD: it is missing here, or a page's policy forbids it (allow 'wasm-unsafe-eval')";
const oneThread = "kernels run on one thread in this version";

/** Finds out what a choice comes to. Throws `model.backend` where kernels were asked for and there are none. */
export async function backendFacts(choice: Backend): Promise<BackendFacts> {
  if (choice === "reference") {
    return { backend: "reference", threads: 1, instructionSet: "float64", why: ["the reference was asked for"] };
  }
  const { bestInstructionSet } = await import("../backend/wasm/platform.ts");
  const best = bestInstructionSet();
  if (best === undefined) {
    if (choice !== "auto") fail("model.backend", { why: absent });
    return { backend: "reference", threads: 1, instructionSet: "float64", why: [absent] };
  }
  const exact = choice !== "auto" && choice.exact;
  const why = exact ? ["exact arithmetic was asked for", oneThread] : [oneThread];
  return { backend: "wasm", threads: 1, instructionSet: exact ? "simd" : best, why };
}

/** An engine for the facts. The kernels' generator is loaded only here, so that a plain import stays small. */
export async function openEngine(
  { instructionSet }: BackendFacts,
  network: Network,
  parameters: Parameters,
): Promise<Engine> {
  if (instructionSet === "float64") return referenceEngine(network, parameters);
  const { wasmEngine } = await import("./wasm-engine.ts");
  return wasmEngine(network, parameters, instructionSet);
}
