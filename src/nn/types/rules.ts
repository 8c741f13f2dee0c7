// The shape rules of the layers: from the shape a layer is given to the one it gives, or to a sentence that says why not.
import type { Shape } from "../../base/shape.ts";
import type { Add, Div, Mod, Mul, Size, Sub } from "./arithmetic.ts";
import type { Padding, Pair } from "./options.ts";

/** Turns the shape `in` into `out`: another shape, or a sentence. A layer's rule extends it and computes `out` from `this["in"]`. */
export interface Rule {
  in: unknown;
  out: unknown;
}
/** What rule R makes of shape S. */
export type Apply<R extends Rule, S extends Shape> = (R & { in: S })["out"];

// ---- Shapes in words ----

/** "[28, 28, 1]"; "?" for a size known only as a number, "[...]" for a shape of unknown rank. */
type Show<S, Out extends string = ""> = number[] extends S
  ? "[...]"
  : S extends readonly [infer N, ...infer Rest]
    ? Show<Rest, `${Out}${Out extends "" ? "" : ", "}${Word<N>}`>
    : `[${Out}]`;
/** "3×5". */
type Cross<A, B> = `${Word<A>}×${Word<B>}`;
type Word<N> = number extends N ? "?" : `${N & Size}`;

// ---- Options ----

type Two = [number, number];
/** [height, width]. A 0 counts as unknown: its layer refuses it already, and one mistake is one error. */
type PairOf<P extends Pair> = [P] extends [readonly [infer A extends number, infer B extends number]]
  ? [NotZero<A>, NotZero<B>]
  : [P] extends [number]
    ? [NotZero<P>, NotZero<P>]
    : Two;
type NotZero<N extends number> = N extends 0 ? number : N;

/** One entry an axis: "same", [before, after], or `unknown`. */
type PaddingOf<P extends Padding> = [P] extends ["valid"]
  ? [[0, 0], [0, 0]]
  : [P] extends ["same"]
    ? ["same", "same"]
    : [P] extends [number]
      ? [[P, P], [P, P]]
      : [P] extends [readonly [infer Rows, infer Columns]]
        ? [Rows, Columns]
        : [unknown, unknown];

// ---- Windows: convolution and pooling ----

// Dilation 1, stride 1 and one group are answered without arithmetic: most layers have them.

/** What a kernel of size K spans once dilated: (K − 1)·dilation + 1. */
type Span<K extends number, Dilation extends number> = [Dilation] extends [1] ? K : Add<Mul<Sub<K, 1>, Dilation>, 1>;

/** The axis with its padding. */
type Padded<N extends Size, P> = P extends readonly [infer Before extends number, infer After extends number]
  ? [Before, After] extends [0, 0]
    ? N
    : Add<N, Add<Before, After>>
  : N;

/** How many windows stand along an axis of size N: ⌈N / stride⌉ for `same`, else ⌊(padded N − reach) / stride⌋ + 1. */
type Windows<N extends Size, Reach extends Size, Stride extends Size, P> = P extends "same"
  ? Quotient<Sub<Add<N, Stride>, 1>, Stride>
  : P extends readonly [number, number]
    ? Add<Quotient<Sub<Padded<N, P>, Reach>, Stride>, 1>
    : number;

type Quotient<A extends Size, Stride extends Size> = [Stride] extends [1] ? A : Div<A, Stride>;

/** Slides a window over the image S; C channels come out. K is the window as written, Reach as dilated. */
type Slide<
  Name extends string,
  Noun extends string,
  S extends Shape,
  C,
  K extends Two,
  Reach extends [Size, Size],
  St extends Two,
  P extends unknown[],
> = [Windows<S[0], Reach[0], St[0], P[0]>, Windows<S[1], Reach[1], St[1], P[1]>] extends [
  infer H extends number,
  infer W extends number,
]
  ? [H, W, C]
  : `${Name}: the ${Cross<K[0], K[1]>} ${Noun}${Grown<K, Reach, "dilated">} does not fit the ${Cross<S[0], S[1]>} image${Grown<
      [S[0], S[1]],
      [Padded<S[0], P[0]>, Padded<S[1], P[1]>],
      "padded"
    >}; make it smaller or add padding`;

/** " padded to 30×30" where that is another size than From. */
type Grown<From extends Size[], To extends Size[], How extends string> = From extends To
  ? ""
  : ` ${How} to ${Cross<To[0], To[1]>}`;

/** A shape of unknown rank is taken for an image: its checks are left to run time. */
type Image<S> = number[] extends S ? [number, number, number] : S;
type NotAnImage<
  Name extends string,
  S,
> = `${Name} needs an image [height, width, channels], got ${Show<S>}; ${S extends readonly [infer H, infer W]
  ? `for grey pictures write [${Word<H>}, ${Word<W>}, 1]`
  : S extends readonly [number]
    ? "put it before flatten()"
    : "give it three sizes, without the batch"}`;

/** Convolution: F filters, kernel K, strides St, padding P, dilation rate D, G groups. */
export interface Conv2dRule<
  F extends number,
  K extends Pair,
  St extends Pair,
  P extends Padding,
  D extends Pair,
  G extends number,
> extends Rule {
  out: Convolved<Image<this["in"]>, F, PairOf<K>, PairOf<St>, PaddingOf<P>, PairOf<D>, NotZero<G>>;
}
type Convolved<
  S,
  F extends number,
  K extends Two,
  St extends Two,
  P extends unknown[],
  D extends Two,
  G extends number,
> = S extends readonly [number, number, infer C extends number]
  ? [Divides<G, C>, Divides<G, F>] extends [true, true]
    ? Slide<"conv2d", "kernel", S, F, K, [Span<K[0], D[0]>, Span<K[1], D[1]>], St, P>
    : `conv2d: ${G} groups do not divide ${Word<C>} input channels and ${Word<F>} filters; choose groups that divide both`
  : NotAnImage<"conv2d", S>;
type Divides<A extends number, B extends number> = [A] extends [1] ? true : 0 extends Mod<B, A> ? true : false;

/** Pooling, `maxPool2d` or `avgPool2d` by Name: window K, strides St, padding P. */
export interface Pool2dRule<Name extends string, K extends Pair, St extends Pair, P extends Padding> extends Rule {
  out: Pooled<Name, Image<this["in"]>, PairOf<K>, PairOf<St>, PaddingOf<P>>;
}
type Pooled<Name extends string, S, K extends Two, St extends Two, P extends unknown[]> = S extends readonly [
  number,
  number,
  infer C extends number,
]
  ? Slide<Name, "window", S, C, K, K, St, P>
  : NotAnImage<Name, S>;

// ---- The other layers ----

/** A dense layer of U units. */
export interface DenseRule<U extends number> extends Rule {
  out: Densed<this["in"], U>;
}
type Densed<S, U extends number> = number[] extends S
  ? [U]
  : S extends readonly [number]
    ? [U]
    : `dense needs a flat input, got ${Show<S>}; put flatten() before it`;

/** All cells in one row. */
export interface FlattenRule extends Rule {
  out: [Product<this["in"]>];
}
type Product<S, Out extends number = 1> = number[] extends S
  ? number
  : S extends readonly [infer N extends number, ...infer Rest]
    ? Product<Rest, Mul<N, Out> & number>
    : Out;

/** Layers that work cell by cell: relu, rescale. */
export interface Unchanged extends Rule {
  out: this["in"];
}

/** The shape of the sum of two tensors, or the sentence that says why there is none. */
export type Added<A extends Shape, B extends Shape> =
  Meet<A, B> extends infer S extends Shape
    ? S
    : `add needs two inputs of one shape, got ${Show<A>} and ${Show<B>}; give both branches the same filters, strides and padding`;
/** A and B in one where they agree, size by size; "none" where they do not. */
type Meet<A, B, Out extends number[] = []> = number[] extends A
  ? B
  : number[] extends B
    ? A
    : [A, B] extends [readonly [infer X extends number, ...infer As], readonly [infer Y extends number, ...infer Bs]]
      ? X extends Y
        ? Meet<As, Bs, [...Out, X]>
        : Y extends X
          ? Meet<As, Bs, [...Out, Y]>
          : "none"
      : [A, B] extends [readonly [], readonly []]
        ? Out
        : "none";
