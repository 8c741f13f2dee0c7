// The drawn digits: shapes, order of draws, normalisation, the same bytes for ever, options.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomStream } from "../../base/random.ts";
import { hashDataset } from "../hash.ts";
import { diceOf } from "./dice.ts";
import { type DigitsOptions, digits, digitsForm } from "./digits.ts";
import { skeletons } from "./skeletons.ts";

const PIXELS = 28 * 28;
const picture = (options: DigitsOptions, k: number) => digits(options).images.subarray(k * PIXELS, (k + 1) * PIXELS);
const pictures = (images: Uint8Array | Float32Array) =>
  Array.from({ length: images.length / PIXELS }, (_, k) => images.subarray(k * PIXELS, (k + 1) * PIXELS));

describe("skeletons", () => {
  test("83 ways of writing, 4 to 15 a digit", () => {
    expect(skeletons.map((ways) => ways.length)).toEqual([5, 4, 15, 6, 7, 7, 6, 11, 11, 11]);
  });
  test("the first one is a straight stroke of 3 points, weight 10, its middle at the origin", () => {
    const [{ weight, strokes }] = skeletons[1];
    expect(weight).toBe(10);
    expect(strokes).toEqual([
      {
        closed: false,
        points: [
          { x: 0, y: -0.5, corner: false },
          { x: 0, y: 0, corner: false },
          { x: 0, y: 0.5, corner: false },
        ],
      },
    ]);
  });
  test("corners, lifted pens and rings are read", () => {
    const seven = skeletons[7][1];
    expect(seven.strokes.map((stroke) => stroke.points.length)).toEqual([5, 2]);
    expect(seven.strokes[0].points.map((point) => point.corner)).toEqual([false, false, true, false, false]);
    expect(skeletons[0][0].strokes[0].closed).toBe(true);
  });
});

describe("dice", () => {
  const fixed = (...words: number[]) => {
    const bits = () => words.shift() ?? 0;
    return diceOf({ bits, uniform: () => bits() / 4294967296, below: () => 0 });
  };
  test("a normal draw is the four bytes of a word: 255 of each is the greatest, (1020 − 510)/√21845 spreads", () => {
    expect(fixed(0xffffffff).normal(2)).toBe((2 * 510) / Math.sqrt(21845));
    expect(fixed(0).normal(1)).toBe(-510 / Math.sqrt(21845));
    expect(fixed(0x80_7f_80_7f).normal(1)).toBe(0);
  });
  test("a choice by weight: 1/4 of the words gives the first of [1, 3]", () => {
    expect(fixed(0x3fffffff).pick([1, 3])).toBe(0);
    expect(fixed(0x40000000).pick([1, 3])).toBe(1);
    expect(fixed(0xffffffff).pick([1, 3])).toBe(1);
    expect(fixed(0).pick([0, 1])).toBe(1);
  });
  test("20,000 normal draws have mean 0 and the spread asked for", () => {
    const dice = diceOf(randomStream(5, "check"));
    const draws = Array.from({ length: 20_000 }, () => dice.normal(3));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(Math.abs(Math.sqrt(variance) - 3)).toBeLessThan(0.1);
  });
});

describe("digits", () => {
  test("the same bytes on every machine: known hashes", () => {
    expect(hashDataset(digits({ count: 1000 }))).toBe("34c2f02635bd4338");
    expect(hashDataset(digits({ split: "test", count: 1000 }))).toBe("f07a1624e1182335");
  });

  test("20,000 to train and 4,000 to test, ten classes, the form that models store", () => {
    const train = digits();
    expect(train).toMatchObject({ count: 20_000, shape: [28, 28, 1], input: digitsForm });
    expect(train.classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect([train.images.length, train.labels.length]).toEqual([20_000 * PIXELS, 20_000]);
    expect(digits({ split: "test" }).count).toBe(4_000);
    expect(digitsForm).toEqual({
      shape: [28, 28, 1],
      channels: "grey",
      resize: "stretch",
      polarity: "light-on-dark",
      centring: "mass-20",
    });
  });

  test("labels come as often as the recipe says: 2 and 8 1.35 times, 3 and 7 1.1 times", () => {
    const often = [1, 1, 1.35, 1.1, 1, 1, 1, 1.1, 1.35, 1];
    const counts = new Array<number>(10).fill(0);
    for (const label of digits().labels) counts[label]++;
    counts.forEach((count, label) => {
      const expected = (20_000 * often[label]) / 10.9;
      expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));
    });
  });

  test("a picture depends on the seed and its index alone: a small set is the beginning of a large one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 1, max: 20 }), (seed, count) => {
        const large = digits({ seed, count: 21 });
        const small = digits({ seed, count });
        expect(small.images).toEqual(large.images.subarray(0, count * PIXELS));
        expect(small.labels).toEqual(large.labels.subarray(0, count));
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  test("another seed draws other training pictures and the same test pictures; no test picture is a training one", () => {
    expect(picture({ seed: 1, count: 1 }, 0)).not.toEqual(picture({ seed: 2, count: 1 }, 0));
    const held = digits({ split: "test", count: 50, seed: 1 });
    expect(digits({ split: "test", count: 50, seed: 2 })).toEqual(held);
    const text = (set: { images: Uint8Array | Float32Array }) => pictures(set.images).map((one) => one.join());
    const drawn = new Set([0, 1, 2].flatMap((seed) => text(digits({ count: 50, seed }))));
    expect(drawn.size).toBe(150);
    expect(text(held).some((one) => drawn.has(one))).toBe(false);
  });

  test("ink is about 20 pixels long and its centre of mass nearest to pixel (14, 14)", () => {
    const long = pictures(digits({ count: 2000 }).images).map((levels) => {
      let [mass, sumY, sumX] = [0, 0, 0];
      const rows = new Set<number>();
      const columns = new Set<number>();
      levels.forEach((value, i) => {
        mass += value;
        sumY += value * Math.floor(i / 28);
        sumX += value * (i % 28);
        if (value > 0) rows.add(Math.floor(i / 28)) && columns.add(i % 28);
      });
      expect(Math.abs(sumY / mass - 14)).toBeLessThanOrEqual(0.55);
      expect(Math.abs(sumX / mass - 14)).toBeLessThanOrEqual(0.55);
      return Math.max(rows.size, columns.size);
    });
    expect(long.filter((length) => length >= 19 && length <= 21).length).toBeGreaterThan(1960);
    expect(Math.min(...long)).toBeGreaterThanOrEqual(17);
    expect(Math.max(...long)).toBeLessThanOrEqual(24);
  });

  const wrong: [string, object][] = [
    ["split", { split: "validation" }],
    ["split", { split: "toString" }],
    ["count", { count: 0 }],
    ["count", { count: 2.5 }],
    ["count", { count: 1_000_001 }],
    ["count", { count: "10" }],
    ["seed", { seed: -1 }],
    ["seed", { seed: 4294967296 }],
    ["seed", { seed: Number.NaN }],
  ];
  test.each(wrong)("a wrong %s is named: %o", (option, options) => {
    expect(() => digits(options)).toThrow(
      expect.objectContaining({ code: "option.value", where: `digits, option ${option}` }),
    );
  });
});
