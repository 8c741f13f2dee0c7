// A model in training: samples through an engine, the gradients of a batch, the optimiser's state.
import { fail } from "../base/words/model.ts";
import { type Engine, referenceEngine } from "../graph/engine.ts";
import type { Network } from "../graph/network.ts";
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
  /** ∂L/∂ of every trainable parameter by address, L the mean over the batch so far. */
  readonly gradients: ReadonlyMap<string, Numbers>;
  /** Mean loss of the batch so far. */
  readonly loss: number;
  /** Steps taken since the trainer was made. */
  readonly steps: number;
  /** The outputs of the last layer for one sample; valid until the next call. */
  outputs(image: Pixels): Numbers;
  /** The same after softmax. */
  probabilities(image: Pixels): Numbers;
  /** Forgets the gradients of the batch before. */
  begin(batchSize: number): void;
  /** Takes one sample through the forward pass; gives its loss and the class it was taken for. */
  test(image: Pixels, label: number): Outcome;
  /** Takes one sample through both passes and adds its share to the gradients of the batch. */
  add(image: Pixels, label: number): Outcome;
  /** Moves the trainable parameters; where a gradient or the rate is not finite it throws `train.nonFinite` and moves nothing. */
  step(optimizer: Optimizer, totalSteps: number): number;
}

/** A trainer on an engine that holds the parameters' numbers, or copies of them; steps reach `parameters` at once. */
export function createTrainer(
  network: Network,
  parameters: ParameterMap,
  engine = ownEngine(network, parameters),
): Trainer {
  const { gradients } = engine;
  const state = new Map<string, Numbers>();
  let share = 1;
  let loss = 0;
  let steps = 0;
  return {
    gradients,
    get loss() {
      return loss;
    },
    get steps() {
      return steps;
    },
    outputs: (image) => outputsOf(network, engine, image, network.last),
    probabilities: (image) => outputsOf(network, engine, image, headOf(network).probs),
    begin(batchSize) {
      share = 1 / batchSize;
      loss = 0;
      for (const gradient of gradients.values()) gradient.fill(0);
    },
    test: (image, label) => testSample(network, engine, image, label),
    add(image, label) {
      const outcome = testSample(network, engine, image, label, steps + 1);
      loss += outcome.loss * share;
      engine.backward(share);
      return outcome;
    },
    step(optimizer, totalSteps) {
      const { learningRate } = optimizer;
      const η = typeof learningRate === "function" ? learningRate(steps, totalSteps) : learningRate;
      if (!Number.isFinite(η)) fail("train.nonFinite", { what: "the learning rate", step: steps + 1, received: η });
      checkGradients(gradients, steps + 1);
      for (const [address, gradient] of gradients) {
        const w = engine.parameters.get(address) as Numbers;
        const slots = optimizer.slots.map((slot) => kept(state, `${slot}:${address}`, w));
        optimizer.update(w, gradient, slots, η);
      }
      acceptUpdate(engine, parameters, steps + 1);
      engine.refresh();
      steps++;
      return η;
    },
  };
}

/** Hands the moved numbers of an engine that has copies on to the parameters. float32 overflows early: where a number is no longer
 * finite the engine takes the old ones back and this throws. */
function acceptUpdate(engine: Engine, parameters: ParameterMap, step: number): void {
  const moved = [...engine.gradients.keys()].map((address) => {
    const own = parameters.get(address) as Tensor;
    return { address, own: own.data, w: engine.parameters.get(address) as Numbers };
  });
  const copies = moved.filter(({ own, w }) => own !== w);
  const bad = copies.find(({ w }) => firstBad(w) !== undefined);
  if (bad) {
    const received = firstBad(bad.w) as number;
    for (const { own, w } of copies) w.set(own);
    fail("train.nonFinite", { what: `the update of ${bad.address}`, step, received });
  }
  for (const { own, w } of copies) own.set(w);
}

/** The reference on the parameters themselves. */
function ownEngine(network: Network, parameters: ParameterMap): Engine {
  return referenceEngine(network, numbersOf(parameters));
}

/** The numbers of parameters, by address. */
export function numbersOf(parameters: ParameterMap): ReadonlyMap<string, Numbers> {
  return new Map([...parameters].map(([address, { data }]) => [address, data] as const));
}

function testSample(network: Network, engine: Engine, image: Pixels, label: number, step?: number): Outcome {
  const outputs = engine.outputs[network.last];
  const losses = engine.outputs[headOf(network).loss];
  engine.setLabel(checkedLabel(label, outputs.length));
  load(engine, image);
  engine.forward();
  if (!Number.isFinite(losses[0])) failNonFinite(network, engine, step);
  return { loss: losses[0], predicted: largest(outputs) };
}

function outputsOf(network: Network, engine: Engine, image: Pixels, node: number): Numbers {
  load(engine, image);
  engine.forward();
  if (firstBad(engine.outputs[node]) !== undefined) failNonFinite(network, engine);
  return engine.outputs[node];
}

function load({ input }: Engine, image: Pixels): void {
  if (image.length !== input.length) fail("model.pixels", { expected: input.length, received: image.length });
  input.set(image);
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
function failNonFinite({ nodes }: Network, { input, outputs }: Engine, step?: number): never {
  const bad = firstBad(input);
  const k = outputs.findIndex((output) => firstBad(output) !== undefined);
  const what = bad === undefined ? `layer ${nodes[k].name}` : "the image";
  const received = bad ?? (firstBad(outputs[k]) as number);
  return step === undefined
    ? fail("model.nonFinite", { what, received })
    : fail("train.nonFinite", { what, step, received });
}

function checkGradients(gradients: ReadonlyMap<string, Numbers>, step: number): void {
  for (const [address, numbers] of gradients) {
    const bad = firstBad(numbers);
    if (bad !== undefined) fail("train.nonFinite", { what: `the gradient of ${address}`, step, received: bad });
  }
}
