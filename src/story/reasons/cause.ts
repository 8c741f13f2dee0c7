// The causes of a zero, as data: what stands in the way, where, and by how much.

/** What makes the number at `at` 0, or one of its terms. */
export type Cause =
  | ClosedGate
  | LostWindow
  | Saturated
  | ZeroOperand
  | ZeroConstant
  | PaddedTerms
  | Apart
  | Cancelled
  | Underflow;

interface Blocks {
  /** The number that is 0 for this cause. */
  readonly at: string;
}

/** A ReLU that lets nothing through: the number before it is not above 0. */
export interface ClosedGate extends Blocks {
  readonly kind: "gate";
  /** The address of the number before the gate, and that number, 0 or less. */
  readonly preActivation: string;
  readonly value: number;
  /** How far it is below the kink, from 0 up. */
  readonly margin: number;
  /** What an open gate would let through: the gradient that arrives, or the pre-activation itself. */
  readonly arriving: number;
}

/** A pooling window that another cell won. */
export interface LostWindow extends Blocks {
  readonly kind: "window";
  /** The pooled number, the cell that lost and the one that won. */
  readonly window: string;
  readonly cell: string;
  readonly winner: string;
  /** Winner − cell; 0 for a tie, which the first cell in row-major order wins. */
  readonly by: number;
  readonly tie: boolean;
  /** The gradient that the winner gets instead. */
  readonly arriving: number;
}

/** A softmax so sure that its probability is exactly 0 or 1, so that p − t is below the spacing of numbers. */
export interface Saturated extends Blocks {
  readonly kind: "saturated";
  /** The address of the probability, and its value. */
  readonly probability: string;
  readonly value: number;
  /** How far the probability is from what it was rounded to, by its own exponentials; 0 where they too are below the smallest number. */
  readonly distance: number;
  /** How far apart the engine's numbers are there: less than this is lost. */
  readonly spacing: number;
}

/** A pixel or a parameter that is 0. */
export interface ZeroOperand extends Blocks {
  readonly kind: "operand";
  readonly what: "pixel" | "parameter";
}

/** A constant of the formula that is 0, such as `target[2]` or `learningRate`. */
export interface ZeroConstant extends Blocks {
  readonly kind: "constant";
  readonly name: string;
}

/** Terms where a window reaches beyond the image. */
export interface PaddedTerms extends Blocks {
  readonly kind: "padding";
  readonly terms: number;
}

/** Nothing on the way to the target reads the number. */
export interface Apart extends Blocks {
  readonly kind: "apart";
  readonly note: string;
}

/** Terms that are not 0 and cancel each other. */
export interface Cancelled extends Blocks {
  readonly kind: "cancel";
  readonly terms: number;
  /** Σ |terms|. */
  readonly weight: number;
}

/** Factors that are not 0, whose product is below the smallest number. */
export interface Underflow extends Blocks {
  readonly kind: "underflow";
}
