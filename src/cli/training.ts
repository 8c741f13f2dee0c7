// One training run from data to run folder: what `train` and `start` share.

import { type Dataset, defaultForm, type ImageShape } from "../data/dataset.ts";
import { hashDataset } from "../data/hash.ts";
import { trainingPart } from "../data/split.ts";
import { loadData } from "../host/node/data.ts";
import type { NodeFiles } from "../host/node/files.ts";
import { nodeHost } from "../host/node/host.ts";
import { saveModel } from "../io/model-file.ts";
import { createRun, type Run as RunFolder } from "../io/run-folder.ts";
import type { Model } from "../nn/model.ts";
import { lesson } from "../nn/presets/lesson.ts";
import { type EpochEvent, type FitResult, fit } from "../train/fit.ts";
import { checkFits } from "../train/fitting.ts";
import { linearDecay, sgd } from "../train/sgd.ts";
import { onInterrupt } from "./interrupt.ts";
import { nameOfNet, openNetFile } from "./net.ts";
import { say } from "./output.ts";
import { progressLine } from "./progress.ts";
import { version } from "./version.ts";

export interface TrainSettings {
  readonly data: string;
  readonly net: string;
  readonly epochs: number;
  readonly batch: number;
  readonly lr: number;
  readonly momentum: number;
  readonly seed: number;
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
};

export interface Trained {
  readonly model: Model;
  readonly result: FitResult;
  readonly folder: string;
  readonly modelPath: string;
  readonly test: Dataset;
  readonly interrupted: boolean;
}

/** Picture files are brought to this form for the preset: small enough to train on a processor. */
const pictureForm = defaultForm([28, 28, 3]);

export interface RunOptions {
  readonly files: NodeFiles;
  /** Absent: runs/<net>-<data>-<seed>. */
  readonly out?: string | undefined;
  readonly force?: boolean | undefined;
  readonly onEpoch?: (event: EpochEvent) => void;
}

/** Trains, shows progress, writes the run folder; after Ctrl-C what was reached so far. */
export async function trainToFolder(settings: TrainSettings, options: RunOptions): Promise<Trained> {
  const { files, out, force = false, onEpoch } = options;
  const { model, train, test, name } = await prepare(settings);
  const folder = out ?? files.join("runs", name);
  const run = await createRun(files, folder, { force });
  await run.writeSettings(describeRun(settings, train));
  const { net, epochs } = settings;
  say(
    `Training ${net} on ${train.count} pictures of ${train.classes.length} classes, ${epochs} epochs, into ${folder}`,
  );
  const { result, interrupted } = await trainInto(run, model, train, settings, { files, ...(onEpoch && { onEpoch }) });
  const modelPath = await run.writeModel(saveModel(model));
  return { model, result, folder, modelPath, test, interrupted };
}

/** Opens network and data and makes sure that they fit, before anything is written. The preset takes the data's shape and classes. */
async function prepare({ net, data, seed }: TrainSettings) {
  const own = net === "lesson" ? undefined : await openNetFile(net);
  const form = own ? defaultForm(own.inputShape as ImageShape) : pictureForm;
  const source = await loadData(data, { seed, form });
  const train = trainingPart(source, data);
  const model = own ?? (lesson({ shape: train.shape, classes: train.classes.length }) as Model);
  model.host = nodeHost;
  checkFits(model, train, `network ${net}`);
  return { model, train, test: source.test, name: `${nameOfNet(net)}-${source.name}-${seed}` };
}

/** All that the numbers of the run depend on. */
function describeRun(settings: TrainSettings, data: Dataset): object {
  return {
    ...settings,
    classes: data.classes,
    dataCount: data.count,
    dataHash: hashDataset(data),
    backend: "reference",
    instructionSet: "float64",
    threads: 1,
    versions: { cutaway: version, node: process.versions.node },
  };
}

async function trainInto(
  run: RunFolder,
  model: Model,
  train: Dataset,
  { epochs, batch, lr, momentum, seed }: TrainSettings,
  { files, onEpoch }: RunOptions,
): Promise<{ result: FitResult; interrupted: boolean }> {
  const optimizer = sgd({ learningRate: linearDecay(lr), momentum });
  const fitting = fit(model, train, { optimizer, epochs, batchSize: batch, seed });
  const interrupts = onInterrupt(files, () => fitting.stop());
  const line = progressLine();
  try {
    for await (const event of fitting) {
      if (event.type === "step") line.step(event);
      if (event.type !== "epoch") continue;
      line.epoch(event);
      await run.appendMetrics(metricsOf(event));
      onEpoch?.(event);
    }
    return { result: await fitting, interrupted: interrupts.asked };
  } finally {
    interrupts.release();
  }
}

/** One line of metrics.jsonl, and one object of `train --json`. */
export function metricsOf({ epoch, step, loss, accuracy, seconds, imagesPerSecond }: EpochEvent): object {
  return { event: "epoch", epoch, step, loss, accuracy, seconds, imagesPerSecond };
}
