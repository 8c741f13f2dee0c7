// One training run from data to run folder: what `train` and `start` share.
import { type Dataset, defaultForm, type ImageShape } from "../data/dataset.ts";
import { hashDataset } from "../data/hash.ts";
import { trainingPart } from "../data/split.ts";
import { type Backend, type BackendFacts, backendFacts } from "../graph/backend.ts";
import { loadData } from "../host/node/data.ts";
import { createNodeFiles } from "../host/node/files.ts";
import { nodeHost } from "../host/node/host.ts";
import { saveModel } from "../io/model-file.ts";
import type { Run as RunFolder } from "../io/run-folder.ts";
import type { Model } from "../nn/model.ts";
import { lesson } from "../nn/presets/lesson.ts";
import { type Evaluation, evaluate } from "../train/evaluate.ts";
import { type EpochEvent, type FitResult, fit } from "../train/fit.ts";
import { checkFits } from "../train/fitting.ts";
import { linearDecay, sgd } from "../train/sgd.ts";
import { type Interrupts, onInterrupt } from "./interrupt.ts";
import { nameOfNet, openNetFile } from "./net.ts";
import { count, patiently, say } from "./output.ts";
import { progressLine } from "./progress.ts";
import { createUnfinishedRun } from "./unfinished.ts";
import { version } from "./version.ts";

export interface TrainSettings {
  readonly data: string;
  readonly net: string;
  readonly epochs: number;
  readonly batch: number;
  readonly lr: number;
  readonly momentum: number;
  readonly seed: number;
  readonly backend: Backend;
}

/** Tuned on the embedded digits: the figures stand in docs/results.md. */
export const defaults: TrainSettings = {
  data: "digits",
  net: "lesson",
  epochs: 4,
  batch: 32,
  lr: 0.03,
  momentum: 0.9,
  seed: 1,
  backend: "auto",
};

export interface Trained {
  readonly model: Model;
  readonly result: FitResult;
  readonly modelPath: string;
  readonly test: Dataset;
  readonly interrupted: boolean;
  readonly backend: Backend;
}

/** Picture files are brought to this form for the preset: small enough to train on a processor. */
const pictureForm = defaultForm([28, 28, 3]);

export interface RunOptions {
  /** Absent: runs/<net>-<data>-<seed>. */
  readonly out?: string | undefined;
  readonly force?: boolean | undefined;
  readonly onEpoch?: (event: EpochEvent) => void;
}

/** Trains, shows progress, writes the run folder; after Ctrl-C what was reached so far. */
export async function trainToFolder(settings: TrainSettings, options: RunOptions): Promise<Trained> {
  const { out, force = false, onEpoch } = options;
  const { model, train, test, name } = await prepare(settings);
  const files = createNodeFiles();
  const folder = out ?? files.join("runs", name);
  const interrupts = onInterrupt();
  try {
    const run = await createUnfinishedRun(files, folder, force);
    await run.writeSettings(describeRun(settings, train, await backendFacts(settings.backend)));
    const { net, epochs } = settings;
    const data = `${count(train.count, "picture")} of ${count(train.classes.length, "class", "classes")}`;
    say(`Training ${net} on ${data}, ${count(epochs, "epoch")}, into ${folder}`);
    const result = await trainInto(run, model, train, settings, interrupts, onEpoch);
    const modelPath = await run.writeModel(saveModel(model));
    run.keep();
    return { model, result, modelPath, test, interrupted: interrupts.aborted, backend: settings.backend };
  } finally {
    interrupts.release();
  }
}

/** Opens network and data and makes sure that they fit, before anything is written. The preset takes the data's shape and classes. */
async function prepare({ net, data, seed }: TrainSettings) {
  const own = net === "lesson" ? undefined : await openNetFile(net);
  const form = own ? defaultForm(own.inputShape as ImageShape) : pictureForm;
  const source = await patiently(`Reading ${data}`, loadData(data, { seed, form }));
  const train = trainingPart(source, data);
  const model = own ?? (lesson({ shape: train.shape, classes: train.classes.length }) as Model);
  model.host = nodeHost;
  checkFits(model, train, `network ${net}`);
  return { model, train, test: source.test, name: `${nameOfNet(net)}-${source.name}-${seed}` };
}

/** All that the numbers of the run depend on. */
function describeRun(settings: TrainSettings, train: Dataset, facts: BackendFacts): object {
  const { data, net, epochs, batch, lr, momentum, seed } = settings;
  const { backend, instructionSet, threads } = facts;
  return {
    data,
    net,
    epochs,
    batch,
    lr,
    momentum,
    seed,
    classes: train.classes,
    dataCount: train.count,
    dataHash: hashDataset(train),
    backend,
    instructionSet,
    threads,
    versions: { cutaway: version, node: process.versions.node },
  };
}

async function trainInto(
  run: RunFolder,
  model: Model,
  train: Dataset,
  { epochs, batch, lr, momentum, seed, backend }: TrainSettings,
  signal: Interrupts,
  onEpoch?: (event: EpochEvent) => void,
): Promise<FitResult> {
  const optimizer = sgd({ learningRate: linearDecay(lr), momentum });
  const fitting = fit(model, train, { optimizer, epochs, batchSize: batch, seed, signal, backend });
  const line = progressLine({ pictures: train.count });
  try {
    for await (const event of fitting) {
      if (event.type === "step") line.step(event);
      if (event.type !== "epoch") continue;
      line.epoch(event);
      await run.appendMetrics(metricsOf(event));
      onEpoch?.(event);
    }
    return await fitting;
  } finally {
    line.end();
  }
}

/** One line of metrics.jsonl, and one object of `train --json`. */
export function metricsOf({ epoch, step, loss, accuracy, seconds, imagesPerSecond }: EpochEvent): object {
  return { event: "epoch", epoch, step, loss, accuracy, seconds, imagesPerSecond };
}

/** The trained model on the pictures held back; undefined after Ctrl-C, when nothing is tested. */
export async function testTrained({ model, test, interrupted, backend }: Trained): Promise<Evaluation | undefined> {
  if (interrupted) return undefined;
  return patiently(`Testing on ${count(test.count, "picture")}`, evaluate(model, test, { backend }));
}

/** The last object of `train --json`; `testAccuracy` is null after Ctrl-C, when nothing was tested. */
export function doneOf({ result, modelPath }: Trained, tested: Evaluation | undefined): object {
  const { seconds, imagesPerSecond, seed } = result;
  const testAccuracy = tested?.accuracy ?? null;
  return { event: "done", testAccuracy, trainSeconds: seconds, imagesPerSecond, seed, model: modelPath };
}
