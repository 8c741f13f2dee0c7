// What is trained on and what is held back: test files, or a stratified part by a seed.

import { permutation, randomStream } from "../base/random.ts";
import { fail } from "../base/words/dataset.ts";
import { type Dataset, subset } from "./dataset.ts";

/** The seed of the test split; a run's own seed never changes which pictures test it. */
const SPLIT_SEED = 0x5eed;

/** The part of each class that tests where there are no test files. */
const TEST_FRACTION = 1 / 6;

/** Pictures to train on, missing where a source has test files only, and pictures to test on. */
export interface Parts {
  readonly train?: Dataset;
  readonly test: Dataset;
}

/** What the files of a source hold. */
export type Found = { readonly train: Dataset; readonly test?: undefined } | Parts;

/** The test files where there are any, else a sixth of each class held back from `train`, the same for every run. */
export function splitDataset(found: Found): Parts {
  if (found.test) return found;
  const { kept, held } = holdOut(found.train, TEST_FRACTION, SPLIT_SEED);
  return { train: kept, test: held };
}

/** The pictures to train on. Error: `source.testOnly`; `where` names the source in it. */
export function trainingPart(parts: Parts, where: string): Dataset {
  return parts.train ?? fail("source.testOnly", { where });
}

/**
 * Holds back `fraction` (0 < fraction < 1) of each class: n·fraction rounded, at least 1 and at most n − 1, none of a class
 * with one picture. Both parts keep the order of `data`; the choice depends on `data.labels`, `fraction` and `seed` alone.
 * Errors: `option.value`; `split.few` where nothing can be held back.
 */
export function holdOut(data: Dataset, fraction: number, seed: number): { kept: Dataset; held: Dataset } {
  if (!(fraction > 0 && fraction < 1))
    fail("option.value", {
      where: "holdOut",
      option: "fraction",
      expected: "a number between 0 and 1",
      received: fraction,
    });
  const back = new Uint8Array(data.count);
  membersByClass(data).forEach((members, label) => {
    const order = permutation(members.length, randomStream(seed, "split", label));
    for (const k of order.subarray(0, heldOf(members.length, fraction))) back[members[k]] = 1;
  });
  const indices = Array.from(back.keys());
  const held = indices.filter((k) => back[k] === 1);
  if (held.length === 0) fail("split.few", { where: "dataset", received: data.count });
  return {
    kept: subset(
      data,
      indices.filter((k) => back[k] === 0),
    ),
    held: subset(data, held),
  };
}

const heldOf = (n: number, fraction: number) => (n < 2 ? 0 : Math.min(n - 1, Math.max(1, Math.round(n * fraction))));

function membersByClass(data: Dataset): number[][] {
  const members: number[][] = data.classes.map(() => []);
  for (let k = 0; k < data.count; k++) members[data.labels[k]].push(k);
  return members;
}
