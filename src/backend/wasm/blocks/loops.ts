// Loops whose count is known when the kernel is generated.
import { type Expression, i32, type Local, loopWhile, type Scope, type Statement, sequence } from "../assembler.ts";

/** Adds a constant to a pointer; nothing for 0. */
export function advance(scope: Scope, pointer: Local<"i32">, bytes: number): Statement {
  return bytes === 0 ? sequence() : scope.set(pointer, i32.add(scope.get(pointer), i32.const(bytes)));
}

/** Runs the body `count` times; the counter is the loop's own. A single run has no loop. */
export function repeat(scope: Scope, count: number, ...body: readonly Statement[]): Statement {
  if (count <= 0) return sequence();
  if (count === 1) return sequence(body);
  const left = scope.local("i32", "left");
  const next = i32.sub(scope.get(left), i32.const(1));
  return sequence(scope.set(left, i32.const(count)), loopWhile(scope.get(left), body, scope.set(left, next)));
}

/** Runs the body so many times, a number from 1 up that is known when the kernel runs. */
export function repeatTimes(scope: Scope, times: Expression<"i32">, ...body: readonly Statement[]): Statement {
  const left = scope.local("i32", "left");
  const next = i32.sub(scope.get(left), i32.const(1));
  return sequence(scope.set(left, times), loopWhile(scope.get(left), body, scope.set(left, next)));
}

/** A new pointer that starts at an address. */
export function pointerTo(
  scope: Scope,
  name: string,
  start: Expression<"i32">,
): { pointer: Local<"i32">; start: Statement } {
  const pointer = scope.local("i32", name);
  return { pointer, start: scope.set(pointer, start) };
}
