// tellStep(): one step of training as data. Every tensor of the forward pass, the backward pass and the update, each cell with its account.
import type { Host } from "../../base/host.ts";
import { fail } from "../../base/words/model.ts";
import type { Backend } from "../../graph/backend.ts";
import { INPUT, type Network, shapeAt } from "../../graph/network.ts";
import { type Place, placeAt } from "../../graph/places.ts";
import type { Model } from "../../nn/model.ts";
import type { Optimizer } from "../../nn/optimizer.ts";
import { checkedLabel, isList, type Pixels } from "../../nn/trainer.ts";
import type { Account } from "../../trace/account.ts";
import { sgd } from "../../train/sgd.ts";
import { explain } from "../explain.ts";
import type { Opened } from "../opened.ts";
import type { OptimizerState } from "../update.ts";
import { checkFinite } from "./finite.ts";
import { type StepTensor, tensorAt } from "./tensor.ts";

export { cellAddress, type StepTensor } from "./tensor.ts";

export interface StepRequest {
  /** One image (H·W·C numbers), or several: a batch, whose samples are addressed by @k. */
  readonly input: Pixels | readonly Pixels[];
  /** The true class, or one an image. */
  readonly label: number | readonly number[];
  /** Whose update is told; default `sgd({ learningRate: 0.001 })`. */
  readonly optimizer?: Optimizer | undefined;
  /** What the optimiser kept before the step, by parameter and slot; default zeros, as before a first step. */
  readonly state?: OptimizerState | undefined;
  /** Where in a run the step stands, for a learning rate that is a function of it; default step 0 of 1. */
  readonly step?: number | undefined;
  readonly totalSteps?: number | undefined;
  /** Whose numbers are told; default "reference". */
  readonly backend?: Backend;
  readonly host?: Host | undefined;
}

export interface StepParameter {
  /** "kernel", "bias", "weight". */
  readonly role: string;
  /** False where the layer is not trained: then `next` equals `value`, whatever the gradient. */
  readonly trainable: boolean;
  readonly value: StepTensor;
  /** ∂loss/∂ the parameter, the loss being the mean over the batch. */
  readonly gradient: StepTensor;
  /** After the update. */
  readonly next: StepTensor;
  /** What the optimiser keeps after the update, one tensor a slot. */
  readonly state: readonly StepTensor[];
}

export interface StepLayer {
  readonly name: string;
  readonly op: string;
  /** One a sample, and so is the gradient. */
  readonly output: readonly StepTensor[];
  readonly gradient: readonly StepTensor[];
  readonly parameters: readonly StepParameter[];
}

export interface Step {
  readonly opened: Opened;
  readonly samples: number;
  readonly labels: readonly number[];
  /** One a sample: what the caller gave, and ∂loss/∂ it. */
  readonly input: readonly StepTensor[];
  readonly inputGradient: readonly StepTensor[];
  /** In graph order, softmax and loss included. */
  readonly layers: readonly StepLayer[];
  /** The outputs of the last layer and of the softmax, one a sample: the same tensors as in `layers`. */
  readonly logits: readonly StepTensor[];
  readonly probs: readonly StepTensor[];
  /** Mean over the batch. */
  readonly loss: number;
  readonly optimizer: Optimizer;
  /** η of this step. */
  readonly learningRate: number;
  /** The account of one cell; throws as `Opened.at` does. */
  at(address: string): Account;
  /** All tensors: images, then layer by layer outputs, gradients and what belongs to the parameters. */
  tensors(): readonly StepTensor[];
}

/** Tells one step: takes images through both passes and the update. Numbers are the engine's own; ranges and accounts are found when they are
 * asked for. Nothing happens to the model. Throws `model.noHead` where the network has no loss, `model.label`, `model.pixels` and `model.count`
 * where labels and images do not fit, `model.nonFinite` where a number of either pass is none, `option.value` where the update's options are
 * wrong. */
export async function tellStep(model: Model, request: StepRequest): Promise<Step> {
  const { network } = model;
  const { label, optimizer = sgd({ learningRate: 0.001 }), ...rest } = request;
  const { probs } = network.head ?? fail("model.noHead", {});
  const labels = checkedLabels(network, label);
  const opened = await explain(model, { ...rest, label: labels, optimizer });
  checkFinite(opened, isList(request.input) ? request.input : [request.input]);
  const layers = network.nodes.map((_, position) => layerOf(opened, position));
  const [input, inputGradient] = ["", "grad:"].map((scope) => bySample(opened, scope, INPUT));
  return {
    opened,
    samples: opened.samples,
    labels,
    input,
    inputGradient,
    layers,
    logits: layers[network.last].output,
    probs: layers[probs].output,
    loss: opened.value("loss"),
    optimizer: opened.optimizer,
    learningRate: opened.learningRate,
    at: (address) => opened.at(address),
    tensors: () => [...input, ...inputGradient, ...layers.flatMap(tensorsOf)],
  };
}

function checkedLabels(network: Network, label: number | readonly number[]): readonly number[] {
  const [classes] = shapeAt(network, network.last);
  return (typeof label === "object" && label !== null ? label : [label]).map((one) => checkedLabel(one, classes));
}

function layerOf(opened: Opened, position: number): StepLayer {
  const { name, op, parameters, trainable } = opened.network.nodes[position];
  const { slots } = opened.optimizer;
  return {
    name,
    op,
    output: bySample(opened, "", position),
    gradient: bySample(opened, "grad:", position),
    parameters: Object.entries(parameters).map(([role, { shape }]) => {
      const tensor = (scope: string) => tensorAt(opened, `${scope}${name}.${role}`, shape);
      return {
        role,
        trainable,
        value: tensor(""),
        gradient: tensor("grad:"),
        next: tensor("next:"),
        state: slots.map((slot) => tensor(`state.${slot}:`)),
      };
    }),
  };
}

/** The output at a node, or its gradient, of every sample. */
function bySample(opened: Opened, scope: string, node: number): readonly StepTensor[] {
  const { name, shape } = placeAt(opened.network, node, "out") as Place;
  const { samples } = opened;
  const sample = (k: number) => (samples > 1 ? `@${k}` : "");
  return Array.from({ length: samples }, (_, k) => tensorAt(opened, `${scope}${name}${sample(k)}`, shape));
}

function tensorsOf({ output, gradient, parameters }: StepLayer): readonly StepTensor[] {
  const own = parameters.flatMap(({ value, gradient: slope, next, state }) => [value, slope, next, ...state]);
  return [...output, ...gradient, ...own];
}
