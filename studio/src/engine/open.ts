// Opens a network for the page: writes the edits into a copy, runs both passes, and describes every tensor.
import { type Backend, CutawayError, explain, type Model, type Opened } from "cutaway";
import { backendFacts } from "cutaway/wasm";
import { offsetOf, splitAddress } from "../cells.ts";
import { descend } from "./descend.ts";
import type { Domains } from "./domains.ts";
import type { Subject } from "./models.ts";
import { drawnPicture, padOf } from "./pad.ts";
import type { Scene, SceneNode, SceneRequest, SceneTensor } from "./scene.ts";

export interface OpenScene {
  readonly scene: Scene;
  readonly opened: Opened;
  readonly model: Model;
  readonly picture: readonly number[];
  /** Who computed it, and is to compute whatever else is asked about it. */
  readonly backend: Backend;
  /** Any tensor of it, by address without indices; throws where there is none. */
  tensor(address: string): SceneTensor;
}

const usualRate = 0.001;

export async function openScene(request: SceneRequest, subject: Subject, domains: Domains): Promise<OpenScene> {
  const { model, picture, label, learningRate, ignored } = await prepared(request, subject);
  const backend = backendOf(model);
  const opened = await explain(model, { input: picture, label, learningRate, backend });
  const tensor = (address: string): SceneTensor => {
    const { shape, data } = opened.tensor(address);
    return { shape, data: data.slice(), ...domains.scaleOf(request.model, opened, address) };
  };
  const scene: Scene = {
    key: keyOf(request),
    model: request.model,
    title: subject.title,
    nodes: opened.network.nodes.map((_, index) => nodeOf(opened, index)),
    tensors: tensorsOf(opened, label !== undefined, tensor),
    classes: model.classes ?? [],
    label,
    learningRate,
    pad: padOf(model),
    ignored,
    dtype: opened.tensor(outputName(opened, 0)).data instanceof Float32Array ? "f32" : "f64",
    whyNotFast: await whyNotFast(backend),
    parameters: [...model.parameters.values()].reduce((sum, { data }) => sum + data.length, 0),
  };
  return { scene, opened, model, picture, backend, tensor };
}

/** The model and its picture with the edits in them, after the steps of gradient descent. */
async function prepared(request: SceneRequest, subject: Subject) {
  const learningRate = request.set.learningRate ?? usualRate;
  const { edits, ignored } = sorted(subject.model, request);
  const drawn = drawnPicture(subject.model, request.drawing ?? "");
  const label = await labelOf(subject, request.label, drawn);
  const model = changedModel(subject.model, edits);
  const picture = changedPicture(drawn ?? request.picture ?? subject.picture, model, edits);
  if (label !== undefined) await descend(model, { picture, label, learningRate }, request.steps ?? 0);
  return { model, picture, label, learningRate, ignored };
}

/** The true class: as asked where the model knows it, else that of its own picture. Of a drawing nobody tells it: it is what the model takes the
 * drawing for, before any edit, so that an edit never changes what the loss is about. */
async function labelOf({ model, label }: Subject, asked: number | undefined, drawn?: readonly number[]) {
  if (label === undefined) return undefined;
  if (asked !== undefined && asked < (model.outputShape[0] ?? 0)) return asked;
  return drawn ? (await model.predict(drawn)).index : label;
}

/** As the model predicts: what the fast engine made is opened on the fast engine, where there is one; a float64 model on the reference. */
export function backendOf({ dtype }: Model): Backend {
  return dtype === "f32" ? "auto" : "reference";
}

/** Why the fast engine was wanted and is not there, in the package's words; "" otherwise. */
async function whyNotFast(wanted: Backend): Promise<string> {
  if (wanted === "reference") return "";
  const { backend, why } = await backendFacts(wanted);
  return backend === "wasm" ? "" : why.join("; ");
}

/** Tells requests apart. */
export function keyOf(request: SceneRequest): string {
  const { model, set, picture = [], drawing = "", label = -1, options = {}, flipped = false, steps = 0 } = request;
  return JSON.stringify([model, Object.entries(set).sort(), picture, drawing, label, options, flipped, steps]);
}

/** A new value for one cell of the picture or of a parameter. */
interface Edit {
  readonly name: string;
  readonly cell: readonly number[];
  readonly value: number;
}

/** The edits that this network can take; the others (no such cell, a pixel beyond 0…255) are named. What goes into an operation alone need be no
 * picture: a map has numbers below 0. */
function sorted(
  model: Model,
  { model: called, set }: SceneRequest,
): { readonly edits: readonly Edit[]; readonly ignored: string[] } {
  const edits: Edit[] = [];
  const ignored: string[] = [];
  for (const [address, value] of Object.entries(set)) {
    if (address === "learningRate") continue;
    const { name, cell } = splitAddress(address);
    const shape = name === "input" ? model.inputShape : model.parameters.get(name)?.shape;
    const inside = shape?.length === cell.length && cell.every((index, axis) => index < (shape[axis] ?? 0));
    const pixel = name !== "input" || called.startsWith("example:") || (value >= 0 && value <= 255);
    if (inside && pixel) edits.push({ name, cell, value });
    else ignored.push(`${address}=${value}`);
  }
  return { edits, ignored };
}

function changedModel(model: Model, edits: readonly Edit[]): Model {
  // Parameters that are set anew forget when a guess is sure.
  if (edits.every(({ name }) => name === "input")) return model;
  const numbers = model.snapshot();
  for (const { name, cell, value } of edits) {
    const data = numbers.get(name);
    if (data) data[offsetOf(model.parameters.get(name)?.shape ?? [], cell)] = value;
  }
  model.restore(numbers);
  return model;
}

function changedPicture(picture: readonly number[], model: Model, edits: readonly Edit[]): readonly number[] {
  const pixels = [...picture];
  for (const { name, cell, value } of edits) if (name === "input") pixels[offsetOf(model.inputShape, cell)] = value;
  return pixels;
}

/** Everything that has numbers: forward values, gradients of the loss, parameters after the update. */
function tensorsOf(
  opened: Opened,
  labelled: boolean,
  tensor: (address: string) => SceneTensor,
): Record<string, SceneTensor> {
  const found: Record<string, SceneTensor> = {};
  const parameter = new Set(
    opened.network.nodes.flatMap((node) => Object.keys(node.parameters).map((role) => `${node.name}.${role}`)),
  );
  for (const { name } of opened.places()) {
    const scopes = !labelled ? [""] : parameter.has(name) ? ["", "grad:", "next:"] : ["", "grad:"];
    for (const scope of scopes) {
      const told = whereThere(() => tensor(`${scope}${name}`));
      if (told) found[`${scope}${name}`] = told;
    }
  }
  return found;
}

/** Undefined where such numbers are not there, as a loss that has no label. */
function whereThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CutawayError) return undefined;
    throw error;
  }
}

function outputName({ network }: Opened, index: number): string {
  const { head, last, nodes } = network;
  if (head && index === last) return "logits";
  if (head && index === head.probs) return "probs";
  if (head && index === head.loss) return "loss";
  return `${nodes[index]?.name}.out`;
}

function nodeOf(opened: Opened, index: number): SceneNode {
  const node = opened.network.nodes[index];
  if (!node) throw new RangeError(`no node ${index}`);
  return {
    name: node.name,
    op: node.op,
    inputs: node.inputs.map((source) => (source < 0 ? "input" : outputName(opened, source))),
    options: node.site.options as Readonly<Record<string, unknown>>,
    parameters: Object.keys(node.parameters).map((role) => `${node.name}.${role}`),
    output: outputName(opened, index),
    trainable: node.trainable,
  };
}
