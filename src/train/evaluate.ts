// How well a model reads a data set: accuracy, loss, confusion matrix, accuracy a class.
import type { Host } from "../base/host.ts";
import type { Dataset } from "../data/dataset.ts";
import { type Backend, backendFacts, openEngine } from "../graph/backend.ts";
import type { Model } from "../nn/model.ts";
import { createTrainer, numbersOf, type Trainer } from "../nn/trainer.ts";
import { checkFits, pixelsOf } from "./fitting.ts";

/** Pictures that go through the network at a time. */
const batchSize = 128;

export interface Evaluation {
  /** Share of pictures whose most probable class is the true one, 0…1. */
  readonly accuracy: number;
  /** Mean cross-entropy. */
  readonly loss: number;
  readonly count: number;
  /** confusion[true][predicted], in pictures. */
  readonly confusion: readonly (readonly number[])[];
  /** Accuracy is NaN for a class without pictures. */
  readonly perClass: readonly { readonly name: string; readonly count: number; readonly accuracy: number }[];
}

export interface EvaluateOptions {
  /** Default "auto". */
  readonly backend?: Backend;
  readonly host?: Host | undefined;
}

/** Tests a model on every picture of a data set. Throws where shape or classes do not fit, or a number is not finite. */
export async function evaluate(
  model: Model,
  data: Dataset,
  { host = model.host, backend = "auto" }: EvaluateOptions = {},
): Promise<Evaluation> {
  checkFits(model, data, "evaluate");
  const batch = Math.max(1, Math.min(data.count, batchSize));
  const facts = await backendFacts(backend, host);
  const options = { batch, training: false, host };
  const engine = await openEngine(facts, model.network, numbersOf(model.parameters), options);
  try {
    return await evaluateWith(createTrainer(model.network, model.parameters, engine), data);
  } finally {
    engine.close();
  }
}

/** The same with a trainer that exists already. */
export async function evaluateWith(trainer: Trainer, data: Dataset): Promise<Evaluation> {
  const confusion = data.classes.map(() => data.classes.map(() => 0));
  const batch = Math.min(trainer.engine.batch, batchSize);
  let loss = 0;
  for (let start = 0; start < data.count; start += batch) {
    const positions = Array.from({ length: Math.min(batch, data.count - start) }, (_, k) => start + k);
    const labels = positions.map((position) => data.labels[position]);
    const images = positions.map((position) => pixelsOf(data, position));
    for (const [k, outcome] of (await trainer.test(images, labels)).entries()) {
      loss += outcome.loss;
      confusion[labels[k]][outcome.predicted]++;
    }
  }
  const perClass = data.classes.map((name, k) => {
    const count = confusion[k].reduce((sum, n) => sum + n, 0);
    return { name, count, accuracy: confusion[k][k] / count };
  });
  const right = confusion.reduce((sum, row, k) => sum + row[k], 0);
  return { accuracy: right / data.count, loss: loss / data.count, count: data.count, confusion, perClass };
}
