// What kernels are generated for: the instruction set, and where tensors lie in the one memory.
import { type Expression, f32x4, i32, type Local, type Scope } from "./assembler.ts";

/** "simd" multiplies, rounds, then adds, the same bits on every machine; "relaxed-fma" rounds once. */
export type InstructionSet = "simd" | "relaxed-fma";

/** Where a tensor begins: a fixed address, or an offset into the block of the worker that runs the kernel. */
export interface Place {
  readonly shared: boolean;
  /** In bytes. */
  readonly offset: number;
}

/** Bytes of a float32. */
export const FLOAT = 4;

/** The address of a place, `base` being the start of the worker's block. */
export function addressOf(scope: Scope, base: Local<"i32">, { shared, offset }: Place): Expression<"i32"> {
  return shared ? i32.const(offset) : i32.add(scope.get(base), i32.const(offset));
}

/** c + a·b. */
export function multiplyAdd(
  set: InstructionSet,
  a: Expression<"v128">,
  b: Expression<"v128">,
  c: Expression<"v128">,
): Expression<"v128"> {
  return set === "relaxed-fma" ? f32x4.relaxed_madd(a, b, c) : f32x4.add(c, f32x4.mul(a, b));
}
