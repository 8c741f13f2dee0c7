// The vocabulary of explanation: factors, terms, how they are combined, and the laws they follow.

export interface Formula {
  readonly text: string;
  readonly latex: string;
}

/** The general rule in the letters of the operation, such as O(i,j,f) = Σ_m Σ_n … */
export type Law = Formula;

/** sum: Σ terms. quotient: terms[0] ÷ Σ terms[1…]. log: ln Σ terms[1…] − terms[0]. gate: one term, x × slope.
 * max: the largest of the terms. copy: a leaf, no terms. A term is the product of its factors, left to right. */
export type Combine = "sum" | "max" | "gate" | "quotient" | "log" | "copy";

export interface Factor {
  /** As formulas print it: "I(1,2,0)", "η". */
  readonly symbol: string;
  /** The cell the value was read from; every factor has an address or the name of a constant. */
  readonly address?: string;
  readonly constant?: string;
  readonly value: number;
}

/** A factor that a cell stores. */
export interface CellFactor extends Factor {
  readonly address: string;
}

export interface Term {
  readonly factors: readonly Factor[];
  readonly value: number;
  /** What the terms so far give; for quotient and log the sum of the terms after the first. */
  readonly running: number;
  /** All factors are non-zero and none is padding. */
  readonly live: boolean;
}

/** Which cell won a max or opened a gate, and by how much. */
export interface Choice {
  readonly kind: "winner" | "gate";
  readonly address: string;
  readonly margin: number;
  readonly tie: boolean;
}

/** What an operation says of one cell: the rule and the factors of every term, in the order the engine adds them. */
export interface Derivation {
  readonly rule: string;
  readonly law: Law;
  readonly combine: Combine;
  readonly terms: readonly (readonly Factor[])[];
  readonly choice?: Choice;
  readonly notes?: readonly string[];
}

/** The name of the constant that stands where a window reaches beyond the image. */
export const padding = "padding";

export function constant(symbol: string, name: string, value: number): Factor {
  return { symbol, constant: name, value };
}
