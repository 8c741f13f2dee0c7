// What the kernels of softmax and cross-entropy share: a walk over the logits, their largest, and the sum of e^(z−m) in float64.
import {
  callHost,
  type Expression,
  f32,
  f64,
  type Local,
  type Scope,
  type Statement,
  sequence,
} from "../backend/wasm/assembler.ts";
import { advance, repeat } from "../backend/wasm/blocks/loops.ts";
import { FLOAT, type Frame, type Kernel } from "../backend/wasm/machine.ts";
import type { KernelRequest } from "./kernels.ts";

/** A kernel that does `body` for each image. */
export function headKernel(
  { name, site }: KernelRequest<object>,
  direction: string,
  body: (frame: Frame) => Statement,
): Kernel {
  const build = (frame: Frame) => frame.eachImage(body(frame));
  return { name: `${name}.${direction}`, way: "head", parts: 1, work: site.inputs[0][0], build };
}

/** Stores a number, or adds it to what is there. */
export function put(address: Expression<"i32">, value: Expression<"f32">, add: boolean): Statement {
  return f32.store(address, add ? f32.add(f32.load(address), value) : value);
}

/** Runs the body for each of `count` neighbouring floats; pointers begin at the addresses and go on by one float. */
export function eachFloat(
  scope: Scope,
  count: number,
  addresses: readonly Expression<"i32">[],
  body: (...pointers: Expression<"i32">[]) => Statement,
): Statement {
  const pointers = addresses.map((_, k) => scope.local("i32", `pointer${k}`));
  const starts = addresses.map((address, k) => scope.set(pointers[k], address));
  const steps = pointers.map((pointer) => advance(scope, pointer, FLOAT));
  return sequence(starts, repeat(scope, count, body(...pointers.map((pointer) => scope.get(pointer))), ...steps));
}

export interface ShiftedSum {
  readonly largest: Local<"f32">;
  readonly sum: Local<"f64">;
  readonly make: Statement;
  /** e^(z−m). */
  exponential(z: Expression<"i32">): Expression<"f64">;
}

/** m = max z and S = Σ_j e^(z_j−m), by the library's own exp. */
export function shiftedSum(scope: Scope, count: number, logits: Expression<"i32">): ShiftedSum {
  const largest = scope.local("f32", "largest");
  const sum = scope.local("f64", "sum");
  const exponential = (z: Expression<"i32">) =>
    callHost("exp", f64.sub(f64.promote_f32(f32.load(z)), f64.promote_f32(scope.get(largest))));
  const make = sequence(
    scope.set(largest, f32.load(logits)),
    eachFloat(scope, count, [logits], (z) => scope.set(largest, f32.max(scope.get(largest), f32.load(z)))),
    scope.set(sum, f64.const(0)),
    eachFloat(scope, count, [logits], (z) => scope.set(sum, f64.add(scope.get(sum), exponential(z)))),
  );
  return { largest, sum, make, exponential };
}
