// The tests that every operation passes, declared over random settings with a fixed seed.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Coverage, checkAccounts, checkAccumulation, checkGradients, noCoverage, type Trial } from "./checks.ts";

/** `least`: how many cells of each kind the accounts must have met. */
export function suite(trials: fc.Arbitrary<Trial>, least: Partial<Coverage>, numRuns = 40): void {
  describe("on random settings", () => {
    test("gradients agree with central differences", () => {
      fc.assert(fc.property(trials, checkGradients), { seed: 1, numRuns });
    });
    test("accounts: the terms in order give every stored number, bit for bit", () => {
      const coverage = noCoverage();
      fc.assert(
        fc.property(trials, (trial) => checkAccounts(trial, coverage)),
        { seed: 2, numRuns },
      );
      const met = Object.entries(least).filter(([kind, cells]) => coverage[kind as keyof Coverage] >= cells);
      expect(met, JSON.stringify(coverage)).toEqual(Object.entries(least));
    });
    test("backward adds to what is there and computes only what is wanted", () => {
      fc.assert(fc.property(trials, checkAccumulation), { seed: 3, numRuns });
    });
  });
}
