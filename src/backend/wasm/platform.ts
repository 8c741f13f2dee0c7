// WebAssembly as the platform gives it: whether it is there, and which instructions it has.
import { exp, log } from "../../base/math.ts";
import { assemble, defineFunction, f32, f32x4, i32, v128, type WasmFunction } from "./assembler.ts";
import type { InstructionSet } from "./machine.ts";

/** A memory of 64 KiB pages. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

export type WasmExports = Readonly<Record<string, (...parameters: number[]) => void>>;

interface Platform {
  readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean;
  readonly Memory: new (size: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: WasmExports };
}

const PAGE = 65536;

function platform(): Platform | undefined {
  return (globalThis as unknown as { WebAssembly?: Platform }).WebAssembly;
}

/** A memory of at least so many bytes, which threads may share; undefined where the platform gives none. */
export function createMemory(bytes: number, shared = false): WasmMemory | undefined {
  const found = platform();
  const initial = Math.ceil(bytes / PAGE);
  try {
    return found && new found.Memory({ initial, maximum: initial, shared });
  } catch {
    return undefined;
  }
}

/** Compiles functions for a memory of its own or one that threads share. */
export function compile(functions: readonly WasmFunction[], shared = false): object {
  const { Module } = platform() as Platform;
  return new Module(assemble(functions, shared));
}

/** Puts compiled functions onto a memory. */
export function instantiateModule(module: object, memory: WasmMemory): WasmExports {
  const { Instance } = platform() as Platform;
  return new Instance(module, { host: { memory, exp, log } }).exports;
}

/** Compiles functions onto a memory. */
export function instantiate(functions: readonly WasmFunction[], memory: WasmMemory): WasmExports {
  return instantiateModule(compile(functions), memory);
}

/** What platforms were found to do. */
const found = new WeakMap<Platform, { readonly best: InstructionSet | undefined }>();

/** What the platform can do: relaxed multiply-adds only where they round once; undefined where it has no WebAssembly with SIMD. Tried once. */
export function bestInstructionSet(): InstructionSet | undefined {
  const here = platform();
  if (!here) return undefined;
  const known = found.get(here) ?? { best: tried(here) };
  found.set(here, known);
  return known.best;
}

function tried({ validate }: Platform): InstructionSet | undefined {
  const memory = createMemory(1);
  if (!memory) return undefined;
  try {
    const probes = { simd: probe("simd"), fused: probe("relaxed-fma") };
    if (!validate(assemble([probes.simd]))) return undefined;
    if (!validate(assemble([probes.fused]))) return "simd";
    instantiate([probes.fused], memory)["probe.relaxed-fma"](0);
    return new Float32Array(memory.buffer, 0, 1)[0] === 1 / 16777216 ? "relaxed-fma" : "simd";
  } catch {
    return undefined;
  }
}

/** x·x − (1 + 2⁻¹¹) for x = 1 + 2⁻¹²: rounded once it leaves 2⁻²⁴, rounded twice 0. */
function probe(set: InstructionSet): WasmFunction {
  return defineFunction(`probe.${set}`, ["base"], (scope, base) => {
    const x = f32x4.splat(f32.const(1 + 1 / 4096));
    const minus = f32x4.splat(f32.const(-(1 + 1 / 2048)));
    const value = set === "relaxed-fma" ? f32x4.relaxed_madd(x, x, minus) : f32x4.add(f32x4.mul(x, x), minus);
    return v128.store(i32.add(scope.get(base), i32.const(0)), value);
  });
}
