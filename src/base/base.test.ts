// Random numbers against the published vectors; exp and log against the platform's; the shape of an error.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CutawayError } from "./errors.ts";
import { exp, log, normal } from "./math.ts";
import { permutation, philox, randomStream } from "./random.ts";
import { cellAt, offsetOf, sizeOf } from "./shape.ts";
import { fail } from "./words/model.ts";

const words = (...hex: string[]) => hex.map((word) => Number.parseInt(word, 16));

describe("Philox4x32-10", () => {
  const vectors: [string, number[], [number, number], number[]][] = [
    ["zeros", [0, 0, 0, 0], [0, 0], words("6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8")],
    [
      "ones",
      new Array(4).fill(0xffffffff),
      [0xffffffff, 0xffffffff],
      words("408f276d", "41c83b0e", "a20bc7c6", "6d5451fd"),
    ],
    [
      "digits of pi",
      words("243f6a88", "85a308d3", "13198a2e", "03707344"),
      [0xa4093822, 0x299f31d0],
      words("d16cfe09", "94fdcceb", "5001e420", "24126ea1"),
    ],
  ];
  test.each(vectors)("the published vector of %s", (_name, counter, key, expected) => {
    const out = new Uint32Array(4);
    philox(Uint32Array.from(counter), key, out);
    expect([...out]).toEqual(expected);
  });

  test("a stream depends on seed, use and place, and on nothing else", () => {
    const first = (seed: number, use: "shuffle" | "split", place: number) => randomStream(seed, use, place).bits();
    expect(first(1, "shuffle", 0)).toBe(first(1, "shuffle", 0));
    expect(
      new Set([first(1, "shuffle", 0), first(2, "shuffle", 0), first(1, "split", 0), first(1, "shuffle", 1)]).size,
    ).toBe(4);
  });

  test("a permutation holds each number once", () => {
    expect([...permutation(1000, randomStream(3, "shuffle"))].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    );
  });
});

describe("exp, log and normal", () => {
  const close = (ours: number, theirs: number) => {
    expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(2.3e-16 * Math.abs(theirs) + 5e-324);
  };
  test("exp is within one unit in the last place of the platform's", () => {
    fc.assert(
      fc.property(fc.double({ min: -745, max: 709, noNaN: true }), (x) => close(exp(x), Math.exp(x))),
      { seed: 1, numRuns: 5000 },
    );
    expect([exp(0), exp(-746), exp(710), exp(Number.NaN)]).toEqual([1, 0, Number.POSITIVE_INFINITY, Number.NaN]);
  });
  test("log is within one unit in the last place of the platform's", () => {
    fc.assert(
      fc.property(fc.double({ min: 5e-324, max: 1e308, noNaN: true }), (x) => close(log(x), Math.log(x))),
      { seed: 1, numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 2, noNaN: true }), (x) => close(log(x), Math.log(x))),
      { seed: 2, numRuns: 5000 },
    );
    expect([log(1), log(0), log(-1)]).toEqual([0, Number.NEGATIVE_INFINITY, Number.NaN]);
  });
  test("normal deviates have mean 0 and variance 1", () => {
    const { uniform } = randomStream(7, "initialise");
    const draws = Array.from({ length: 20000 }, () => normal(uniform));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });
});

test("offset and cell undo each other, the last index fastest", () => {
  expect(offsetOf([2, 3, 4], [1, 2, 3])).toBe(23);
  expect(Array.from({ length: sizeOf([2, 3, 4]) }, (_, k) => offsetOf([2, 3, 4], cellAt([2, 3, 4], k)))).toEqual(
    Array.from({ length: 24 }, (_, k) => k),
  );
});

test("an error carries its data and says it in one line", () => {
  const thrown = (() => {
    try {
      return fail("option.value", {
        where: "conv1",
        option: "strides",
        expected: "whole numbers from 1 up",
        received: 0,
      });
    } catch (error) {
      return error as CutawayError;
    }
  })();
  expect(thrown).toBeInstanceOf(CutawayError);
  expect(thrown).toMatchObject({ code: "option.value", where: "conv1, option strides", received: "0" });
  expect(thrown.message).toBe("conv1, option strides: expected whole numbers from 1 up, got 0. Change strides.");
});
