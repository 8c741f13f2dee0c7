// How well a model reads a data set: accuracy, loss, confusion matrix, accuracy a class.
import { breathing, type Host } from "../base/host.ts";
import type { Dataset } from "../data/dataset.ts";
import { type Backend, backendFacts, openEngine } from "../graph/backend.ts";
import type { Model } from "../nn/model.ts";
import { createTrainer, numbersOf, type Trainer } from "../nn/trainer.ts";
import { checkFits, pixelsOf } from "./fitting.ts";

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
  const engine = await openEngine(await backendFacts(backend), model.network, numbersOf(model.parameters));
  return evaluateWith(createTrainer(model.network, model.parameters, engine), data, host);
}

/** The same with a training state that exists already. */
export async function evaluateWith(trainer: Trainer, data: Dataset, host: Host | undefined): Promise<Evaluation> {
  const breathe = breathing(host);
  const confusion = data.classes.map(() => data.classes.map(() => 0));
  let loss = 0;
  for (let k = 0; k < data.count; k++) {
    const outcome = trainer.test(pixelsOf(data, k), data.labels[k]);
    loss += outcome.loss;
    confusion[data.labels[k]][outcome.predicted]++;
    const pause = breathe();
    if (pause) await pause;
  }
  const perClass = data.classes.map((name, k) => {
    const count = confusion[k].reduce((sum, n) => sum + n, 0);
    return { name, count, accuracy: confusion[k][k] / count };
  });
  const right = confusion.reduce((sum, row, k) => sum + row[k], 0);
  return { accuracy: right / data.count, loss: loss / data.count, count: data.count, confusion, perClass };
}
