// A model: a network with its numbers. Trained, asked, saved.

import type { Host } from "../base/host.ts";
import { type Shape, sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/model.ts";
import { type Engine, referenceEngine } from "../graph/engine.ts";
import { type Network, shapeAt } from "../graph/network.ts";
import { type Dtype, dtypeOf, type Numbers, type Tensor } from "../tensor/tensor.ts";
import type { InputForm } from "./input-form.ts";
import type { Optimizer } from "./optimizer.ts";
import { checkedNumbers, checkedParameters, emptyParameters, fillInitial, type ParameterMap } from "./parameters.ts";
import { predictorOf } from "./predictor.ts";
import { type Summary, summarise } from "./summary.ts";
import type { Sureness } from "./sureness.ts";
import { createTrainer, isList, largest, numbersOf, type Pixels, type Trainer } from "./trainer.ts";

export interface Prediction {
  /** One probability a class; they sum to 1. */
  readonly probs: Float64Array;
  /** The most probable class: its position and, where the model knows names, its name. */
  readonly index: number;
  readonly name: string | undefined;
  /** Where the model has `sureness`: the guess's score, 0…1, and whether it reaches the threshold. */
  readonly certainty?: number;
  readonly sure?: boolean;
}

/** Copies of all parameters by address. */
export type Snapshot = ReadonlyMap<string, Numbers>;

export interface BatchGradients {
  /** Mean over the batch. */
  readonly loss: number;
  /** ∂loss/∂ of every trainable parameter by address, as copies. */
  readonly gradients: ReadonlyMap<string, Tensor<Float64Array>>;
}

export interface ModelOptions {
  readonly host?: Host | undefined;
  readonly classes?: readonly string[] | undefined;
  readonly input?: InputForm | undefined;
  /** Numbers to begin with, one tensor a parameter; absent: the initial weights of seed 0. */
  readonly parameters?: ParameterMap;
}

export class Model<In extends Shape = Shape, Out extends Shape = Shape> {
  /** Of one sample. */
  readonly inputShape: In;
  readonly outputShape: Out;
  readonly network: Network;
  /** Names of the classes, once known from data or a file. */
  classes: readonly string[] | undefined;
  /** How pictures are brought to the input's form, once known from data or a file. */
  input: InputForm | undefined;
  /** The machine that long work makes pauses for; undefined in `cutaway/core`. */
  host: Host | undefined;
  /** When a guess is called sure, once calibrated or known from a file; forgotten when the parameters change. */
  sureness: Sureness | undefined;
  #parameters: ParameterMap;
  #fresh: boolean;
  #trainer: Trainer | undefined;
  #wider: Model | undefined;
  #images: readonly Pixels[] = [];

  constructor(network: Network, { host, classes, input, parameters }: ModelOptions = {}) {
    this.network = network;
    this.inputShape = network.input as In;
    this.outputShape = shapeAt(network, network.last) as Out;
    this.#parameters = parameters ? checkedParameters(network, parameters) : emptyParameters(network);
    this.#fresh = parameters === undefined;
    if (this.#fresh) fillInitial(network, this.#parameters, 0);
    this.classes = classes;
    this.input = input;
    this.host = host;
  }

  /** By address ("conv1.kernel"), in graph order: float64 at first and on the reference, float32 from the fast engine or such a file. */
  get parameters(): ParameterMap {
    return this.#parameters;
  }

  /** Whether the weights are the untouched ones of the start; fit() then draws them from its own seed. */
  get fresh(): boolean {
    return this.#fresh;
  }

  /** What the parameters are stored in. */
  get dtype(): Dtype {
    const [first] = this.parameters.values();
    return first ? dtypeOf(first.data) : "f64";
  }

  /** Draws all weights anew from a seed, 0…2³² − 1, and forgets the velocities and the number of steps so far. */
  initialize(seed: number): void {
    fillInitial(this.network, this.parameters, seed);
    this.#changed();
    this.#trainer = undefined;
  }

  /** Rounds the parameters to float32 or widens them to float64; nothing happens where they are stored so already. */
  cast(dtype: Dtype): void {
    if (this.dtype === dtype) return;
    const copy =
      dtype === "f32" ? (data: Numbers) => Float32Array.from(data) : (data: Numbers) => Float64Array.from(data);
    const cast = [...this.#parameters].map(
      ([address, { shape, data }]) => [address, { shape, data: copy(data) }] as const,
    );
    this.#parameters = new Map(cast);
    this.#trainer = undefined;
  }

  /** Class probabilities of one image, or of each of several (arrays of H·W·C numbers, row first, channels last). A model in float32 answers
   * on the fast engine, where there is one; a model in float64 on the reference. */
  predict(image: Pixels): Promise<Prediction>;
  predict(images: readonly Pixels[]): Promise<Prediction[]>;
  async predict(given: Pixels | readonly Pixels[]): Promise<Prediction | Prediction[]> {
    const images = isList(given) ? given : [given];
    const found = (await this.#probabilities(images)).map((numbers) => {
      const probs = Float64Array.from(numbers);
      const index = largest(probs);
      return { probs, index, name: this.classes?.[index] };
    });
    const judged = this.sureness ? await this.#judged(images, found, this.sureness) : found;
    return isList(given) ? judged : judged[0];
  }

  /** The same guesses with their scores: what the widened network, which may also answer "none of these", leaves to them. */
  async #judged(images: readonly Pixels[], guesses: readonly Prediction[], { threshold, none }: Sureness) {
    const { widenedNetwork, widenedParameters } = await import("./widened.ts");
    const parameters = widenedParameters(this.network, this.parameters, none);
    const known = this.#wider?.dtype === this.dtype ? this.#wider : undefined;
    const wider = known ?? new Model(widenedNetwork(this.network), { parameters });
    wider.host = this.host;
    wider.restore(new Map([...parameters].map(([address, { data }]) => [address, data])));
    this.#wider = wider;
    const answers = await wider.predict(images);
    return guesses.map((guess, k) => {
      const certainty = answers[k].probs[guess.index];
      return { ...guess, certainty, sure: certainty >= threshold };
    });
  }

  #probabilities(images: readonly Pixels[]): Promise<readonly Numbers[]> {
    if (this.dtype === "f64") return this.#training().probabilities(images);
    return predictorOf(this.network, this.host).probabilities(this.parameters, images);
  }

  /** The last layer's outputs (logits) of each image: [N, …]. The images are remembered for `backward`. */
  async forward(images: readonly Pixels[]): Promise<Tensor<Float64Array>> {
    this.#images = images;
    const size = sizeOf(this.outputShape);
    const data = new Float64Array(images.length * size);
    const outputs = await this.#training().outputs(images);
    for (const [k, numbers] of outputs.entries()) data.set(numbers, size * k);
    return { shape: [images.length, ...this.outputShape], data };
  }

  /** Loss and gradients for the images of the last `forward`. Each forward pass is run again, so memory stays that of one image. */
  async backward(labels: readonly number[]): Promise<BatchGradients> {
    const images = this.#images;
    if (labels.length !== images.length || images.length === 0) {
      fail("model.count", { images: images.length, labels: labels.length });
    }
    const trainer = this.#training();
    await trainer.learn(images, labels);
    const gradients = [...trainer.gradients].map(([address, gradient]) => {
      return [
        address,
        { shape: this.parameters.get(address)?.shape ?? [], data: Float64Array.from(gradient) },
      ] as const;
    });
    return { loss: trainer.loss, gradients: new Map(gradients) };
  }

  /** Moves the parameters along the gradients of the last `backward`; gives the learning rate that was used. */
  async step(optimizer: Optimizer, totalSteps = Number.POSITIVE_INFINITY): Promise<number> {
    this.#changed();
    return this.#training().step(optimizer, totalSteps);
  }

  /** A training state of its own (no velocity yet) on an engine with this model's parameters. */
  train(engine: Engine): Trainer {
    this.#changed();
    return createTrainer(this.network, this.parameters, engine);
  }

  #training(): Trainer {
    this.#trainer ??= createTrainer(
      this.network,
      this.parameters,
      referenceEngine(this.network, numbersOf(this.parameters), this.host),
    );
    return this.#trainer;
  }

  snapshot(): Snapshot {
    return new Map([...this.parameters].map(([address, { data }]) => [address, data.slice()]));
  }

  /** Another model of the same network with copies of the numbers, whatever happens to either of them; it has not been trained: no velocity, no
   * steps. What answers and explanations compile is compiled once for all of them. */
  copy(): Model<In, Out> {
    const parameters = new Map(
      [...this.parameters].map(([address, { shape, data }]) => [address, { shape, data: data.slice() }]),
    );
    const { network, host, classes, input } = this;
    const model = new Model<In, Out>(network, { host, classes, input, parameters });
    model.sureness = this.sureness;
    model.#fresh = this.#fresh;
    return model;
  }

  /** Puts a snapshot's numbers back, bit for bit; throws `model.parameter` and changes nothing where it is of another network. */
  restore(snapshot: Snapshot): void {
    const checked = [...this.parameters].map(([address, { data }]) => {
      return { data, numbers: checkedNumbers(address, data, snapshot.get(address)) };
    });
    for (const { data, numbers } of checked) data.set(numbers);
    this.#changed();
  }

  /** Other parameters: no longer those of the start, nor those that were calibrated. */
  #changed(): void {
    this.#fresh = false;
    this.sureness = undefined;
  }

  /** Layers, output shapes, parameters with their arithmetic, FLOPs and bytes; prints as a table. */
  summary(): Summary {
    return summarise(this.network, this.dtype === "f32" ? 4 : 8);
  }
}
