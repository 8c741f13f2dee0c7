// One training run from data to run folder: what `train` and `start` share.
import { counted } from "../base/counted.ts";
import { type Dataset, defaultForm, type ImageShape } from "../data/dataset.ts";
import { hashDataset } from "../data/hash.ts";
import { trainingPart } from "../data/split.ts";
import { type Backend, type BackendFacts, backendFacts } from "../graph/backend.ts";
import { loadData } from "../host/node/data.ts";
import { createNodeFiles } from "../host/node/files.ts";
import { nodeHost } from "../host/node/host.ts";
import { saveModel } from "../io/model-file.ts";
import type { Run as RunFolder } from "../io/run-folder.ts";
import { Model } from "../nn/model.ts";
import { presets } from "../nn/presets/presets.ts";
import { type Evaluation, evaluate } from "../train/evaluate.ts";
import { type EpochEvent, type FitResult, fit, type StartEvent } from "../train/fit.ts";
import { checkFits } from "../train/fitting.ts";
import { linearDecay, sgd } from "../train/sgd.ts";
import { type Interrupts, onInterrupt } from "./interrupt.ts";
import { nameOfNet, openNetFile } from "./net.ts";
import { patiently, say } from "./output.ts";
import { progressLine } from "./progress.ts";
import { calibrateOnDigits, measuredOf } from "./sureness.ts";
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

export interface RunOptions {
  /** Absent: runs/<net>-<data>-<seed>. */
  readonly out?: string | undefined;
  readonly force?: boolean | undefined;
  readonly onEpoch?: (event: EpochEvent) => void;
}

/** Trains, shows progress, writes the run folder; after Ctrl-C what was reached so far. Models of the embedded digits are calibrated. */
export async function trainToFolder(settings: TrainSettings, options: RunOptions): Promise<Trained> {
  const { out, force = false, onEpoch } = options;
  const { model, train, test, name } = await prepare(settings);
  const files = createNodeFiles();
  const folder = out ?? files.join("runs", name);
  const interrupts = onInterrupt();
  try {
    const run = await createUnfinishedRun(files, folder, force);
    await run.writeSettings(describeRun(settings, train, await backendFacts(settings.backend, nodeHost)));
    const { net, epochs } = settings;
    const data = `${counted(train.count, "picture")} of ${counted(train.classes.length, "class", "classes")}`;
    say(`Training ${net} on ${data}, ${counted(epochs, "epoch")}, into ${folder}`);
    const result = await trainInto(run, model, train, settings, interrupts, onEpoch);
    const modelPath = await run.writeModel(saveModel(model));
    // Now it is known how many threads really ran, and which kernels.
    await run.writeSettings(describeRun(settings, train, result));
    run.keep();
    if (settings.data === "digits" && !interrupts.aborted) {
      // The file is there already, so that a second Ctrl-C costs no more than this.
      await calibrateOnDigits(model, settings);
      await run.writeModel(saveModel(model));
    }
    return { model, result, modelPath, test, interrupted: interrupts.aborted, backend: settings.backend };
  } finally {
    interrupts.release();
  }
}

/** Opens network and data and makes sure that they fit, before anything is written. A preset takes the data's shape and classes. */
async function prepare({ net, data, seed }: TrainSettings) {
  const opened = presets.get(net) ?? (await openNetFile(net));
  const form = defaultForm(opened instanceof Model ? (opened.inputShape as ImageShape) : opened.pictures);
  const source = await patiently(`Reading ${data}`, loadData(data, { seed, form }));
  const train = trainingPart(source, data);
  const model = opened instanceof Model ? opened : opened.make({ shape: train.shape, classes: train.classes.length });
  model.host = nodeHost;
  checkFits(model, train, `network ${net}`);
  return { model, train, test: source.test, name: `${nameOfNet(net)}-${source.name}-${seed}` };
}

/** All that the numbers of the run depend on, and what ran. */
function describeRun(
  settings: TrainSettings,
  train: Dataset,
  facts: BackendFacts & Partial<Pick<FitResult, "kernels" | "peakBytes">>,
): object {
  const { data, net, epochs, batch, lr, momentum, seed } = settings;
  const { backend, instructionSet, exact, threads, why, kernels, peakBytes } = facts;
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
    exact,
    threads,
    ...(why.length > 0 && { why }),
    ...(kernels && { kernels }),
    ...(peakBytes !== undefined && { peakBytes }),
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
      if (event.type === "start") say(describeStart(event));
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

/** What will run and what it takes, before the first step. */
function describeStart({ backend, instructionSet, threads, peakBytes, why }: StartEvent): string {
  const memory = peakBytes === undefined ? "" : `, ${(peakBytes / 1e6).toFixed(1)} MB for all buffers`;
  const reasons = why.length > 0 ? `; ${why.join("; ")}` : "";
  return `Running on ${backend} (${instructionSet}), at most ${counted(threads, "thread")}${memory}${reasons}`;
}

/** One line of metrics.jsonl, and one object of `train --json`. */
export function metricsOf({ epoch, step, loss, accuracy, seconds, imagesPerSecond }: EpochEvent): object {
  return { event: "epoch", epoch, step, loss, accuracy, seconds, imagesPerSecond };
}

/** The trained model on the pictures held back; undefined after Ctrl-C, when nothing is tested. */
export async function testTrained({ model, test, interrupted, backend }: Trained): Promise<Evaluation | undefined> {
  if (interrupted) return undefined;
  return patiently(`Testing on ${counted(test.count, "picture")}`, evaluate(model, test, { backend }));
}

/** The last object of `train --json`; `testAccuracy` is null after Ctrl-C, when nothing was tested. Models of the digits have `sureness` too. */
export function doneOf({ model, result, modelPath }: Trained, tested: Evaluation | undefined): object {
  const { seconds, imagesPerSecond, seed } = result;
  const testAccuracy = tested?.accuracy ?? null;
  const told = { event: "done", testAccuracy, trainSeconds: seconds, imagesPerSecond, seed, model: modelPath };
  return { ...told, ...(model.sureness && { sureness: measuredOf(model.sureness) }) };
}
