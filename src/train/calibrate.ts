// When a trained classifier may call a guess sure: one more unit, "none of these", is taught beside its classes, and a threshold measured.

import type { Host } from "../base/host.ts";
import { sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/model.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Backend } from "../graph/backend.ts";
import { Model } from "../nn/model.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import { lastDense, type Sureness, surenessScore } from "../nn/sureness.ts";
import type { Pixels } from "../nn/trainer.ts";
import { noneOf, widenedNetwork, widenedParameters } from "../nn/widened.ts";
import { fit } from "./fit.ts";
import { checkFits, pixelsOf } from "./fitting.ts";
import { linearDecay, sgd } from "./sgd.ts";

export interface CalibrateOptions {
  /** Pictures of the model's classes, best such that it was not trained on; at least 40. */
  readonly known: Dataset;
  /** Pictures that are of no class, in the model's form, such as `scribbles()`; at least 40. */
  readonly scribbles: readonly Pixels[];
  /** Share of the pictures read right that the model is to call sure, above 0 and below 1; default 0.95. */
  readonly share?: number;
  /** 0…2³² − 1, default 0: the order in which pictures are shown. */
  readonly seed?: number;
  /** Default "auto". */
  readonly backend?: Backend;
  readonly host?: Host | undefined;
}

const LEAST = 40;

/** The taught unit's training. */
const teaching = { epochs: 6, batchSize: 32, rate: 0.03, momentum: 0.9 };

/**
 * Measures when a model's guess is sure, and stores it in `model.sureness`; the model's own numbers stay as they are. The score is the
 * softmax probability of the guess where the last dense layer has one more unit, for pictures of no class; that unit alone is taught, by
 * logistic loss, on every other picture of both kinds. The threshold is the largest that calls `share` of the remaining known pictures sure
 * that are read right. What it gives is measured on those remaining pictures.
 * Throws `calibrate.dense`, `calibrate.few`, `calibrate.unread`, `option.value`, `model.pixels`, and where data and model do not fit.
 */
export async function calibrate(model: Model, options: CalibrateOptions): Promise<Sureness> {
  const { known, scribbles, share = 0.95, seed = 0, backend = "auto", host = model.host } = options;
  checkOptions(model, known, scribbles, share);
  const wider = await taught(model, known, scribbles, { seed, backend, host });
  const judge = new Model(model.network, { host, parameters: model.parameters });
  const none = noneOf(model.network, wider.parameters);
  judge.sureness = { score: surenessScore, threshold: 0, known: 0, scribbles: 0, none };
  const held = odd(Array.from({ length: known.count }, (_, k) => k));
  const guesses = await judge.predict(held.map((k) => pixelsOf(known, k)));
  const right = guesses.filter(({ index }, k) => index === known.labels[held[k]]).map(certaintyOf);
  if (right.length === 0) fail("calibrate.unread", {});
  const threshold = right.toSorted((a, b) => a - b)[Math.floor((1 - share) * right.length)];
  const strangers = (await judge.predict(odd(scribbles))).map(certaintyOf);
  const sureOf = (scores: readonly number[]) => scores.filter((score) => score >= threshold).length / scores.length;
  const sureness = { score: surenessScore, threshold, known: sureOf(right), scribbles: sureOf(strangers), none };
  model.sureness = sureness;
  return sureness;
}

const certaintyOf = ({ certainty = 0 }: { readonly certainty?: number }) => certainty;

/** Every other item: the first, third … teach, the others are for the measurement. */
const even = <T>(items: readonly T[]) => items.filter((_, k) => k % 2 === 0);
const odd = <T>(items: readonly T[]) => items.filter((_, k) => k % 2 === 1);

function checkOptions(model: Model, known: Dataset, scribbles: readonly Pixels[], share: number): void {
  if (!lastDense(model.network)) fail("calibrate.dense", {});
  checkFits(model, known, "calibrate");
  const few = (what: string, received: number) =>
    received < LEAST && fail("calibrate.few", { what, least: LEAST, received });
  few("known", known.count);
  few("scribbles", scribbles.length);
  const expected = sizeOf(model.inputShape);
  const misfit = scribbles.find(({ length }) => length !== expected);
  if (misfit) fail("model.pixels", { expected, received: misfit.length });
  if (share > 0 && share < 1) return;
  fail("option.value", {
    where: "calibrate",
    option: "share",
    expected: "a share above 0 and below 1",
    received: share,
  });
}

/** The widened network after its last unit was taught; it starts from zeros, which are no opinion. */
async function taught(
  model: Model,
  known: Dataset,
  scribbles: readonly Pixels[],
  { seed, backend, host }: { readonly seed: number; readonly backend: Backend; readonly host: Host | undefined },
): Promise<Model> {
  const network = widenedNetwork(model.network);
  const weight = new Array<number>(lastDense(model.network)?.inputs ?? 0).fill(0);
  const wider = new Model(network, {
    host,
    parameters: widenedParameters(model.network, model.parameters, { weight }),
  });
  const { epochs, batchSize } = teaching;
  const optimizer = lastUnitOnly(known.classes.length + 1);
  await fit(wider, mixture(known, scribbles), { optimizer, epochs, batchSize, seed, backend, host });
  return wider;
}

/** Gradient descent that moves the last of so many units and no other: weights and biases both have units as their last index. */
function lastUnitOnly(units: number): Optimizer {
  const { rate, momentum } = teaching;
  const { name, learningRate, slots, settings, update } = sgd({ learningRate: linearDecay(rate), momentum });
  return {
    name,
    learningRate,
    slots,
    settings,
    update(w, gradient, state, η) {
      update(
        w,
        gradient.map((g, k) => (k % units === units - 1 ? g : 0)),
        state,
        η,
      );
    },
  };
}

/** The teaching half of both kinds as one set; scribbles have the label after the last class. Classes are numbered. */
function mixture(known: Dataset, scribbles: readonly Pixels[]): Dataset {
  const own = even(Array.from({ length: known.count }, (_, k) => k));
  const strange = even(scribbles);
  const count = own.length + strange.length;
  const size = sizeOf(known.shape);
  const images = new Float32Array(count * size);
  const pictures: readonly Pixels[] = [...own.map((k) => pixelsOf(known, k)), ...strange];
  for (const [k, pixels] of pictures.entries()) images.set(pixels, k * size);
  const none = known.classes.length;
  const labels = Uint32Array.from([...own.map((k) => known.labels[k]), ...strange.map(() => none)]);
  const classes = Array.from({ length: none + 1 }, (_, k) => String(k));
  return { images, labels, count, shape: known.shape, classes, input: known.input };
}
