// Mixing of colours in OKLab as CSS Color 4 defines color-mix(in oklab, …), with the same bits on every machine.
// Matrices: Björn Ottosson, "A perceptual color space for image processing" (2020, revised 2021). Curve of sRGB: IEC 61966-2-1.
import { exp, log } from "../../base/math.ts";

/** Three numbers: red, green, blue 0 … 1, or L, a, b. */
export type Triple = readonly [number, number, number];

/** "#e66101" as 0 … 1. */
export function readHex(hex: string): Triple {
  const part = (from: number) => Number.parseInt(hex.slice(from, from + 2), 16) / 255;
  return [part(1), part(3), part(5)];
}

function writeHex(colour: Triple): string {
  const bytes = colour.map((part) => Math.round(255 * Math.min(1, Math.max(0, part))));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

const power = (x: number, exponent: number) => (x <= 0 ? 0 : exp(exponent * log(x)));
const cube = (x: number) => x * x * x;
const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : power((part + 0.055) / 1.055, 2.4));
const curved = (part: number) => (part <= 0.0031308 ? 12.92 * part : 1.055 * power(part, 1 / 2.4) - 0.055);

/** Amounts of light 0 … 1 of an sRGB colour. */
export function linearLight([red, green, blue]: Triple): Triple {
  return [linear(red), linear(green), linear(blue)];
}

export function toOklab(hex: string): Triple {
  const [red, green, blue] = linearLight(readHex(hex));
  const long = power(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue, 1 / 3);
  const medium = power(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue, 1 / 3);
  const short = power(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue, 1 / 3);
  return [
    0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
  ];
}

function fromOklab([lightness, a, b]: Triple): string {
  const long = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
  const medium = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
  const short = cube(lightness - 0.0894841775 * a - 1.291485548 * b);
  return writeHex([
    curved(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    curved(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    curved(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ]);
}

/** "#rrggbb" of `share` (0 … 1) of one colour and the rest of the other. */
export function mixOklab(one: Triple, other: Triple, share: number): string {
  const part = (axis: number) => one[axis] * share + other[axis] * (1 - share);
  return fromOklab([part(0), part(1), part(2)]);
}
