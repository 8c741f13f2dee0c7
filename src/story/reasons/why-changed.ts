// Why a parameter changes: its update taken apart by sample of the batch, then by position in the image.
import { fail } from "../../base/words/story.ts";
import { placeOf } from "../../graph/places.ts";
import { formatAddress, parseAddress } from "../../trace/address.ts";
import type { Term } from "../../trace/terms.ts";
import type { Opened } from "../opened.ts";
import { rateOf } from "./rate.ts";

/** What one term of the gradient does to the parameter. */
export interface PositionShare {
  /** The term's place in the engine's sum, from 0. Added in this order, the shares of all samples give the gradient's bits. */
  readonly order: number;
  /** The gradient that arrives, and the number of the layer's input that it is multiplied with; absent for a bias. */
  readonly arriving: string;
  readonly reads?: string;
  /** Row and column in the layer's output; the unit where that is flat. */
  readonly position: readonly number[];
  /** The term itself, and −η times it. */
  readonly gradient: number;
  readonly change: number;
}

export interface SampleShare {
  readonly sample: number;
  /** Σ of its terms, and −η times it. */
  readonly gradient: number;
  readonly change: number;
  /** Terms that are not 0, the largest first; equal ones in the engine's order. */
  readonly positions: readonly PositionShare[];
  /** How many terms are 0. */
  readonly zeros: number;
}

export interface ChangeReasons {
  /** Canonical, with the scope next:. */
  readonly address: string;
  readonly before: number;
  readonly after: number;
  /** False where the layer is not trained: then the change is 0 whatever the gradient. */
  readonly trained: boolean;
  /** η; 0 where the layer is not trained. */
  readonly learningRate: number;
  /** ∂L/∂w as the engine stored it, L the mean loss over the batch. */
  readonly gradient: number;
  /** −η·gradient. */
  readonly change: number;
  /** after − before − change: what momentum and weight decay do, which no sample of this batch does; in plain gradient descent only rounding. */
  readonly rest: number;
  /** One a sample, the largest change first. */
  readonly samples: readonly SampleShare[];
  /** The gradient less the sum of all terms in the engine's order: exactly 0 on the reference. */
  readonly residual: number;
}

/** Why one parameter changes in the step from `Opened`: which samples, and which positions in them, push it where.
 * `address` is a parameter's cell, with the scope next: or without one. Throws `why.parameter` for other addresses, `explain.label` where the
 * network was opened without labels. */
export function whyChanged(opened: Opened, address: string): ChangeReasons {
  const parsed = parseAddress(address);
  const { kind } = parsed.scope;
  if ((kind !== "value" && kind !== "next") || placeOf(opened.network, parsed).role === "out")
    fail("why.parameter", { address });
  const scoped = (scope: "value" | "next" | "grad") => formatAddress({ ...parsed, scope: { kind: scope } });
  const update = opened.at(scoped("next"));
  const { terms, value: gradient, residual } = opened.at(scoped("grad"));
  const rate = rateOf(update);
  const learningRate = rate ?? 0;
  const before = opened.value(scoped("value"));
  const change = times(learningRate, gradient);
  return {
    address: update.address,
    before,
    after: update.value,
    trained: rate !== undefined,
    learningRate,
    gradient,
    change,
    rest: update.value - before - change,
    samples: bySample(opened.samples, terms, learningRate),
    residual,
  };
}

/** −η·g, and 0 rather than −0. */
function times(learningRate: number, gradient: number): number {
  return 0 - learningRate * gradient;
}

function bySample(count: number, terms: readonly Term[], learningRate: number): SampleShare[] {
  const shares = Array.from({ length: count }, (_, sample) => ({
    sample,
    gradient: 0,
    zeros: 0,
    positions: [] as PositionShare[],
  }));
  for (const [order, term] of terms.entries()) {
    const position = positionShare(term, order, learningRate);
    const share = shares[parseAddress(position.arriving).sample ?? 0];
    share.gradient += term.value;
    if (term.value === 0) share.zeros++;
    else share.positions.push(position);
  }
  const whole = shares.map((share) => ({ ...share, change: times(learningRate, share.gradient) }));
  for (const { positions } of whole) positions.sort(largestFirst);
  return whole.sort(largestFirst);
}

/** A stable order by size. */
function largestFirst(a: { readonly gradient: number }, b: { readonly gradient: number }): number {
  return Math.abs(b.gradient) - Math.abs(a.gradient);
}

function positionShare({ factors, value }: Term, order: number, learningRate: number): PositionShare {
  const addresses = factors.flatMap(({ address }) => (address === undefined ? [] : [address]));
  const arriving = addresses.find((address) => parseAddress(address).scope.kind === "grad") as string;
  const reads = addresses.find((address) => address !== arriving);
  const cell = parseAddress(arriving).cell ?? [];
  return {
    order,
    arriving,
    ...(reads !== undefined && { reads }),
    position: cell.length > 1 ? cell.slice(0, -1) : cell,
    gradient: value,
    change: times(learningRate, value),
  };
}
