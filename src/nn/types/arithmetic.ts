// Whole-number arithmetic in the type system: Add, Sub, Mul, Div and Mod of sizes, as lists of decimal digits.
//
// In the operations [Read<A>, Read<B>] has to stay written out: behind an alias TypeScript takes it for settled while
// A and B are still open, and every result is `number`.

/** A size along an axis; "none" means that there is no such size (below zero, or divided by zero). */
export type Size = number | "none";

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type Digits = Digit[];

/** Row[d] is d long: digits are added by laying their rows end to end. */
type Row = [
  [],
  [1],
  [1, 1],
  [1, 1, 1],
  [1, 1, 1, 1],
  [1, 1, 1, 1, 1],
  [1, 1, 1, 1, 1, 1],
  [1, 1, 1, 1, 1, 1, 1],
  [1, 1, 1, 1, 1, 1, 1, 1],
  [1, 1, 1, 1, 1, 1, 1, 1, 1],
];
type AsIs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
type NinesComplement = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0];

/** 120 to [1, 2, 0]; "none" for what is not one known whole number from 0 up. */
type Read<N extends Size> = number extends N ? "none" : IsUnion<N> extends true ? "none" : ReadText<`${N}`>;
type ReadText<S extends string, Out extends Digits = []> = S extends `${infer D extends Digit}${infer Rest}`
  ? ReadText<Rest, [...Out, D]>
  : S extends ""
    ? Out
    : "none";
type IsUnion<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never;

/** [0, 1, 2, 0] to 120. */
type Print<D extends Digits, Out extends string = ""> = D extends [
  infer First extends Digit,
  ...infer Rest extends Digits,
]
  ? Print<Rest, Out extends "0" ? `${First}` : `${Out}${First}`>
  : Out extends `${infer N extends number}`
    ? N
    : 0;

type Last<D extends Digits> = D extends [...Digits, infer L extends Digit] ? L : 0;
type Init<D extends Digits> = D extends [...infer I extends Digits, Digit] ? I : [];

/** [the digits of A plus B, the last carry]; each digit of B is looked up in As first. */
type Sum<A extends Digits, B extends Digits, As extends Digits, Carry extends Digit, Out extends Digits = []> = [
  A,
  B,
] extends [[], []]
  ? [Out, Carry]
  : `${[...Row[Last<A>], ...Row[As[Last<B>]], ...Row[Carry]]["length"] & number}` extends infer N
    ? N extends `1${infer D extends Digit}`
      ? Sum<Init<A>, Init<B>, As, 1, [D, ...Out]>
      : N extends `${infer D extends Digit}`
        ? Sum<Init<A>, Init<B>, As, 0, [D, ...Out]>
        : never
    : never;

type Plus<A extends Digits, B extends Digits> =
  Sum<A, B, AsIs, 0> extends [infer D extends Digits, infer Carry extends Digit] ? [Carry, ...D] : never;

/** A − B, or "none" below 0: A plus the nines' complement of B plus 1 carries exactly when A ≥ B. */
type Minus<A extends Digits, B extends Digits> =
  Sum<A, B, NinesComplement, 1> extends [infer D extends Digits, 1] ? D : "none";

type Times<A extends Digits, B extends Digits, Out extends Digits = []> = B extends [
  infer First extends Digit,
  ...infer Rest extends Digits,
]
  ? Times<A, Rest, Repeat<A, Row[First], [...Out, 0]>>
  : Out;
type Repeat<A extends Digits, Marks extends 1[], Out extends Digits> = Marks extends [1, ...infer Rest extends 1[]]
  ? Repeat<A, Rest, Plus<Out, A>>
  : Out;

/** Long division: [quotient, remainder]. */
type Over<A extends Digits, B extends Digits, Q extends Digits = [], R extends Digits = []> = A extends [
  infer First extends Digit,
  ...infer Rest extends Digits,
]
  ? TakeAway<[...R, First], B> extends [infer D extends Digit, infer Left extends Digits]
    ? Over<Rest, B, [...Q, D], Left>
    : never
  : [Q, R];
type TakeAway<A extends Digits, B extends Digits, Marks extends 1[] = []> =
  Minus<A, B> extends infer Left extends Digits ? TakeAway<Left, B, [...Marks, 1]> : [Marks["length"], A];

/** The result where A and B are not both one known whole number: "none" stays "none", the rest is `number`. */
type Otherwise<AB> = "none" extends AB ? "none" : number;

/** A + B. */
export type Add<A extends Size, B extends Size> = [Read<A>, Read<B>] extends [
  infer X extends Digits,
  infer Y extends Digits,
]
  ? Print<Plus<X, Y>>
  : Otherwise<A | B>;

/** A − B; "none" below 0. */
export type Sub<A extends Size, B extends Size> = [Read<A>, Read<B>] extends [
  infer X extends Digits,
  infer Y extends Digits,
]
  ? Minus<X, Y> extends infer D extends Digits
    ? Print<D>
    : "none"
  : Otherwise<A | B>;

/** A · B. */
export type Mul<A extends Size, B extends Size> = [Read<A>, Read<B>] extends [
  infer X extends Digits,
  infer Y extends Digits,
]
  ? Print<Times<X, Y>>
  : Otherwise<A | B>;

/** A ÷ B, rounded down; "none" where B is 0. */
export type Div<A extends Size, B extends Size> = B extends 0
  ? "none"
  : [Read<A>, Read<B>] extends [infer X extends Digits, infer Y extends Digits]
    ? Print<Over<X, Y>[0]>
    : Otherwise<A | B>;

/** The remainder of A ÷ B; "none" where B is 0. */
export type Mod<A extends Size, B extends Size> = B extends 0
  ? "none"
  : [Read<A>, Read<B>] extends [infer X extends Digits, infer Y extends Digits]
    ? Print<Over<X, Y>[1]>
    : Otherwise<A | B>;
