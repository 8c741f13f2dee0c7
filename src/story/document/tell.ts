// tellStory(): one training step on one picture as plain data, put together from the step, the maps of attention and the proof.
import type { Host } from "../../base/host.ts";
import { cellAt } from "../../base/shape.ts";
import { type Backend, backendFacts } from "../../graph/backend.ts";
import type { Network } from "../../graph/network.ts";
import type { Model } from "../../nn/model.ts";
import { largest, type Pixels } from "../../nn/trainer.ts";
import { sgd } from "../../train/sgd.ts";
import { gradCam } from "../attention/grad-cam.ts";
import type { AttentionMap } from "../attention/map.ts";
import { occlusion } from "../attention/occlusion.ts";
import { saliency } from "../attention/saliency.ts";
import { scaleOf } from "../look/roles.ts";
import { type Role, type Scale, scaleFor } from "../look/scales.ts";
import { prove } from "../proof/proof.ts";
import { type Step, type StepParameter, type StepTensor, tellStep } from "../step/step.ts";
import { whatIf } from "../what-if/what-if.ts";
import { layerText } from "./layers.ts";
import type { Story, StoryLayer, StoryMap, StoryParameter, StoryTensor, StoryUpdate, StoryWeight } from "./story.ts";

export interface StoryRequest {
  /** One image, H·W·C numbers. */
  readonly input: Pixels;
  /** The true class. */
  readonly label: number;
  /** η of the step, plain gradient descent; default 0.001. */
  readonly learningRate?: number;
  readonly title?: string;
  /** Whose numbers are told; default "reference". */
  readonly backend?: Backend;
  readonly host?: Host | undefined;
  /** How much is checked: how many numbers are added up again, and from which seed they are drawn. */
  readonly proof?: { readonly numbers?: number | "all"; readonly seed?: number };
}

/** How many of the strongest weights are written out. */
const strongestWeights = 10;

/** Tells one training step on one picture. Throws what `tellStep` throws: an image of another size, a label that is no class, a model
 * without a loss. */
export async function tellStory(model: Model, request: StoryRequest): Promise<Story> {
  const { input, label, learningRate = 0.001, backend = "reference", host = model.host, proof = {} } = request;
  const engine = { backend, host };
  const optimizer = sgd({ learningRate });
  const step = await tellStep(model, { input, label, optimizer, ...engine });
  const facts = await backendFacts(backend, host);
  const { title = titleOf(model.classes, label) } = request;
  const logits = tensorOf(step, step.logits[0]);
  return {
    title,
    ...(model.classes && { classes: [...model.classes] }),
    label,
    guess: largest(logits.values),
    backend: facts.backend === "reference" ? facts.backend : `${facts.backend}, ${facts.instructionSet}`,
    dtype: step.at("loss").dtype,
    input: tensorOf(step, step.input[0]),
    inputGradient: tensorOf(step, step.inputGradient[0]),
    layers: layersOf(step),
    logits,
    probs: probabilitiesOf(step, step.probs[0]),
    loss: step.loss,
    accounts: { loss: step.at("loss"), logit: step.at(`logits[${label}]`), prob: step.at(`probs[${label}]`) },
    strongest: strongestOf(step),
    attention: await attentionOf(model, step, input, engine),
    update: await updateOf(model, step, input, engine),
    proof: await prove(model, { input, label, learningRate, ...proof, ...engine }),
  };
}

function titleOf(classes: readonly string[] | undefined, label: number): string {
  const name = classes?.[label] ?? String(label);
  return `One training step on a picture of class ${label}${name === String(label) ? "" : `, ${name}`}`;
}

/** The drawing of a tensor; `largest` where others share its scale. */
function tensorOf({ opened }: Step, tensor: StepTensor, size = sizeOfNumbers(tensor)): StoryTensor {
  return drawn(tensor, scaleOf(opened.network, tensor.name, size));
}

function drawn({ name, shape, data, least, greatest, zeros }: StepTensor, scale: Scale): StoryTensor {
  return { name, shape: [...shape], ...scale, least, greatest, zeros, values: Array.from(data) };
}

const sizeOfNumbers = ({ least, greatest }: StepTensor) => Math.max(Math.abs(least), Math.abs(greatest));

/** Probabilities go from 0 to 1 whatever they are. */
function probabilitiesOf(step: Step, tensor: StepTensor): StoryTensor {
  return { ...tensorOf(step, tensor), domain: 1 };
}

function layersOf(step: Step): StoryLayer[] {
  const { nodes, head } = step.opened.network;
  return step.layers.map((layer, node): StoryLayer => {
    const { name, op, output, gradient, parameters } = layer;
    const told = gradient[0];
    return {
      name,
      op,
      text: layerText(nodes[node]),
      output: node === head?.probs ? probabilitiesOf(step, output[0]) : tensorOf(step, output[0]),
      ...(told && node !== head?.probs && node !== head?.loss && { gradient: tensorOf(step, told) }),
      parameters: parameters.map((parameter) => parameterOf(step, parameter)),
    };
  });
}

/** Before and after the step on one scale, that of before, so that equal weights look equal; after where all were 0. */
function parameterOf(step: Step, { role, trainable, value, gradient, next }: StepParameter): StoryParameter {
  const size = sizeOfNumbers(value) || sizeOfNumbers(next);
  return {
    role,
    trainable,
    value: tensorOf(step, value, size),
    gradient: tensorOf(step, gradient),
    next: tensorOf(step, next, size),
  };
}

/** The trained weights with the steepest slopes; biases belong to no input and stay out. */
function strongestOf(step: Step): StoryWeight[] {
  const { nodes } = step.opened.network;
  const found = step.layers.flatMap(({ name, parameters }, node) =>
    parameters
      .filter(({ role, trainable }) => trainable && nodes[node].parameters[role]?.kind === "weight")
      .flatMap(({ role, gradient }) => steepest(`${name}.${role}`, gradient)),
  );
  return found
    .sort((a, b) => b.slope - a.slope)
    .slice(0, strongestWeights)
    .map(({ address }) => ({
      address,
      value: step.opened.value(address),
      gradient: step.at(`grad:${address}`),
      next: step.at(`next:${address}`),
    }));
}

/** The steepest cells of one tensor, without those that are 0. */
function steepest(name: string, { shape, data }: StepTensor): { address: string; slope: number }[] {
  return Array.from(data, (value, k) => ({ k, slope: Math.abs(value) }))
    .filter(({ slope }) => slope > 0)
    .sort((a, b) => b.slope - a.slope)
    .slice(0, strongestWeights)
    .map(({ k, slope }) => ({ address: `${name}[${cellAt(shape, k).join(",")}]`, slope }));
}

type EngineChoice = Pick<StoryRequest, "backend" | "host">;

/** The maps about the label's logit; of a network that takes no pictures none, and Grad-CAM only where there is a convolution to look at. */
async function attentionOf(model: Model, step: Step, input: Pixels, engine: EngineChoice): Promise<StoryMap[]> {
  const { network } = model;
  if (network.input.length !== 3) return [];
  const target = `logits[${step.labels[0]}]`;
  const maps = [
    saliency(step.opened, { target }),
    ...(hasMaps(network) ? [gradCam(step.opened, { target })] : []),
    await occlusion(model, { input, target, ...engine }),
  ];
  return maps.map(mapOf);
}

function hasMaps({ nodes }: Network): boolean {
  return nodes.some(({ op, site: { output } }) => op === "conv2d" && output[0] * output[1] > 1);
}

/** What is never below 0 has the blue half; what a patch takes away from the logit has a sign. */
const mapRoles: Readonly<Record<AttentionMap["kind"], { readonly role: Role; readonly gradient: boolean }>> = {
  saliency: { role: "positive", gradient: true },
  gradCam: { role: "positive", gradient: false },
  occlusion: { role: "signed", gradient: false },
};

function mapOf({ kind, target, formula, stated, shape, data }: AttentionMap): StoryMap {
  const { role, gradient } = mapRoles[kind];
  const values = Array.from(data);
  const size = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const { domain } = scaleFor(role, gradient, size);
  return { kind, target, formula, stated, shape: [shape[0], shape[1]], domain, gradient, role, values };
}

async function updateOf(model: Model, step: Step, input: Pixels, engine: EngineChoice): Promise<StoryUpdate> {
  const { loss, optimizer, learningRate, labels } = step;
  const trained = step.layers.flatMap(({ parameters }) => parameters.filter(({ trainable }) => trainable));
  const squaredGradient = trained.reduce((sum, { gradient }) => sum + squares(gradient), 0);
  const { truth, reason, felt } = await whatIf(model, { input, label: labels[0], ...engine }, { learningRate });
  return {
    optimizer: optimizer.name,
    learningRate,
    parameters: trained.reduce((count, { value }) => count + value.data.length, 0),
    squaredGradient,
    before: loss,
    forecast: loss - learningRate * squaredGradient,
    after: truth,
    reason,
    kinks: felt,
  };
}

function squares({ data }: StepTensor): number {
  let sum = 0;
  for (const value of data) sum += value * value;
  return sum;
}
