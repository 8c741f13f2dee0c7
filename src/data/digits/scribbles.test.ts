// Scribbles: the box and the centre of the digits, the same bytes for ever, a function of seed and index alone, options.
import { describe, expect, test } from "vitest";
import { digits } from "./digits.ts";
import { type ScribblesOptions, scribbles } from "./scribbles.ts";

const text = (pictures: readonly Uint8Array[]) => pictures.map((picture) => picture.join());

describe("scribbles", () => {
  test("a picture depends on the seed and its index alone: a small set is the beginning of a large one", () => {
    expect(scribbles({ seed: 4, count: 9 })).toEqual(scribbles({ seed: 4, count: 20 }).slice(0, 9));
    const drawn = text([1, 2, 3].flatMap((seed) => scribbles({ seed, count: 30 })));
    expect(new Set(drawn).size).toBe(90);
    expect(text([digits({ count: 30 }).images.subarray(0, 784) as Uint8Array]).some((one) => drawn.includes(one))).toBe(
      false,
    );
  });

  test("a thousand of seed 1 where nothing is said", () => {
    const usual = scribbles();
    expect(usual.length).toBe(1000);
    expect(usual[7]).toEqual(scribbles({ seed: 1, count: 8 })[7]);
  });

  test("ink is about 20 pixels long and its centre of mass nearest to pixel (14, 14), as of digits", () => {
    const long = scribbles({ count: 700, seed: 2 }).map((levels) => {
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
    expect(long.filter((length) => length >= 18 && length <= 22).length).toBeGreaterThan(650);
  });

  test("more ink than digits have: they go over the same place again and again", () => {
    const inkOf = (levels: ArrayLike<number>) =>
      Array.from(levels).reduce((sum, value) => sum + value, 0) / levels.length;
    const mean = scribbles({ count: 350 }).reduce((sum, picture) => sum + inkOf(picture), 0) / 350;
    expect(mean).toBeGreaterThan(1.2 * inkOf(digits({ count: 350 }).images));
  });

  const wrong: [string, object][] = [
    ["count", { count: 0 }],
    ["count", { count: 1_000_001 }],
    ["count", { count: "10" }],
    ["seed", { seed: -1 }],
    ["seed", { seed: 1.5 }],
  ];
  test.each(wrong)("a wrong %s is named: %o", (option, options) => {
    expect(() => scribbles(options as ScribblesOptions)).toThrow(
      expect.objectContaining({ code: "option.value", where: `scribbles, option ${option}` }),
    );
  });
});
