// conv2d for WebAssembly: what follows the convolution before its numbers go to memory, ReLU and maximum pooling by 2×2.
import {
  type Expression,
  f32,
  f32x4,
  type Local,
  type Scope,
  type Statement,
  sequence,
  v128,
} from "../../backend/wasm/assembler.ts";

/** max(x, 0); a NaN passes on: f32x4.pmax keeps its first operand where nothing is larger. */
export function rectify(x: Expression<"v128">): Expression<"v128"> {
  return f32x4.pmax(x, v128.zero);
}

/** The larger of two, NaN where either is: each f32x4.pmax keeps a NaN of its first operand, and a NaN with any bits added is one.
 * f32x4.max says the same with three times as many instructions. */
function larger(scope: Scope, a: Local<"v128">, b: Local<"v128">): Expression<"v128"> {
  const [x, y] = [scope.get(a), scope.get(b)];
  return v128.or(f32x4.pmax(x, y), f32x4.pmax(y, x));
}

/** A 2×2 window of sums, row by row, four channels at a time, pooled after ReLU:
 *
 *   out = max(0, a, b, c, d)      winner = the first of 0 … 3 whose ReLU equals out
 *
 * The sums themselves decide, which ReLU changes only where none is positive: then all four are 0 and the first wins. */
export function poolWindow(
  scope: Scope,
  [a, b, c, d]: readonly Local<"v128">[],
  store: (out: Expression<"v128">, winner: Expression<"v128">) => Statement,
): Statement {
  const [top, bottom, out, above, below] = scope.locals("v128", "pooled", 5);
  const get = (local: Local<"v128">) => scope.get(local);
  const [one, two] = [1, 2].map((k) => f32x4.splat(f32.const(k)));
  const second = (x: Local<"v128">, y: Local<"v128">) => v128.and(f32x4.gt(get(y), get(x)), one);
  const winner = v128.bitselect(f32x4.add(get(below), two), get(above), f32x4.gt(get(bottom), get(top)));
  return sequence(
    scope.set(top, larger(scope, a, b)),
    scope.set(bottom, larger(scope, c, d)),
    scope.set(above, second(a, b)),
    scope.set(below, second(c, d)),
    scope.set(out, rectify(larger(scope, top, bottom))),
    store(get(out), v128.and(winner, f32x4.gt(get(out), v128.zero))),
  );
}
