// The wrong answers that a learner gives for a number, each computed from the number's own account, so that an answer can be told its cause.
import type { Opened } from "../opened.ts";
import type { MapAxis } from "./map-size.ts";
import { backwardGuesses, sums } from "./misreadings-backward.ts";
import { forwardGuesses } from "./misreadings-forward.ts";
import { type Candidate, type Guessing, sightAt } from "./misreadings-sight.ts";
import type { MisreadingCause } from "./misreadings-text.ts";

export { describeMisreading, type MisreadingCause } from "./misreadings-text.ts";

/** A wrong answer and what leads to it. */
export interface Misreading {
  readonly value: number;
  readonly cause: MisreadingCause;
}

/** More wrong answers than this are no help. */
const most = 6;

/** Answers closer than this share of their size are one answer; one that is smaller than this share of the truth is 0 but for rounding. */
const alike = 1e-9;

/**
 * The wrong answers to the number at an address, at most six: the slips that learners are known for, for the rule that the number follows, the
 * most frequent first (a judgement: order and selection are not measured). A slip that leads to the right answer, to an answer that another slip
 * before it gives, or to no finite number, is left out. Empty where nothing is known of the rule.
 * Throws what `opened.at` throws on addresses that do not exist.
 */
export function misreadings(opened: Opened, address: string): readonly Misreading[] {
  const sight = sightAt(opened, address);
  const { rule, value, bound, combine } = sight.account;
  const generic: Guessing = combine === "sum" && rule !== "seed" ? sums : () => [];
  const guesses = forwardGuesses[rule] ?? backwardGuesses[rule] ?? generic;
  return apart(guesses(sight), value, bound);
}

/**
 * The wrong answers to "how many cells has the map along this axis?", for what `mapSize` says of a convolution or a pooling: at most six, as
 * `misreadings` gives them.
 */
export function sizeMisreadings({
  size,
  kernel,
  stride,
  dilation,
  before,
  after,
  count,
}: MapAxis): readonly Misreading[] {
  const span = (kernel - 1) * dilation + 1;
  const padded = size + before + after;
  const places = (length: number, by: number) => Math.floor((length - span) / by) + 1;
  const candidates: Candidate[] = [
    ["plusOneForgotten", count - 1],
    ["paddingForgotten", places(size, stride)],
    ["strideIgnored", places(padded, 1)],
    ["sizeKept", size],
    ["roundedUp", Math.ceil((padded - span) / stride) + 1],
  ];
  return apart(
    candidates.filter(([, value]) => value !== undefined && value >= 0),
    count,
    0,
  );
}

/** The candidates that differ from the truth and from one another. */
function apart(candidates: readonly Candidate[], truth: number, bound: number): readonly Misreading[] {
  const found: Misreading[] = [];
  const same = (a: number, b: number) => Math.abs(a - b) <= Math.max(bound, alike * Math.max(Math.abs(a), Math.abs(b)));
  for (const [cause, guess] of candidates) {
    if (guess === undefined || !Number.isFinite(guess) || same(guess, truth)) continue;
    const value = Math.abs(guess) <= alike * Math.abs(truth) ? 0 : guess;
    if (!found.some((other) => same(other.value, value))) found.push({ value, cause });
  }
  return found.slice(0, most);
}
