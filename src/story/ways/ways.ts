// Ways: how a number travels through a network, cell by cell, in either direction.

/** What holds a number back: a ReLU whose gate is closed, or a pooling window that another cell wins. */
export type Stop = "gate" | "window";

/** One step of a way, from a cell to one that reads it or, backward, that it reads. */
export interface Hop {
  /** The cell where the hop arrives. */
  readonly address: string;
  /** What comes in: forward the part of the cell before that is being followed, backward the derivative along the way so far. */
  readonly incoming: number;
  /** The derivative of the reading cell by the cell it reads: a weight, a pixel, 1 through an open gate, p − t into a logit. */
  readonly slope: number;
  /** incoming × slope. */
  readonly outgoing: number;
  /** What the engine stores there, of which `outgoing` is one way's share: forward the cell's value, backward its gradient. */
  readonly value: number;
  /** What makes the slope 0; absent where the way goes on, and where the slope is 0 because a weight is. */
  readonly stopped?: Stop;
}

/** A sequence of cells, each of which reads the one before it (forward) or is read by it (backward). */
export interface Way {
  readonly from: string;
  readonly to: string;
  readonly hops: readonly Hop[];
  /** The product of the slopes in the order of the hops. */
  readonly product: number;
}

/** All live ways between two cells, a way being live where no slope on it is 0. */
export interface MergedWays {
  readonly from: string;
  readonly to: string;
  /** The sum of their products: the derivative of the one cell by the other. */
  readonly total: number;
  /** How many there are. */
  readonly paths: number;
  /** Whether `paths` is exact: it is up to 2⁵³ − 1, beyond that rounded. */
  readonly pathsExact: boolean;
  /** The way whose product is largest in magnitude. Of equal ones the first in row-major order: of the cells that read the pixel, activation
   * or parameter the first, then of those that read this cell, and so on, in the order of the accounts' terms. Absent where no way is live. */
  readonly strongest?: Way;
}

export interface WaysOptions {
  /** How many cells a layer and how many stopped ways are listed at most, a whole number from 0 up; default 100. Counts and totals are always those of
   * all of them. */
  readonly limit?: number;
}

/** From the loss, or another target, back to one number. */
export interface BackwardWays extends MergedWays {
  /** The gradient that the engine stores. */
  readonly value: number;
  /** value − total. */
  readonly residual: number;
  /** Where something arrives from the target and goes no further on its way to the number, nearest to the number first: the strongest way to there, with the
   * hop that stops it. */
  readonly stopped: readonly Way[];
  /** Whether there are more stops than are listed. */
  readonly moreStopped: boolean;
}

/** From one number forward to the last layer's outputs. */
export interface ForwardWays {
  readonly from: string;
  /** What it holds. */
  readonly value: number;
  /** What each layer reads of it, in graph order; layers that it does not reach are left out. */
  readonly layers: readonly LayerReach[];
  /** Every logit; where a network ends in maps, the cells of its last layer that something comes to. At most `limit` of them. */
  readonly targets: readonly ForwardTarget[];
  /** Ways that end at a closed gate or a lost window, in graph order, at most `limit`: the strongest to there, with the hop that stops it. */
  readonly stopped: readonly Way[];
}

export interface ForwardTarget extends MergedWays {
  /** What of the target's number comes from this one, by its slopes: value × total. */
  readonly part: number;
  /** The target's number. */
  readonly value: number;
  /** part ÷ value; absent where the value is 0. */
  readonly share?: number;
}

export interface LayerReach {
  /** Canonical name of the layer's output, "conv1.out", with its sample (@k) in a batch. */
  readonly name: string;
  /** How many cells read the number, directly or through live ways, and in how many of them it arrives. */
  readonly reading: number;
  readonly reached: number;
  /** How many of the layer's slopes hold back what comes to them. */
  readonly stopped: Readonly<Record<Stop, number>>;
  /** The reading cells, of more than `limit` those with the largest parts, in row-major order. */
  readonly cells: readonly CellReach[];
}

export interface CellReach {
  readonly address: string;
  /** What the cell holds. */
  readonly value: number;
  /** All live ways to it merged: its derivative by the number that is followed; and how many they are. */
  readonly slope: number;
  readonly paths: number;
  /** What of its value comes from there: the followed number × slope. */
  readonly part: number;
}
