// A model in training: samples through an engine, the gradients of a batch, the optimiser's state.
import { sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/model.ts";
import type { Engine } from "../graph/engine.ts";
import { type Network, shapeAt } from "../graph/network.ts";
import type { Numbers, Tensor } from "../tensor/tensor.ts";
import type { Optimizer } from "./optimizer.ts";
import type { ParameterMap } from "./parameters.ts";

/** Pixels (or any numbers) of one sample, row-major. */
export type Pixels = Uint8Array | Uint8ClampedArray | Float32Array | Float64Array | readonly number[];

/** Whether several samples are given, each an array of its own. An empty array is no sample. */
export function isList(given: Pixels | readonly Pixels[]): given is readonly Pixels[] {
  return given.length === 0 || typeof given[0] !== "number";
}

/** How one sample fared. */
export interface Outcome {
  readonly loss: number;
  readonly predicted: number;
}

export interface Trainer {
  readonly engine: Engine;
  /** ∂L/∂ of every trainable parameter by address, L the mean over the last batch that was learnt. */
  readonly gradients: ReadonlyMap<string, Numbers>;
  /** Mean loss of that batch. */
  readonly loss: number;
  /** Steps taken since the trainer was made. */
  readonly steps: number;
  /** The outputs of the last layer, an array an image; valid until the next call. */
  outputs(images: readonly Pixels[]): Promise<readonly Numbers[]>;
  /** The same after softmax. */
  probabilities(images: readonly Pixels[]): Promise<readonly Numbers[]>;
  /** Takes images through the forward pass, as many as the engine takes at a time. */
  test(images: readonly Pixels[], labels: readonly number[]): Promise<readonly Outcome[]>;
  /** Takes a batch through both passes; its gradients wait for `step`. */
  learn(images: readonly Pixels[], labels: readonly number[]): Promise<readonly Outcome[]>;
  /** Moves the trainable parameters; where a gradient or the rate is not finite it throws `train.nonFinite` and moves nothing. An engine
   * that was opened with an optimiser's kernel takes that optimiser only. */
  step(optimizer: Optimizer, totalSteps: number): Promise<number>;
}

/** A trainer on an engine that holds the parameters' numbers, or copies of them; steps reach `parameters` at once. */
export function createTrainer(network: Network, parameters: ParameterMap, engine: Engine): Trainer {
  const { gradients } = engine;
  const state = new Map<string, Numbers>();
  let loss = 0;
  let steps = 0;
  const forward = async (images: readonly Pixels[], labels?: readonly number[]) => {
    for (const image of images) checkImage(network, image);
    await engine.forward(images, labels);
  };
  return {
    engine,
    gradients,
    get loss() {
      return loss;
    },
    get steps() {
      return steps;
    },
    async outputs(images) {
      await forward(images);
      return finiteOrFail(network, engine, engine.outputs, images);
    },
    async probabilities(images) {
      headOf(network);
      await forward(images);
      return finiteOrFail(network, engine, engine.probs, images);
    },
    async test(images, labels) {
      checkLabels(network, labels);
      await forward(images, labels);
      return outcomes(network, engine, images, labels);
    },
    async learn(images, labels) {
      checkLabels(network, labels);
      for (const image of images) checkImage(network, image);
      await engine.learn(images, labels);
      const found = await outcomes(network, engine, images, labels, steps + 1);
      loss = found.reduce((sum, outcome) => sum + outcome.loss / images.length, 0);
      return found;
    },
    async step(optimizer, totalSteps) {
      const { learningRate } = optimizer;
      const η = typeof learningRate === "function" ? learningRate(steps, totalSteps) : learningRate;
      if (!Number.isFinite(η)) fail("train.nonFinite", { what: "the learning rate", step: steps + 1, received: η });
      if (!engine.finite("gradients")) failGradient(gradients, steps + 1);
      if (engine.move) await engine.move(η);
      else await moveByHand(engine, optimizer, state, η);
      await acceptUpdate(engine, parameters, steps + 1);
      steps++;
      return η;
    },
  };
}

/** An optimiser's own loops over the engine's numbers. */
async function moveByHand(engine: Engine, optimizer: Optimizer, state: Map<string, Numbers>, η: number) {
  for (const [address, gradient] of engine.gradients) {
    const w = engine.parameters.get(address) as Numbers;
    const slots = optimizer.slots.map((slot) => kept(state, `${slot}:${address}`, w));
    optimizer.update(w, gradient, slots, η);
  }
  await engine.refresh();
}

/** Hands the moved numbers of an engine that has copies on to the parameters. float32 overflows early: where a number is no longer
 * finite the engine takes the old ones back and this throws. */
async function acceptUpdate(engine: Engine, parameters: ParameterMap, step: number): Promise<void> {
  const moved = [...engine.gradients.keys()].map((address) => {
    const own = parameters.get(address) as Tensor;
    return { address, own: own.data, w: engine.parameters.get(address) as Numbers };
  });
  const copies = moved.filter(({ own, w }) => own !== w);
  const sound = copies.length === 0 || engine.finite("parameters");
  const bad = sound ? undefined : copies.find(({ w }) => firstBad(w) !== undefined);
  if (bad) {
    const received = firstBad(bad.w) as number;
    for (const { own, w } of copies) w.set(own);
    await engine.refresh();
    fail("train.nonFinite", { what: `the update of ${bad.address}`, step, received });
  }
  for (const { own, w } of copies) own.set(w);
}

/** The numbers of parameters, by address. */
export function numbersOf(parameters: ParameterMap): ReadonlyMap<string, Numbers> {
  return new Map([...parameters].map(([address, { data }]) => [address, data] as const));
}

async function outcomes(
  network: Network,
  engine: Engine,
  images: readonly Pixels[],
  labels: readonly number[],
  step?: number,
): Promise<Outcome[]> {
  const found: Outcome[] = [];
  for (const [k, image] of images.entries()) {
    const [loss] = engine.losses[k];
    if (!Number.isFinite(loss)) await failNonFinite(network, engine, image, labels[k], step);
    found.push({ loss, predicted: largest(engine.outputs[k]) });
  }
  return found;
}

async function finiteOrFail(
  network: Network,
  engine: Engine,
  results: readonly Numbers[],
  images: readonly Pixels[],
): Promise<readonly Numbers[]> {
  const found = results.slice(0, images.length);
  const bad = found.findIndex((numbers) => firstBad(numbers) !== undefined);
  if (bad >= 0) await failNonFinite(network, engine, images[bad], 0);
  return found;
}

function checkImage({ input }: Network, image: Pixels): void {
  const expected = sizeOf(input);
  if (image.length !== expected) fail("model.pixels", { expected, received: image.length });
}

function checkLabels(network: Network, labels: readonly number[]): void {
  headOf(network);
  const [classes] = shapeAt(network, network.last);
  for (const label of labels) checkedLabel(label, classes);
}

function headOf({ head }: Network): { readonly probs: number; readonly loss: number } {
  return head ?? fail("model.noHead", {});
}

/** What an optimiser keeps for a parameter: numbers of the same kind, zero at first. */
function kept(state: Map<string, Numbers>, key: string, like: Numbers): Numbers {
  const numbers = state.get(key) ?? like.slice().fill(0);
  state.set(key, numbers);
  return numbers;
}

/** The label itself; throws `model.label` where it is no class. */
export function checkedLabel(label: number, classes: number): number {
  const right = Number.isInteger(label) && label >= 0 && label < classes;
  return right ? label : fail("model.label", { received: label, classes });
}

/** The position of the largest number, the first where several are equal. */
export function largest(numbers: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < numbers.length; k++) if (numbers[k] > numbers[best]) best = k;
  return best;
}

/** The first number that is not finite, or undefined. */
function firstBad(numbers: Numbers): number | undefined {
  for (let k = 0; k < numbers.length; k++) if (!Number.isFinite(numbers[k])) return numbers[k];
  return undefined;
}

/** Names the first layer, in graph order, whose output is not finite; and the step, where there is one. */
async function failNonFinite(
  { nodes }: Network,
  engine: Engine,
  image: Pixels,
  label: number,
  step?: number,
): Promise<never> {
  const outputs = await engine.inspect(image, label);
  const bad = Array.from(image).find((number) => !Number.isFinite(number));
  const k = outputs.findIndex((output) => firstBad(output) !== undefined);
  const what = bad === undefined ? `layer ${nodes[k].name}` : "the image";
  const received = bad ?? (firstBad(outputs[k]) as number);
  return step === undefined
    ? fail("model.nonFinite", { what, received })
    : fail("train.nonFinite", { what, step, received });
}

function failGradient(gradients: ReadonlyMap<string, Numbers>, step: number): void {
  for (const [address, numbers] of gradients) {
    const bad = firstBad(numbers);
    if (bad !== undefined) fail("train.nonFinite", { what: `the gradient of ${address}`, step, received: bad });
  }
}
