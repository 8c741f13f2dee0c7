// The types of layer options, and the check that refuses impossible ones where they are written.

/** One size for both axes, or [height, width]. */
export type Pair = number | [number, number] | readonly [number, number];

interface Options {
  padding: "valid" | "same" | number | readonly [readonly [number, number], readonly [number, number]];
}

/** No padding, TensorFlow's `same`, one width for all sides, or [[top, bottom], [left, right]]. */
// Read out of an interface, so that an error lists the choices instead of the name `Padding`.
export type Padding = Options["padding"];

/** The option's own type or, where it holds a literal that is not a whole number from 1 up, a sentence that says so. */
export type FromOne<P extends Pair, Option extends string> =
  Extract<`${Parts<P>}`, "0" | `-${string}` | `${string}.${string}`> extends never
    ? P
    : `${Option} must be whole and at least 1`;
type Parts<P extends Pair> = P extends readonly [infer A extends number, infer B extends number] ? A | B : P & number;
