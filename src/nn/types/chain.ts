// A chain of layers as a tuple type: the shape at its end, or the first layer that cannot work and why.
import type { Shape } from "../../base/shape.ts";
import type { AnyLayer, RuleOf } from "./layer.ts";
import type { Apply } from "./rules.ts";

/** Takes shape S through the layers L: the shape at the end (`out`), or the first wrong layer's index (`at`) and sentence (`why`). */
export type Walk<S extends Shape, L extends readonly AnyLayer[], Done extends unknown[] = []> = L extends readonly [
  infer First extends AnyLayer,
  ...infer Rest extends AnyLayer[],
]
  ? Apply<RuleOf<First>, S> extends infer Next
    ? Next extends Shape
      ? Walk<Next, Rest, [...Done, 1]>
      : { out: Shape; at: `${Done["length"]}`; why: Next }
    : never
  : { out: L extends readonly [] ? S : Shape; at: never; why: never };

/** The parameters of a chain on input I: each layer itself, but the sentence in place of the first that cannot work. */
export type Chain<I extends Shape, L extends readonly AnyLayer[]> = {
  [K in keyof L]: K extends Walk<I, L>["at"] ? Walk<I, L>["why"] : L[K];
};

/** The shape at the end of a chain on input I; any shape where a layer cannot work or their number is unknown. */
export type ChainOut<I extends Shape, L extends readonly AnyLayer[]> = Walk<I, L>["out"];
