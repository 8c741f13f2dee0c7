// How the numbers of one tensor are written in its cells: few digits, and one power of ten for all of them where that keeps them short.
import { showNumber } from "../look/numbers.ts";

export interface Writing {
  /** Cells show the number divided by 10 to this power, a multiple of 3. */
  readonly exponent: number;
  /** Some cell shows less than what is stored; the legend says so. */
  readonly rounded: boolean;
  /** How many characters the longest text has. */
  readonly longest: number;
  text(value: number): string;
}

/** Chooses one way to write all of these numbers, with `digits` significant digits (default 3). */
export function writingOf(values: readonly number[], digits = 3): Writing {
  const finite = values.filter(Number.isFinite);
  const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const whole = finite.every(Number.isInteger) && largest < 10000;
  const exponent = whole || (largest >= 0.1 && largest < 10000) || largest === 0 ? 0 : powerOf(largest);
  const text = (value: number) => shorten(shift(value, exponent), whole, digits);
  const rounded = !whole && values.some((value) => !isShort(shift(value, exponent), digits));
  return { exponent, rounded, longest: Math.max(...values.map((value) => text(value).length)), text };
}

/** Powers below this one are not numbers any more. */
const lowest = -300;

/** The power of ten, in steps of three, that leaves one to three digits before the point. */
function powerOf(largest: number): number {
  const [, power] = largest.toExponential().split("e");
  return Math.max(lowest, 3 * Math.floor(Number(power) / 3));
}

/** Twelve digits hide what division by a power of ten adds to a short number. */
function shift(value: number, exponent: number): number {
  return exponent === 0 || !Number.isFinite(value) ? value : Number((value / Number(`1e${exponent}`)).toPrecision(12));
}

/** So many digits, of which at most so many stand behind the point; zeros at the end say that others were cut off. What would come out as 0 and
 * is not, is "≈0". */
function shorten(value: number, whole: boolean, digits: number): string {
  if (whole || isShort(value, digits)) return showNumber(value, digits).text;
  const size = Math.abs(value);
  const text = size < 0.1 || size >= 999 ? value.toFixed(size < 0.1 ? digits : 0) : value.toPrecision(digits);
  return Number(text) === 0 ? "≈0" : text.replace("-", "−");
}

/** Whether so many digits, at most so many behind the point, say all of it. */
function isShort(value: number, digits: number): boolean {
  return (
    !Number.isFinite(value) || (Number(value.toPrecision(digits)) === value && Number(value.toFixed(digits)) === value)
  );
}

/** "×10" with its power raised; empty for 0. HTML. */
export function powerText(exponent: number): string {
  return exponent === 0 ? "" : `×10<sup>${String(exponent).replace("-", "−")}</sup>`;
}
