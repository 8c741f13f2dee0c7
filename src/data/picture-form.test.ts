// Pictures → input form: each step by hand, then digits that must come out unchanged, then pictures that have no form.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dataPath, missing } from "../../test/data.ts";
import type { DecodedImage } from "../base/host.ts";
import type { InputForm } from "./dataset.ts";
import { digits, digitsForm } from "./digits/digits.ts";
import { toForm } from "./picture-form.ts";

const PIXELS = 28 * 28;
const grey = (height: number, width: number): InputForm => ({
  shape: [height, width, 1],
  channels: "grey",
  resize: "stretch",
  polarity: "kept",
  centring: "none",
});
const rgb: InputForm = { ...grey(1, 1), shape: [1, 1, 3], channels: "rgb" };
const pixel = (...values: number[]) => picture(1, 1, values);

function picture(height: number, width: number, values: ArrayLike<number>): DecodedImage {
  const channels = (values.length / (height * width)) as DecodedImage["channels"];
  return { height, width, channels, pixels: Uint8Array.from(values) };
}

/** Paper of one level with a rectangle of another. */
function drawing(size: [number, number], paper: number, box: [number, number, number, number], ink: number) {
  const [height, width] = size;
  const [top, left, high, wide] = box;
  const inside = (y: number, x: number) => y >= top && y < top + high && x >= left && x < left + wide;
  return picture(
    height,
    width,
    Array.from({ length: height * width }, (_, i) => (inside(Math.floor(i / width), i % width) ? ink : paper)),
  );
}

/** First row, first column, height and width of what is not 0. */
function inkOf(pixels: Uint8Array) {
  const ys = [...pixels.keys()].filter((i) => pixels[i] > 0).map((i) => Math.floor(i / 28));
  const xs = [...pixels.keys()].filter((i) => pixels[i] > 0).map((i) => i % 28);
  const [top, left] = [Math.min(...ys), Math.min(...xs)];
  return [top, left, Math.max(...ys) - top + 1, Math.max(...xs) - left + 1];
}

describe("channels, by hand", () => {
  const cases: [string, DecodedImage, InputForm, number[], string[]][] = [
    ["grey stays", pixel(7), grey(1, 1), [7], []],
    [
      "RGB: (299·10 + 587·20 + 114·30)/1000 = 18.15",
      pixel(10, 20, 30),
      grey(1, 1),
      [18],
      ["grey from RGB (0.299 R + 0.587 G + 0.114 B)"],
    ],
    ["half black over white: (0·128 + 255·127)/255 = 127", pixel(0, 128), grey(1, 1), [127], ["alpha over white"]],
    ["an opaque alpha changes nothing", pixel(9, 255), grey(1, 1), [9], []],
    ["nothing over white is white", pixel(1, 2, 3, 0), rgb, [255, 255, 255], ["alpha over white"]],
    ["grey to RGB", pixel(7), rgb, [7, 7, 7], ["grey repeated in R, G and B"]],
    ["grey and alpha to RGB", pixel(0, 128), rgb, [127, 127, 127], ["alpha over white", "grey repeated in R, G and B"]],
    ["RGB stays", pixel(1, 2, 3), rgb, [1, 2, 3], []],
  ];
  test.each(cases)("%s", (_name, from, form, pixels, steps) => {
    const formed = toForm(from, form);
    expect([...formed.pixels]).toEqual(pixels);
    expect(formed.steps).toEqual(steps);
  });
});

describe("polarity", () => {
  const form: InputForm = { ...grey(3, 3), polarity: "light-on-dark" };
  test("dark on light is inverted: the border's 250 is above the middle of 10 … 250", () => {
    const formed = toForm(drawing([3, 3], 250, [1, 1, 1, 1], 10), form);
    expect([...formed.pixels]).toEqual([5, 5, 5, 5, 245, 5, 5, 5, 5]);
    expect(formed.steps).toEqual(["inverted (255 − v): border brighter than ink"]);
  });
  test("light on dark, one grey, and a form that keeps its polarity stay", () => {
    const light = drawing([3, 3], 10, [1, 1, 1, 1], 250);
    expect(toForm(light, form)).toEqual({ pixels: light.pixels, steps: [] });
    expect(toForm(drawing([3, 3], 250, [0, 0, 0, 0], 0), form).steps).toEqual([]);
    expect(toForm(drawing([3, 3], 250, [1, 1, 1, 1], 10), grey(3, 3)).steps).toEqual([]);
  });
  test("colours are judged by their luma and inverted one by one", () => {
    const colours = [...new Array(4).fill([255, 255, 200]), [0, 10, 20], ...new Array(4).fill([255, 255, 200])].flat();
    const formed = toForm(picture(3, 3, colours), { ...form, shape: [3, 3, 3], channels: "rgb" });
    expect([...formed.pixels.subarray(9, 18)]).toEqual([0, 0, 55, 255, 245, 235, 0, 0, 55]);
  });
});

describe("size", () => {
  test("the whole picture is resampled, rounded half up: (0 + 1 + 2 + 3)/4 = 1.5", () => {
    const formed = toForm(picture(2, 2, [0, 1, 2, 3]), grey(1, 1));
    expect([...formed.pixels]).toEqual([2]);
    expect(formed.steps).toEqual(["2 high, 2 wide resampled to 1 high, 1 wide"]);
  });
  test("every form, from 1 to 4 channels, gives height × width × channels", () => {
    const any = fc.record({
      height: fc.integer({ min: 1, max: 9 }),
      width: fc.integer({ min: 1, max: 9 }),
      channels: fc.constantFrom(1, 2, 3, 4),
      colour: fc.boolean(),
      polarity: fc.constantFrom("kept" as const, "light-on-dark" as const),
    });
    fc.assert(
      fc.property(any, fc.infiniteStream(fc.nat(255)), ({ height, width, channels, colour, polarity }, bytes) => {
        const values = Array.from({ length: height * width * channels }, () => Number(bytes.next().value));
        const form: InputForm = { ...(colour ? { ...rgb, shape: [5, 4, 3] } : grey(5, 4)), polarity };
        expect(toForm(picture(height, width, values), form).pixels.length).toBe(colour ? 60 : 20);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe("a digit in the middle", () => {
  test("a bar 40×10 becomes 20×5; its middle, (9.5, 2) in itself, goes to row 14, column 14", () => {
    const formed = toForm(drawing([100, 60], 0, [5, 40, 40, 10], 255), digitsForm);
    expect(inkOf(formed.pixels)).toEqual([5, 12, 20, 5]);
    expect(formed.steps).toEqual([
      "ink 40 high, 10 wide scaled to 20 high, 5 wide",
      "put in the middle of 28×28",
      "centre of mass moved by (1, 1) pixels (right, down)",
    ]);
  });
  test("a small one grows: 5×10 to 10×20", () => {
    expect(inkOf(toForm(drawing([28, 28], 0, [1, 1, 5, 10], 255), digitsForm).pixels)).toEqual([10, 5, 10, 20]);
  });
  test("dark ink on grey paper: 255 − 200 = 55 of paper goes, 255 − 40 − 55 = 160 of ink is brightened to 255", () => {
    const formed = toForm(drawing([60, 60], 200, [10, 10, 40, 40], 40), digitsForm);
    expect(formed.steps).toEqual([
      "inverted (255 − v): border brighter than ink",
      "paper of level 55 taken as 0, differences up to 0 as noise",
      "ink 40 high, 40 wide scaled to 20 high, 20 wide",
      "faint ink brightened: 160 to 255",
      "put in the middle of 28×28",
      "centre of mass moved by (1, 1) pixels (right, down)",
    ]);
    expect(new Set(formed.pixels)).toEqual(new Set([0, 255]));
  });
  test("noise of the paper and a speck are no ink", () => {
    const noisy = drawing([300, 300], 0, [100, 100, 80, 40], 255);
    for (let i = 0; i < noisy.pixels.length; i++) if (noisy.pixels[i] === 0) noisy.pixels[i] = 20 + ((i * 7) % 5);
    noisy.pixels[20 * 300 + 20] = 255;
    const formed = toForm(noisy, digitsForm);
    expect(formed.steps.slice(0, 2)).toEqual([
      "paper of level 22 taken as 0, differences up to 6 as noise",
      "ink 80 high, 40 wide scaled to 20 high, 10 wide",
    ]);
    expect(inkOf(formed.pixels)).toEqual([5, 10, 20, 10]);
  });
  test("nothing is cut off where the mass lies at one end: a heavy head on a long thin tail", () => {
    const club = drawing([28, 28], 0, [4, 4, 20, 20], 0);
    for (let x = 4; x < 24; x++) club.pixels[14 * 28 + x] = 200;
    for (let y = 9; y < 20; y++) for (let x = 4; x < 8; x++) club.pixels[y * 28 + x] = 255;
    const formed = toForm(club, digitsForm);
    expect(formed.steps).toEqual(["centre of mass moved by (4, 0) pixels (right, down)"]);
    expect(inkOf(formed.pixels)).toEqual([9, 8, 11, 20]);
  });
  test("a digit twice as large, dark on light, comes out as the digit: most exactly, nearly all with 9/10 of the ink in place", () => {
    const images = Uint8Array.from(digits({ count: 200 }).images);
    const shares = Array.from({ length: 200 }, (_, k) => {
      const digit = images.subarray(k * PIXELS, (k + 1) * PIXELS);
      const large = Array.from({ length: 4 * PIXELS }, (_, i) => {
        const [y, x] = [Math.floor(i / 56), i % 56];
        return 255 - digit[Math.floor(y / 2) * 28 + Math.floor(x / 2)];
      });
      const { pixels } = toForm(picture(56, 56, large), digitsForm);
      const differs = digit.reduce((sum, value, i) => sum + Math.max(0, value - pixels[i]), 0);
      return 1 - differs / digit.reduce((a, b) => a + b);
    });
    expect(shares.filter((share) => share === 1).length).toBeGreaterThan(100);
    expect(shares.filter((share) => share > 0.9).length).toBeGreaterThan(180);
  });
});

describe("normalised digits keep every pixel", () => {
  /** How many pictures come out as they went in; none of the others may change without a step. */
  const unchanged = (images: Uint8Array, invert: boolean) => {
    let same = 0;
    for (let from = 0; from < images.length; from += PIXELS) {
      const digit = images.subarray(from, from + PIXELS);
      const given = invert ? digit.map((value) => 255 - value) : digit;
      const { pixels, steps } = toForm({ width: 28, height: 28, channels: 1, pixels: given }, digitsForm);
      const equal = pixels.every((value, i) => value === digit[i]);
      if (equal) same++;
      else expect(steps.length).toBeGreaterThan(invert ? 1 : 0);
    }
    return same / (images.length / PIXELS);
  };
  test("drawn ones: at least 99 in 100, as they are and inverted", () => {
    const images = Uint8Array.from(digits({ count: 2000 }).images);
    expect(unchanged(images, false)).toBeGreaterThan(0.99);
    expect(unchanged(images, true)).toBeGreaterThan(0.99);
  });
  const mnist = dataPath("mnist", "train-images-idx3-ubyte.gz");
  test.skipIf(missing(mnist, "real digits keep every pixel", "the MNIST training images are not there"))(
    "real ones: at least 999 in 1,000",
    () => {
      const images = gunzipSync(readFileSync(mnist!)).subarray(16, 16 + 10_000 * PIXELS);
      expect(unchanged(images, true)).toBeGreaterThan(0.999);
    },
  );
});

describe("pictures without a form", () => {
  const wrong: [string, DecodedImage, InputForm, string][] = [
    ["nothing but paper", drawing([40, 40], 255, [0, 0, 0, 0], 0), digitsForm, "picture.ink"],
    ["contrast of 15", drawing([40, 40], 100, [10, 10, 10, 10], 115), digitsForm, "picture.ink"],
    ["white on transparent ground", picture(2, 2, [255, 255, 255, 0, 255, 0, 255, 0]), digitsForm, "picture.ink"],
    ["one speck in a large picture", drawing([400, 400], 0, [50, 50, 1, 1], 255), digitsForm, "picture.ink"],
    ["too few bytes", { ...pixel(1), width: 2 }, grey(1, 1), "picture.bytes"],
    ["no pixels", { height: 0, width: 0, channels: 1, pixels: new Uint8Array() }, grey(1, 1), "picture.bytes"],
    ["a raw form", pixel(1), { ...grey(1, 1), channels: "raw" }, "picture.form"],
    ["grey with 3 channels", pixel(1), { ...rgb, channels: "grey" }, "picture.form"],
    ["centring in another size", pixel(1), { ...grey(32, 32), centring: "mass-20" }, "picture.form"],
    ["another size, not to be resized", pixel(1), { ...grey(2, 2), resize: "none" }, "picture.size"],
  ];
  test.each(wrong)("%s", (_name, from, form, code) => {
    expect(() => toForm(from, form, "a.png")).toThrow(expect.objectContaining({ code, where: "a.png" }));
  });
});
