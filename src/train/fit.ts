// Training: epochs over shuffled batches, forward, backward and step, with events, validation and a way to stop.

import type { Host } from "../base/host.ts";
import { permutation, randomStream } from "../base/random.ts";
import { fail } from "../base/words/model.ts";
import type { Dataset } from "../data/dataset.ts";
import { holdOut } from "../data/split.ts";
import { type Backend, type BackendFacts, backendFacts, openEngine } from "../graph/backend.ts";
import type { Engine } from "../graph/engine.ts";
import type { Model } from "../nn/model.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import { numbersOf, type Trainer } from "../nn/trainer.ts";
import { evaluateWith } from "./evaluate.ts";
import { checkFits, isNumbered, pixelsOf } from "./fitting.ts";
import { Run } from "./run.ts";
import { sgd } from "./sgd.ts";

export interface FitOptions {
  /** Default sgd(). */
  readonly optimizer?: Optimizer;
  /** Passes over the data, from 1 up; default 1. */
  readonly epochs?: number;
  /** Images a step, from 1 up; default 32. The last batch of an epoch may be smaller. */
  readonly batchSize?: number;
  /** 0…2³² − 1, default 0: initial weights of a fresh model, shuffling, the validation split. */
  readonly seed?: number;
  /** Tested after every epoch. */
  readonly validation?: Dataset;
  /** Share of the data held back for validation instead, 0…1; stratified by class. */
  readonly validationSplit?: number;
  /** Such as an AbortSignal: the run ends after the step under way once it is aborted. */
  readonly signal?: { readonly aborted: boolean };
  /** Called before every step; the run stands still while the promise it gives is open. */
  readonly beforeStep?: (next: NextStep) => PromiseLike<unknown> | undefined;
  readonly host?: Host | undefined;
  /** Default "auto". Kernels train in float32: the model's parameters are cast to it first. */
  readonly backend?: Backend;
}

/** The step that comes next. */
export interface NextStep {
  /** From 1. */
  readonly epoch: number;
  /** Steps done before it. */
  readonly step: number;
  /** The pictures it takes: places in the data, or in what validationSplit left of it. */
  readonly pictures: readonly number[];
}

/** Losses are means over pictures, accuracies shares 0…1. */
export interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done, of `totalSteps`. */
  readonly step: number;
  readonly totalSteps: number;
  /** Pictures of this epoch so far, and their mean loss and accuracy as they were seen. */
  readonly images: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** What will run, before the first step. */
export interface StartEvent extends BackendFacts {
  readonly type: "start";
  readonly totalSteps: number;
  /** Which kernel computes each layer: "conv1": "winograd+relu" …; empty on the reference. */
  readonly kernels: Readonly<Record<string, string>>;
  /** What all buffers take together, in bytes; absent on the reference, which has one image at a time. */
  readonly peakBytes?: number;
}

export interface StepEvent extends Progress {
  readonly type: "step";
  /** Mean loss of this batch, before its step. */
  readonly batchLoss: number;
  readonly learningRate: number;
}

export interface EpochEvent extends Progress {
  readonly type: "epoch";
  readonly validation?: { readonly loss: number; readonly accuracy: number };
  /** Training time of this epoch, without validation; absent without a host, which has the clock. */
  readonly seconds?: number;
  readonly imagesPerSecond?: number;
}

export interface FitResult extends Progress, BackendFacts {
  readonly type: "done";
  readonly kernels: Readonly<Record<string, string>>;
  readonly peakBytes?: number;
  /** Ended early by stop() or the signal. */
  readonly stopped: boolean;
  readonly seed: number;
  /** The machine, or why there were no pauses and no clock. */
  readonly host: string;
  readonly seconds?: number;
  readonly imagesPerSecond?: number;
  /** After the last epoch; absent where that was cut short. */
  readonly validation?: { readonly loss: number; readonly accuracy: number };
}

export type FitEvent = StartEvent | StepEvent | EpochEvent | FitResult;

/** Trains a model in place. The same seed, data and settings give the same bits. A model that was never trained, loaded,
 * restored or initialised starts from this seed's weights. Throws before the first step where data or options do not fit,
 * and `train.nonFinite` where a loss or gradient stops being a number: the weights are then those before that step. */
export function fit(model: Model, data: Dataset, options: FitOptions = {}): Run<FitEvent, FitResult> {
  const { optimizer = sgd(), epochs = 1, batchSize = 32, seed = 0, signal, host = model.host } = options;
  checkOptions(options);
  checkFits(model, data, "fit");
  if (data.count === 0) fail("train.empty", { where: "fit" });
  const { train, validation } = partsOf(data, options, seed);
  if (validation) checkFits(model, validation, "fit, validation");
  return new Run(async (emit, stopped) => {
    if (model.fresh) model.initialize(seed);
    if (!model.classes || !isNumbered(data.classes)) model.classes = data.classes;
    model.input = data.input;
    const facts = await backendFacts(options.backend ?? "auto", host);
    if (facts.backend === "wasm") model.cast("f32");
    const batch = Math.min(batchSize, train.count);
    const update = facts.backend === "wasm" ? await kernelOf(optimizer) : undefined;
    const engine = await openEngine(facts, model.network, numbersOf(model.parameters), {
      batch,
      training: true,
      update,
      host,
    });
    try {
      const { beforeStep } = options;
      const settings = { optimizer, epochs, batchSize, seed, host, validation, facts, beforeStep };
      const ended = () => stopped() || signal?.aborted === true;
      const totalSteps = epochs * Math.ceil(train.count / batchSize);
      emit({ type: "start", totalSteps, ...facts, threads: engine.mostThreads, ...costOf(engine) });
      const result = await trainEpochs(model.train(engine), train, settings, emit, ended);
      emit(result);
      return result;
    } finally {
      engine.close();
    }
  });
}

function costOf({ kernels, bytes }: Engine) {
  return { kernels, ...(bytes !== undefined && { peakBytes: bytes }) };
}

/** The optimiser's step for the engine's kernels, where it has one. */
async function kernelOf(optimizer: Optimizer) {
  const rule = await optimizer.kernel?.();
  return rule && { rule, slots: optimizer.slots.length };
}

function checkOptions({ epochs = 1, batchSize = 32, seed = 0, validationSplit = 0, validation }: FitOptions): void {
  const check = (ok: boolean, option: string, expected: string, received: unknown) =>
    ok || fail("option.value", { where: "fit", option, expected, received });
  check(Number.isSafeInteger(epochs) && epochs >= 1, "epochs", "a whole number from 1 up", epochs);
  check(Number.isSafeInteger(batchSize) && batchSize >= 1, "batchSize", "a whole number from 1 up", batchSize);
  check(Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff, "seed", "a whole number 0…4294967295", seed);
  check(
    validationSplit >= 0 && validationSplit < 1,
    "validationSplit",
    "a share from 0 up to, but not, 1",
    validationSplit,
  );
  const either = validationSplit === 0 || validation === undefined;
  check(either, "validationSplit", "no share where a validation set is given", validationSplit);
}

function partsOf(data: Dataset, { validation, validationSplit = 0 }: FitOptions, seed: number) {
  if (validation || validationSplit === 0) return { train: data, validation };
  const { kept, held } = holdOut(data, validationSplit, seed);
  return { train: kept, validation: held };
}

interface Settings {
  readonly optimizer: Optimizer;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly host: Host | undefined;
  readonly validation: Dataset | undefined;
  readonly facts: BackendFacts;
  readonly beforeStep: FitOptions["beforeStep"];
}

type Emit = (event: FitEvent) => void;

async function trainEpochs(trainer: Trainer, data: Dataset, settings: Settings, emit: Emit, ended: () => boolean) {
  const { epochs, batchSize, seed, host, validation, facts } = settings;
  const totalSteps = epochs * Math.ceil(data.count / batchSize);
  let progress: Progress = { epoch: 1, epochs, step: 0, totalSteps, images: 0, loss: 0, accuracy: 0 };
  let seen = 0;
  let milliseconds = 0;
  let checked: EpochEvent["validation"];
  for (let epoch = 1; epoch <= epochs && !ended(); epoch++) {
    const start = host?.now() ?? 0;
    progress = await trainEpoch(trainer, data, settings, { ...progress, epoch }, emit, ended);
    const took = host ? host.now() - start : 0;
    seen += progress.images;
    milliseconds += took;
    checked = undefined;
    if (validation && !ended()) {
      const { loss, accuracy } = await evaluateWith(trainer, validation);
      checked = { loss, accuracy };
    }
    emit({
      type: "epoch",
      ...progress,
      ...speed(host, took, progress.images),
      ...(checked && { validation: checked }),
    });
  }
  const result: FitResult = {
    type: "done",
    ...progress,
    stopped: ended() && progress.step < totalSteps,
    seed,
    ...facts,
    threads: trainer.engine.threads,
    shared: trainer.engine.threads > 1,
    ...costOf(trainer.engine),
    why: [...facts.why, ...trainer.engine.why],
    host: host?.name ?? "none: one thread, no pauses, no clock",
    ...speed(host, milliseconds, seen),
    ...(checked && { validation: checked }),
  };
  return result;
}

function speed(host: Host | undefined, milliseconds: number, images: number) {
  return host
    ? { seconds: milliseconds / 1000, imagesPerSecond: images === 0 ? 0 : (1000 * images) / milliseconds }
    : {};
}

/** One pass over the data in the order of (seed, epoch). */
async function trainEpoch(
  trainer: Trainer,
  data: Dataset,
  { optimizer, batchSize, seed, beforeStep }: Settings,
  before: Progress,
  emit: Emit,
  ended: () => boolean,
): Promise<Progress> {
  const order = permutation(data.count, randomStream(seed, "shuffle", before.epoch));
  let progress: Progress = { ...before, images: 0, loss: 0, accuracy: 0 };
  let right = 0;
  let loss = 0;
  for (let start = 0; start < data.count && !ended(); start += batchSize) {
    const batch = Array.from(order.subarray(start, start + batchSize));
    if (beforeStep) {
      await beforeStep({ epoch: before.epoch, step: progress.step, pictures: batch });
      if (ended()) break;
    }
    const labels = batch.map((index) => data.labels[index]);
    const pictures = batch.map((index) => pixelsOf(data, index));
    for (const [k, outcome] of (await trainer.learn(pictures, labels)).entries()) {
      loss += outcome.loss;
      if (outcome.predicted === labels[k]) right++;
    }
    const learningRate = await trainer.step(optimizer, before.totalSteps);
    const images = start + batch.length;
    progress = { ...progress, step: progress.step + 1, images, loss: loss / images, accuracy: right / images };
    emit({ type: "step", ...progress, batchLoss: trainer.loss, learningRate });
    // Readers take their event and may ask to stop, also where no host makes pauses.
    await undefined;
  }
  return progress;
}
