// A model in training on the reference: the buffers of one sample, the gradients of a batch, the optimiser's state.
import { fail } from "../base/words/model.ts";
import { type Network, type Node, parameterSpecs } from "../graph/network.ts";
import { backwardPass, createRecord, forwardPass, type SampleRecord } from "../graph/pass.ts";
import type { Numbers, Tensor } from "../tensor/tensor.ts";
import type { Optimizer } from "./optimizer.ts";

/** Pixels (or any numbers) of one sample, row-major. */
export type Pixels = Uint8Array | Uint8ClampedArray | Float32Array | Float64Array | readonly number[];

/** How one sample fared. */
export interface Outcome {
  readonly loss: number;
  readonly predicted: number;
}

export interface Trainer {
  /** ∂L/∂ of every trainable parameter by address, L the mean over the batch so far. */
  readonly gradients: ReadonlyMap<string, Float64Array>;
  /** Mean loss of the batch so far. */
  readonly loss: number;
  /** Steps taken since the trainer was made. */
  readonly steps: number;
  /** The outputs of the last layer for one sample; valid until the next call. */
  outputs(image: Pixels): Float64Array;
  /** The same after softmax. */
  probabilities(image: Pixels): Float64Array;
  /** Forgets the gradients of the batch before. */
  begin(batchSize: number): void;
  /** Takes one sample through the forward pass; gives its loss and the class it was taken for. */
  test(image: Pixels, label: number): Outcome;
  /** Takes one sample through both passes and adds its share to the gradients of the batch. */
  add(image: Pixels, label: number): Outcome;
  /** Moves the trainable parameters; where a gradient or the rate is not finite it throws `train.nonFinite` and moves nothing. */
  step(optimizer: Optimizer, totalSteps: number): number;
}

export function createTrainer(network: Network, parameters: ReadonlyMap<string, Tensor>): Trainer {
  const numbers = new Map([...parameters].map(([address, { data }]) => [address, data] as const));
  const trainable = parameterSpecs(network).filter(({ node }) => node.trainable);
  const gradients = new Map(
    trainable.map(({ address }) => [address, new Float64Array(sizeAt(parameters, address))] as const),
  );
  const record = createRecord(network, numbers, gradients, "training");
  const state = new Map<string, Float64Array>();
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
    outputs: (image) => outputsOf(network, record, image, network.last),
    probabilities: (image) => outputsOf(network, record, image, headOf(network).probs),
    begin(batchSize) {
      share = 1 / batchSize;
      loss = 0;
      for (const gradient of gradients.values()) gradient.fill(0);
    },
    test: (image, label) => testSample(network, record, image, label, steps + 1),
    add(image, label) {
      const outcome = testSample(network, record, image, label, steps + 1);
      loss += outcome.loss * share;
      backwardPass(network, record, { node: headOf(network).loss, cell: 0, value: share });
      return outcome;
    },
    step(optimizer, totalSteps) {
      const { learningRate } = optimizer;
      const η = typeof learningRate === "function" ? learningRate(steps, totalSteps) : learningRate;
      if (!Number.isFinite(η)) fail("train.nonFinite", { what: "the learning rate", step: steps + 1, received: η });
      checkGradients(gradients, steps + 1);
      for (const { address } of trainable) {
        const w = numbers.get(address) as Numbers;
        const slots = optimizer.slots.map((slot) => kept(state, `${slot}:${address}`, w.length));
        optimizer.update(w, gradients.get(address) as Numbers, slots, η);
      }
      steps++;
      return η;
    },
  };
}

function testSample(network: Network, record: SampleRecord, image: Pixels, label: number, step: number): Outcome {
  const outputs = record.values[network.last].output;
  const losses = record.values[headOf(network).loss].output;
  record.setLabel(checkedLabel(label, outputs.length));
  load(record, image);
  forwardPass(network, record);
  if (!Number.isFinite(losses[0])) failNonFinite(network, record, step);
  return { loss: losses[0], predicted: largest(outputs) };
}

function outputsOf(network: Network, record: SampleRecord, image: Pixels, node: number): Float64Array {
  load(record, image);
  forwardPass(network, record);
  return record.values[node].output as Float64Array;
}

function load({ input }: SampleRecord, image: Pixels): void {
  if (image.length !== input.length) fail("model.pixels", { expected: input.length, received: image.length });
  for (let k = 0; k < input.length; k++) input[k] = image[k];
}

function headOf({ head }: Network): { readonly probs: number; readonly loss: number } {
  return head ?? fail("model.noHead", {});
}

function sizeAt(parameters: ReadonlyMap<string, Tensor>, address: string): number {
  return parameters.get(address)?.data.length ?? 0;
}

function kept(state: Map<string, Float64Array>, key: string, length: number): Float64Array {
  const numbers = state.get(key) ?? new Float64Array(length);
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

const firstBad = (numbers: ArrayLike<number>) =>
  Array.prototype.find.call(numbers, (v) => !Number.isFinite(v)) as number | undefined;

/** Names the first layer, in graph order, whose output is not finite. */
function failNonFinite({ nodes }: Network, { input, values }: SampleRecord, step: number): never {
  const bad = firstBad(input);
  if (bad !== undefined) return fail("train.nonFinite", { what: "the image", step, received: bad });
  const k = nodes.findIndex((_: Node, index) => firstBad(values[index].output) !== undefined);
  return fail("train.nonFinite", {
    what: `layer ${nodes[k].name}`,
    step,
    received: firstBad(values[k].output) as number,
  });
}

function checkGradients(gradients: ReadonlyMap<string, Float64Array>, step: number): void {
  for (const [address, numbers] of gradients) {
    const bad = firstBad(numbers);
    if (bad !== undefined) fail("train.nonFinite", { what: `the gradient of ${address}`, step, received: bad });
  }
}
