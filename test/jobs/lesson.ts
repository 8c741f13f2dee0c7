// The preset trained for one epoch and tested, with the settings that the quoted figures belong to.
import { type Dataset, subset } from "../../src/data/dataset.ts";
import { holdOut } from "../../src/data/split.ts";
import { nodeHost } from "../../src/host/node/host.ts";
import { lesson } from "../../src/nn/presets/lesson.ts";
import { evaluate } from "../../src/train/evaluate.ts";
import { fit } from "../../src/train/fit.ts";
import { linearDecay, sgd } from "../../src/train/sgd.ts";

export interface Trained {
  readonly accuracy: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** One epoch in batches of 32, momentum 0.9, a rate from 0.05 down to 0, seed 1. */
export async function trainLesson(train: Dataset, test: Dataset): Promise<Trained> {
  const model = lesson({ shape: train.shape, classes: train.classes.length });
  model.host = nodeHost;
  const optimizer = sgd({ learningRate: linearDecay(0.05), momentum: 0.9 });
  const { seconds = 0, imagesPerSecond = 0 } = await fit(model, train, { optimizer, batchSize: 32, seed: 1 });
  const { accuracy } = await evaluate(model, test);
  return { accuracy, seconds, imagesPerSecond };
}

/** The first `count` pictures of a stratified choice: as large a share of every class. */
export function stratified(data: Dataset, count: number): Dataset {
  const { held } = holdOut(data, (count + data.classes.length) / data.count, 1);
  return subset(
    held,
    Array.from({ length: count }, (_, k) => k),
  );
}
