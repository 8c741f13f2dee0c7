// Which engine runs a network: the caller's choice, or the best that the platform has; and why not a better one.
import type { Host } from "../base/host.ts";
import { fail } from "../base/words/model.ts";
import { type Arithmetic, type Engine, mostShards, referenceEngine } from "./engine.ts";
import type { Network } from "./network.ts";
import type { Parameters } from "./pass.ts";
import type { UpdateRule } from "./step-kernels.ts";

/** A machine to run on. "auto" takes generated WebAssembly kernels where the platform has them, else the reference. */
export type Backend = "auto" | "reference" | WasmBackend;

/** Generated kernels. */
export interface WasmBackend {
  readonly name: "wasm";
  /** Plain multiply-adds and direct sums only, the same bits on every machine. */
  readonly exact: boolean;
  /** Threads at most; undefined: as many as the machine runs at the same time. */
  readonly threads?: number | undefined;
}

/** What a choice came to. */
export interface BackendFacts {
  readonly backend: "reference" | "wasm";
  /** Before a run: at most; in a result: that worked at the same time. */
  readonly threads: number;
  readonly instructionSet: Arithmetic;
  /** Direct sums only. */
  readonly exact: boolean;
  /** Whether threads share memory. */
  readonly shared: boolean;
  /** Why nothing faster runs. */
  readonly why: readonly string[];
}

const absent = "no WebAssembly with SIMD: it is missing here, or a page's policy forbids it (allow 'wasm-unsafe-eval')";

const reference = (why: string): BackendFacts => ({
  backend: "reference",
  threads: 1,
  instructionSet: "float64",
  exact: true,
  shared: false,
  why: [why],
});

/** Finds out what a choice comes to on a host. Throws `model.backend` where kernels were asked for and there are none. */
export async function backendFacts(choice: Backend, host?: Host): Promise<BackendFacts> {
  if (choice === "reference") return reference("the reference was asked for");
  const { bestInstructionSet } = await import("../backend/wasm/platform.ts");
  const best = bestInstructionSet();
  if (best === undefined) return choice === "auto" ? reference(absent) : fail("model.backend", { why: absent });
  const { exact, threads: asked } = choice === "auto" ? { exact: false, threads: undefined } : choice;
  const { threads, why } = threadsOn(host, asked);
  const instructionSet = exact ? "simd" : best;
  const reasons = exact ? ["exact arithmetic was asked for", ...why] : why;
  return { backend: "wasm", threads, instructionSet, exact, shared: threads > 1, why: reasons };
}

function threadsOn(host: Host | undefined, asked: number | undefined): { threads: number; why: string[] } {
  if (asked === 1) return { threads: 1, why: ["one thread was asked for"] };
  if (!host?.threads) return { threads: 1, why: ["one thread: there is no host that starts others"] };
  const { obstacle, available } = host.threads;
  if (obstacle !== undefined) return { threads: 1, why: [`one thread: ${obstacle}`] };
  const threads = Math.min(asked ?? available(), mostShards);
  if (asked !== undefined && asked > mostShards)
    return { threads, why: [`at most ${mostShards} threads share a batch`] };
  return { threads, why: threads === 1 ? ["the machine runs one thread at a time"] : [] };
}

export interface EngineOptions {
  /** Images of one call at most. */
  readonly batch: number;
  readonly training: boolean;
  /** The optimiser's step as kernels have it, and how many numbers it keeps for each parameter. */
  readonly update?: { readonly rule: UpdateRule; readonly slots: number } | undefined;
  readonly host: Host | undefined;
}

/** An engine for the facts. The kernels' generator is loaded only here, so that a plain import stays small. */
export async function openEngine(
  { instructionSet, exact, threads }: BackendFacts,
  network: Network,
  parameters: Parameters,
  options: EngineOptions,
): Promise<Engine> {
  if (instructionSet === "float64") return referenceEngine(network, parameters, options.host);
  const { wasmEngine } = await import("./wasm-engine.ts");
  return wasmEngine(network, parameters, { set: instructionSet, exact, threads, ...options });
}
