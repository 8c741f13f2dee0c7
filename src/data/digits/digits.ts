// The embedded data set: 28×28 pictures of handwriting-like digits, drawn by a recipe, the same bytes in every JavaScript engine.

import { type Purpose, randomStream } from "../../base/random.ts";
import { fail } from "../../base/words/dataset.ts";
import type { Dataset, InputForm } from "../dataset.ts";
import { diceOf } from "./dice.ts";
import { drawDigit, SIDE } from "./draw.ts";
import { recipe } from "./recipe.ts";

/** The form of these pictures, and of every picture that a network trained on them reads. */
export const digitsForm: InputForm = {
  shape: [SIDE, SIDE, 1],
  channels: "grey",
  resize: "stretch",
  polarity: "light-on-dark",
  centring: "mass-20",
};

/** Which pictures `digits` draws. */
export interface DigitsOptions {
  /** "train" (default): messier than people write; or "test": other pictures, as messy as people's, which no seed changes. */
  readonly split?: "train" | "test" | undefined;
  /** How many: 1 … 1,000,000; default 20,000 to train and 4,000 to test. */
  readonly count?: number | undefined;
  /** A whole number 0 … 2³² − 1, default 1. Has no effect on the test pictures. */
  readonly seed?: number | undefined;
}

interface Split {
  /** How many pictures unless said. */
  readonly count: number;
  /** What the random numbers are for. */
  readonly use: Purpose;
  /** The seed, where none may be chosen. */
  readonly seed?: number;
}

const SPLITS: Readonly<Record<"train" | "test", Split>> = {
  train: { count: 20_000, use: "digits" },
  test: { count: 4_000, use: "testDigits", seed: 0 },
};

/** Pictures of one set at most. */
export const MOST = 1_000_000;

/** Throws `option.value` where a number is not a whole one of the range. */
export function checkWhole(where: string, option: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  fail("option.value", { where, option, expected: `a whole number ${least} to ${most}`, received: value });
}

/**
 * Draws the data set: pictures [28, 28, 1] of light ink (255) on dark paper (0), classes "0" to "9", labels in random order.
 * Picture k is a function of the split, the seed and k alone, so that a smaller set is the beginning of a larger one.
 * @throws CutawayError `option.value` for a split, count or seed out of range.
 */
export function digits(options: DigitsOptions = {}): Dataset {
  const { split = "train", seed = 1 } = options;
  if (!Object.hasOwn(SPLITS, split)) {
    fail("option.value", { where: "digits", option: "split", expected: '"train" or "test"', received: split });
  }
  const { use, seed: fixedSeed, count: usual } = SPLITS[split];
  const count = options.count ?? usual;
  checkWhole("digits", "count", count, 1, MOST);
  checkWhole("digits", "seed", seed, 0, 0xffffffff);
  const images = new Uint8Array(count * SIDE * SIDE);
  const labels = new Uint32Array(count);
  for (let k = 0; k < count; k++) {
    const dice = diceOf(randomStream(fixedSeed ?? seed, use, k));
    labels[k] = dice.pick(recipe.often);
    drawDigit(labels[k], recipe.mess[split], dice, images.subarray(k * SIDE * SIDE, (k + 1) * SIDE * SIDE));
  }
  const classes = Array.from("0123456789");
  return { images, labels, count, shape: digitsForm.shape, classes, input: digitsForm };
}
