// Resampling: numbers by hand, then what holds for every size.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resample, toBytes } from "./resample.ts";

const row = (values: number[], width: number) => [
  ...resample(Uint8Array.from(values), { height: 1, width: values.length }, 1, { height: 1, width }),
];

describe("one row, by hand", () => {
  test("halving averages pairs", () => {
    expect(row([10, 20, 30, 50], 2)).toEqual([15, 40]);
  });
  test("3 pixels to 2: each output holds one and a half, (1·10 + ½·40)/1.5 and (½·40 + 1·100)/1.5", () => {
    expect(row([10, 40, 100], 2)).toEqual([20, 80]);
  });
  test("doubling: the middles lie at −¼, ¼, ¾ and 1¼; beyond the outer middles the outer pixel holds", () => {
    expect(row([0, 100], 4)).toEqual([0, 25, 75, 100]);
  });
  test("2 pixels to 3: the middles lie at −1/6, 1/2 and 7/6", () => {
    expect(row([0, 100], 3)).toEqual([0, 50, 100]);
  });
  test("to one pixel: the mean", () => {
    expect(row([1, 2, 6], 1)).toEqual([3]);
  });
});

test("height shrinks while width grows, channels apart", () => {
  const pixels = Uint8Array.of(0, 200, 100, 0, 100, 0, 200, 100);
  expect([...resample(pixels, { height: 2, width: 2 }, 2, { height: 1, width: 4 })]).toEqual([
    50, 100, 75, 87.5, 125, 62.5, 150, 50,
  ]);
});

test("bytes are rounded half up", () => {
  expect([...toBytes(Float64Array.of(0, 0.49, 0.5, 1.5, 254.5, 255))]).toEqual([0, 0, 1, 2, 255, 255]);
});

describe("every size", () => {
  const side = fc.integer({ min: 1, max: 12 });
  const picture = fc.tuple(side, side, fc.integer({ min: 1, max: 3 })).chain(([height, width, channels]) =>
    fc.record({
      from: fc.constant({ height, width }),
      channels: fc.constant(channels),
      pixels: fc.uint8Array({ minLength: height * width * channels, maxLength: height * width * channels }),
    }),
  );
  const settings = { seed: 1, numRuns: 300 };

  test("the same size gives the same numbers", () => {
    fc.assert(
      fc.property(picture, ({ from, channels, pixels }) => {
        expect([...resample(pixels, from, channels, from)]).toEqual([...pixels]);
      }),
      settings,
    );
  });
  test("no result is outside of the pixels' range; one grey stays exactly that grey", () => {
    fc.assert(
      fc.property(picture, side, side, ({ from, channels, pixels }, height, width) => {
        const out = resample(pixels, from, channels, { height, width });
        expect(out.length).toBe(height * width * channels);
        expect(Math.min(...out)).toBeGreaterThanOrEqual(Math.min(...pixels));
        expect(Math.max(...out)).toBeLessThanOrEqual(Math.max(...pixels));
        const grey = pixels.fill(pixels[0]);
        expect(new Set(resample(grey, from, channels, { height, width }))).toEqual(new Set([pixels[0]]));
      }),
      settings,
    );
  });
  test("shrinking keeps the mean", () => {
    fc.assert(
      fc.property(picture, side, side, ({ from, channels, pixels }, height, width) => {
        const to = { height: Math.min(height, from.height), width: Math.min(width, from.width) };
        const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
        expect(mean(resample(pixels, from, channels, to))).toBeCloseTo(mean(pixels), 9);
      }),
      settings,
    );
  });
  test("a mirrored picture gives the mirrored result", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 30 }), (pixels, width) => {
        expect(row([...pixels].reverse(), width)).toEqual(row([...pixels], width).reverse());
      }),
      settings,
    );
  });
});
