// The ceiling of a core: multiply-adds on numbers that never leave the registers, in a loop made with our own assembler.
import { defineFunction, f32, f32x4, i32, loopWhile, sequence, v128 } from "../src/backend/wasm/assembler.ts";
import { type InstructionSet, multiplyAdd } from "../src/backend/wasm/machine.ts";
import { bestInstructionSet, createMemory, instantiate } from "../src/backend/wasm/platform.ts";

/** Sums that do not wait for one another: enough to hide how long an addition takes, few enough for the registers. */
const SUMS = 12;
const TURNS = 200_000;
const LANES = 4;
const ROUNDS = 40;

/** GFLOP/s of one core, the best of many rounds; undefined where the platform has no WebAssembly with SIMD. */
export function measureCeiling(exact: boolean): { set: InstructionSet; gflops: number } | undefined {
  const best = bestInstructionSet();
  const memory = createMemory(65536);
  if (best === undefined || memory === undefined) return undefined;
  const set = exact ? "simd" : best;
  const { peak } = instantiate([registerLoop(set)], memory);
  let shortest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = performance.now();
    peak(0);
    shortest = Math.min(shortest, performance.now() - before);
  }
  return { set, gflops: (2 * LANES * SUMS * TURNS) / shortest / 1e6 };
}

/** sum ← sum·½ + ½, which stays near 1, for every sum in turn; the sums are stored at the end so that they count. */
function registerLoop(set: InstructionSet) {
  return defineFunction("peak", ["base"], (scope, base) => {
    const half = scope.local("v128", "half");
    const left = scope.local("i32", "left");
    const sums = scope.locals("v128", "sum", SUMS);
    const halved = () => scope.get(half);
    return sequence(
      scope.set(half, f32x4.splat(f32.const(0.5))),
      scope.set(left, i32.const(TURNS)),
      loopWhile(
        scope.get(left),
        sums.map((sum) => scope.set(sum, multiplyAdd(set, scope.get(sum), halved(), halved()))),
        scope.set(left, i32.sub(scope.get(left), i32.const(1))),
      ),
      sums.map((sum, k) => v128.store(scope.get(base), scope.get(sum), 16 * k)),
    );
  });
}
