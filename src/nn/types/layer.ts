// Layers and symbolic tensors as types: what a layer carries, and the shapes that flow when it is called.
import type { Shape } from "../../base/shape.ts";
import type { Apply, Rule } from "./rules.ts";

/** Key of a property that exists in the types only: it carries a layer's shape rule. */
declare const rule: unique symbol;

/** A value still to be computed, with a known shape: the output of one node of a network. */
export interface SymbolicTensor<S extends Shape> {
  /** Sizes without the batch. */
  readonly shape: S;
  /** The node that gives it. */
  readonly node: string;
}

/** What every layer carries, whatever its rule. */
export interface AnyLayer {
  readonly [rule]?: Rule;
  /** The operation, such as "conv2d". */
  readonly op: string;
  /** The operation's options, defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The node's name; undefined: named by its kind with a counter. */
  readonly name: string | undefined;
  /** Whether an optimiser changes its parameters. */
  readonly trainable: boolean;
}

/** A layer of rule R. Called with a symbolic tensor it adds a node to a network and gives that node's output. */
export interface Layer<R extends Rule> extends AnyLayer {
  readonly [rule]?: R;
  <S extends Shape>(x: Checked<Apply<R, S>, SymbolicTensor<S>>): SymbolicTensor<Known<Apply<R, S>>>;
}

/** The rule of a layer. */
export type RuleOf<L extends AnyLayer> = NonNullable<L[typeof rule]>;

/**
 * The type a parameter asks for: the argument's own or, where the result is a sentence, that sentence, which the
 * compiler then shows: "Argument of type … is not assignable to parameter of type '<the sentence>'".
 */
// [Result], so that a union of shapes with one wrong member is an error too.
export type Checked<Result, Argument> = [Result] extends [Shape] ? Argument : Exclude<Result, Shape>;

/** The result where it is a shape; any shape where it is a sentence. */
export type Known<Result> = Result extends Shape ? Result : Shape;
