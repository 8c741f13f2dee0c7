// One case of the race on our engine: checks first, then timed steps.
import { type BackendFacts, openEngine } from "../src/graph/backend.ts";
import { createTrainer, numbersOf } from "../src/nn/trainer.ts";
import { sgd } from "../src/train/sgd.ts";
import { type Mode, makeData, makeModel, type Workload } from "./workload.ts";

export interface Timing {
  /** Milliseconds of each step. */
  readonly samples: number[];
  /** Loss of the first and the fifth step; or the sum of all |logits|. */
  readonly check: number[];
}

/** Milliseconds spent warming up, and measuring. */
const warm = 300;

export async function timeOurs(
  facts: BackendFacts,
  workload: Workload,
  mode: Mode,
  batch: number,
  budget: number,
): Promise<Timing> {
  const { images, labels } = makeData(workload, batch);
  const model = makeModel(workload);
  const engine = await openEngine(facts, model.network, numbersOf(model.parameters));
  const trainer = createTrainer(model.network, model.parameters, engine);
  const { learningRate, momentum } = workload;
  const optimizer = sgd({ learningRate, momentum });
  const train = () => {
    trainer.begin(batch);
    for (let k = 0; k < batch; k++) trainer.add(images[k], labels[k]);
    trainer.step(optimizer, 1);
    return trainer.loss;
  };
  const infer = () => images.reduce((sum, image) => sum + sumOfSizes(trainer.outputs(image)), 0);
  const step = mode === "train" ? train : infer;
  const losses = Array.from({ length: mode === "train" ? 5 : 1 }, step);
  const check = mode === "train" ? [losses[0], losses[4]] : losses;
  const samples: number[] = [];
  const start = performance.now();
  while (performance.now() - start < warm + budget || samples.length < 3) {
    const before = performance.now();
    step();
    const now = performance.now();
    if (before - start >= warm || now - start > warm + budget) samples.push(now - before);
  }
  return { samples, check };
}

function sumOfSizes(numbers: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < numbers.length; k++) sum += Math.abs(numbers[k]);
  return sum;
}
