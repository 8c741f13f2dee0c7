// Numbers and shapes as pictures write them.
import { formatNumber, isRounded } from "../../trace/notation.ts";

/** A whole number as it is, any other with `digits` significant digits (default 4), U+2212 for minus; `rounded` where more is stored. */
export function showNumber(value: number, digits = 4): { readonly text: string; readonly rounded: boolean } {
  return { text: formatNumber(value, digits), rounded: isRounded(value, digits) };
}

/** How many significant digits, 4 … 17, it takes to tell the different ones among the values apart. */
export function tellApart(values: readonly number[]): number {
  const different = new Set(values).size;
  let digits = 4;
  while (digits < 17 && new Set(values.map((value) => formatNumber(value, digits))).size < different) digits++;
  return digits;
}

/** Numbers that are compared with each other, with as many digits as `tellApart` says. */
export function toldApart(...values: readonly number[]): string[] {
  const digits = tellApart(values);
  return values.map((value) => formatNumber(value, digits));
}

/** "26×26×8": rows, columns, channels. A single number has no sizes: "1". */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? "1" : shape.join("×");
}
