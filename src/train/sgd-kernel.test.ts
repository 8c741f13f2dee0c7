// The step in vectors of float32 against the definition, from the same numbers, five steps in a row.
import { describe, expect, test } from "vitest";
import { missing } from "../../test/data.ts";
import { defineFunction, i32, sequence, v128 } from "../backend/wasm/assembler.ts";
import { advance, pointerTo, repeat } from "../backend/wasm/blocks/loops.ts";
import type { InstructionSet } from "../backend/wasm/machine.ts";
import { bestInstructionSet, createMemory, instantiate, type WasmMemory } from "../backend/wasm/platform.ts";
import { randomStream } from "../base/random.ts";
import { sgd } from "./sgd.ts";
import { type SgdSettings, sgdRule } from "./sgd-kernel.ts";

const CELLS = 64;
const BYTES = 4 * CELLS;

/** w, ∂L/∂w, v and η in a memory, and a function that takes one step. */
function machine(set: InstructionSet, settings: SgdSettings) {
  const memory = createMemory(4 * BYTES) as WasmMemory;
  const rule = sgdRule(settings);
  const update = defineFunction("step", [], (scope) => {
    const rows = [0, 1, 2].map((row) => pointerTo(scope, `row${row}`, i32.const(row * BYTES)));
    const [w, gradient, slot] = rows.map(({ pointer }) => scope.get(pointer));
    const rate = v128.load32_splat(i32.const(3 * BYTES));
    return sequence(
      rows.map(({ start }) => start),
      repeat(
        scope,
        CELLS / 4,
        rule(scope, set, { w, gradient, slots: settings.momentum > 0 ? [slot] : [], rate }),
        ...rows.map(({ pointer }) => advance(scope, pointer, 16)),
      ),
    );
  });
  const row = (place: number, floats = CELLS) => new Float32Array(memory.buffer, place * BYTES, floats);
  const { step } = instantiate([update], memory) as unknown as { step: () => void };
  return { w: row(0), gradient: row(1), v: row(2), rate: row(3, 1), step };
}

const cases: SgdSettings[] = [
  { momentum: 0, nesterov: false, weightDecay: 0 },
  { momentum: 0, nesterov: false, weightDecay: 0.01 },
  { momentum: 0.9, nesterov: false, weightDecay: 0 },
  { momentum: 0.9, nesterov: false, weightDecay: 0.3 },
  { momentum: 0.9, nesterov: true, weightDecay: 0 },
  { momentum: 0.5, nesterov: true, weightDecay: 0.3 },
];
const best = bestInstructionSet();

describe.each(["simd", "relaxed-fma"] as const)("%s", (set) => {
  const here = best === "relaxed-fma" || set === best;
  describe.skipIf(missing(here, `the step with ${set}`, "this platform does not have it"))("five steps", () => {
    test.each(cases)("%j", (settings) => {
      const { momentum: μ, weightDecay: λ } = settings;
      const random = randomStream(1, "check");
      const number = () => random.uniform() * 2 - 1;
      const { w, gradient, v, rate, step } = machine(set, settings);
      for (let k = 0; k < CELLS; k++) w[k] = number();
      for (const η of [0.1, 0.03, 0.5, 0, 0.1]) {
        for (let k = 0; k < CELLS; k++) gradient[k] = number();
        rate[0] = η;
        const [theirs, velocity, before] = [w.slice(), v.slice(), w.slice()];
        sgd(settings).update(theirs, gradient, μ > 0 ? [velocity] : [], η);
        step();
        for (let k = 0; k < CELLS; k++) {
          // Three roundings on the way to v, two more to w; the largest number on the way is below these sums.
          const size = Math.abs(gradient[k]) + λ * Math.abs(before[k]) + Math.abs(velocity[k]) + 1;
          expect(Math.abs(v[k] - velocity[k])).toBeLessThanOrEqual((3 * size) / 8388608);
          expect(Math.abs(w[k] - theirs[k])).toBeLessThanOrEqual((3 * (Math.abs(before[k]) + 2 * η * size)) / 8388608);
        }
      }
      expect(v.some((value) => value !== 0)).toBe(μ > 0);
    });
  });
});

test("plain multiply and add: w − η·∂L/∂w rounds as two steps of float32 do", () => {
  const { w, gradient, rate, step } = machine("simd", cases[0]);
  [w[0], gradient[0], rate[0]] = [1 / 3, 0.7, 0.1];
  const [w0, d, η] = [w[0], gradient[0], rate[0]];
  step();
  expect(w[0]).toBe(Math.fround(w0 - Math.fround(η * d)));
});
