// conv2d: the direct kernels against the definition, by themselves: random settings, groups of images, cuts, epilogues, poisoned memory.
import { describe, expect, test } from "vitest";
import { missing } from "../../../test/data.ts";
import { type Call, type Case, caseOf, fill, run, truth } from "../../../test/ops/convolution-kernels.ts";
import { bestInstructionSet } from "../../backend/wasm/platform.ts";
import { randomStream } from "../../base/random.ts";
import { direct } from "./direct.ts";

const best = bestInstructionSet();
const sets = ["simd", "relaxed-fma"] as const;

/** The first so many seeds whose settings fit together. */
function cases(count: number, set: (typeof sets)[number], whole: boolean): Case[] {
  const made: Case[] = [];
  for (let seed = 1; made.length < count; seed++) {
    const found = caseOf(randomStream(seed, "check"), set, whole);
    if (found) made.push(found);
  }
  return made;
}

describe.each(sets)("%s", (set) => {
  const here = best === "relaxed-fma" || set === best;
  describe.skipIf(missing(here, `kernels with ${set}`, "this platform does not have them"))("kernels", () => {
    test("whole numbers: 150 random settings give exactly what the definition gives, ties and all", () => {
      for (const one of cases(150, set, true)) {
        const found = run(direct, one, { pieces: false, alone: false });
        const expected = truth(one);
        for (const [name, numbers] of Object.entries(expected)) {
          // The sign of a zero is nobody's business: adding 0 takes it away.
          const [ours, theirs] = [found[name], numbers].map((list) => list.map((v) => v + 0));
          expect(ours, `${one.label} ${name}`).toEqual(theirs);
        }
      }
    });

    test.each([0, 1, 2, 3])(
      "a NaN in cell %i of a window reaches the pooled output, and no gradient comes back",
      (cell) => {
        const options = { filters: 5, kernelSize: [1, 1], strides: [1, 1], dilationRate: [1, 1], groups: 1 } as const;
        const site = {
          options: { ...options, padding: "valid", useBias: false } as const,
          inputs: [[2, 2, 1]],
          output: [2, 2, 5],
        };
        const random = randomStream(1, "check");
        const filled = fill({ site, epilogue: "pool", set, random, number: () => 1, images: 1 });
        filled.inputs[0][cell] = Number.NaN;
        const found = run(direct, { ...filled, inputGradient: "write" }, { pieces: false, alone: false });
        expect(found.output).toEqual(new Array(5).fill(Number.NaN));
        expect(found.inputGradient).toEqual([0, 0, 0, 0]);
      },
    );

    test("fractions: neither cuts nor the size of the group change a bit", () => {
      for (const one of cases(60, set, false)) {
        const whole = run(direct, one, { pieces: false, alone: false });
        const other: Call[] = [
          { pieces: true, alone: false },
          { pieces: false, alone: true },
        ];
        for (const call of other) expect(run(direct, one, call), one.label).toEqual(whole);
      }
    });
  });
});
