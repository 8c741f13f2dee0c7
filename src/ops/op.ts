// What every operation must give: its shape rule, its definition (forward and backward), its explanation, its worked example.
import type { Shape } from "../base/shape.ts";
import type { Numbers } from "../tensor/tensor.ts";
import type { CellFactor, Derivation, Factor } from "../trace/terms.ts";
import type { OptionTable } from "./options.ts";
import type { WindowAxis } from "./window.ts";

/** A parameter that an operation learns. */
export interface ParameterSpec {
  readonly shape: Shape;
  /** "weight" is initialised at random, by the fans; "bias" starts at zero. */
  readonly kind: "weight" | "bias";
  /** How many inputs reach one output through it, and how many outputs one input reaches. */
  readonly fanIn: number;
  readonly fanOut: number;
}

/** The shape side of an operation. `where` names the layer in errors. */
export interface Op<O> {
  /** Layers are named by it and a counter: "conv" gives conv1, conv2 … */
  readonly prefix: string;
  readonly arity: number;
  readonly options: OptionTable<O>;
  /** Output shape of one sample; throws a CutawayError where the inputs do not fit. */
  shape(options: O, inputs: readonly Shape[], where: string): Shape;
  parameters(options: O, inputs: readonly Shape[]): Readonly<Record<string, ParameterSpec>>;
  /** Multiply-adds of one forward pass of one sample: convolutions and dense layers only. */
  multiplyAdds(site: Site<O>): number;
  /** Rows and columns of the window that slides over the image, where there is one. */
  window?(options: O, image: Shape): readonly [rows: WindowAxis, columns: WindowAxis];
}

/** An operation at its place in a network: settled options and shapes of one sample. */
export interface Site<O> {
  readonly options: O;
  readonly inputs: readonly Shape[];
  readonly output: Shape;
}

/** The numbers of one sample at a site. */
export interface Values {
  readonly inputs: readonly Numbers[];
  readonly output: Numbers;
  readonly parameters: Readonly<Record<string, Numbers>>;
  /** The sample's class; only the loss reads it. */
  readonly label: number;
}

/** ∂L/∂ of the same numbers. `inputs` and `parameters` are added to; undefined where nobody wants them. */
export interface Gradients {
  readonly output: Numbers;
  readonly inputs: readonly (Numbers | undefined)[];
  readonly parameters: Readonly<Record<string, Numbers | undefined>>;
}

/** The definition of an operation in plain loops: kernels and explanations agree with it, never the reverse. */
export interface Reference<O> {
  /** Writes `values.output`. */
  forward(site: Site<O>, values: Values): void;
  /** Adds to `gradients.inputs` and `gradients.parameters`, term by term in the order that the explanation lists. */
  backward(site: Site<O>, values: Values, gradients: Gradients): void;
  /** Where the operation chooses (a gate, a winner): one whole number an output cell. Two passes that choose alike lie on one smooth piece. */
  choices?(site: Site<O>, values: Values): Int32Array;
}

/** How an explanation sees the stored numbers: every cell becomes a factor with its address and value. */
export interface Sight<O> {
  readonly site: Site<O>;
  readonly label: number;
  input(letter: string, cell: readonly number[], which?: number): CellFactor;
  output(letter: string, cell: readonly number[]): CellFactor;
  /** Of the loss itself it is the constant 1/N. */
  outputGradient(letter: string, cell: readonly number[]): Factor;
  parameter(letter: string, name: string, cell: readonly number[]): CellFactor;
}

/** The terms of any cell, in the order in which the reference adds them. */
export interface Explain<O> {
  output(sight: Sight<O>, cell: readonly number[]): Derivation;
  inputGradient(sight: Sight<O>, cell: readonly number[], which: number): Derivation;
  parameterGradient(sight: Sight<O>, name: string, cell: readonly number[]): Derivation;
}

/** Inputs small enough to check by hand; every output is computed from them. */
export interface Example {
  readonly cases: readonly ExampleCase[];
}

export interface ExampleCase {
  /** Under which name its output appears: "out", "flipped" … */
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly NamedTensor[];
  readonly parameters?: Readonly<Record<string, NamedTensor>>;
  readonly label?: number;
  /** What is opened; the operation's node is called by its prefix and 1. */
  readonly addresses: readonly string[];
}

export interface NamedTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly values: readonly number[];
}

export interface Operation<O> {
  readonly op: Op<O>;
  readonly reference: Reference<O>;
  readonly explain: Explain<O>;
}
