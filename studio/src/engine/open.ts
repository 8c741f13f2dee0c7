// Opens a network for the page: writes the edits into a copy, runs both passes, and describes every tensor.
import { CutawayError, explain, type Model, type Opened } from "cutaway";
import { roleOf, scaleFor, scaleOf } from "cutaway/story";
import { descend } from "./descend.ts";
import { subjectOf } from "./models.ts";
import type { Scene, SceneNode, SceneRequest, SceneTensor } from "./scene.ts";

export interface OpenScene {
  readonly scene: Scene;
  readonly opened: Opened;
  readonly model: Model;
  readonly picture: readonly number[];
}

const usualRate = 0.001;

/** Domains by model and tensor, as they were when the model was first opened without edits. */
const domains = new Map<string, number>();

export async function openScene(request: SceneRequest): Promise<OpenScene> {
  const subject = subjectOf(request);
  // Edits, options and a turned kernel are variants: their colours run to where those of the first form do.
  const { options, flipped = false, steps = 0, ...plain } = request;
  const original = { ...plain, set: {} };
  const name = keyOf({ ...original, picture: [], label: 0 });
  if (!domains.has(name)) {
    domains.set(name, 1);
    if (flipped || options || steps > 0 || Object.keys(request.set).length > 0) await openScene(original);
  }
  const learningRate = request.set.learningRate ?? usualRate;
  const { edits, ignored } = sorted(subject.model, request);
  const model = changedModel(subject.model, edits);
  const picture = changedPicture(request.picture ?? subject.picture, subject.model, edits);
  const label = subject.label === undefined ? undefined : (request.label ?? subject.label);
  if (label !== undefined) await descend(model, { picture, label, learningRate }, steps);
  const opened = await explain(model, { input: picture, label, learningRate });
  const tensors = tensorsOf(opened, label !== undefined, name);
  const { network } = opened;
  const scene: Scene = {
    key: keyOf(request),
    model: request.model,
    title: subject.title,
    nodes: network.nodes.map((_, index) => nodeOf(opened, index)),
    tensors,
    classes: model.classes ?? [],
    label,
    learningRate,
    ignored,
    dtype: opened.tensor(outputName(opened, 0)).data instanceof Float32Array ? "f32" : "f64",
    parameters: [...model.parameters.values()].reduce((sum, { data }) => sum + data.length, 0),
  };
  return { scene, opened, model, picture };
}

export function keyOf({ model, set, picture, label, options, flipped = false, steps = 0 }: SceneRequest): string {
  return JSON.stringify([model, Object.entries(set).sort(), picture ?? [], label ?? -1, options ?? {}, flipped, steps]);
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
    const { name, cell } = partsOf(address);
    const shape = name === "input" ? model.inputShape : model.parameters.get(name)?.shape;
    const inside = shape?.length === cell.length && cell.every((index, axis) => index < (shape[axis] ?? 0));
    const pixel = name !== "input" || called.startsWith("example:") || (value >= 0 && value <= 255);
    if (inside && pixel) edits.push({ name, cell, value });
    else ignored.push(`${address}=${value}`);
  }
  return { edits, ignored };
}

function changedModel(model: Model, edits: readonly Edit[]): Model {
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

/** "conv1.kernel" and [0,1,0,2] of "conv1.kernel[0,1,0,2]". */
function partsOf(address: string): { readonly name: string; readonly cell: readonly number[] } {
  const [name = "", indices = ""] = address.split(/[[\]]/);
  return { name, cell: indices === "" ? [] : indices.split(",").map(Number) };
}

function offsetOf(shape: readonly number[], cell: readonly number[]): number {
  return shape.reduce((offset, size, axis) => offset * size + (cell[axis] ?? 0), 0);
}

/** Everything that has numbers: forward values, gradients of the loss, parameters after the update. */
function tensorsOf(opened: Opened, labelled: boolean, model: string): Record<string, SceneTensor> {
  const found: Record<string, SceneTensor> = {};
  const parameter = new Set(
    opened.network.nodes.flatMap((node) => Object.keys(node.parameters).map((role) => `${node.name}.${role}`)),
  );
  for (const { name } of opened.places()) {
    const scopes = !labelled ? [""] : parameter.has(name) ? ["", "grad:", "next:"] : ["", "grad:"];
    for (const scope of scopes) {
      const tensor = tensorAt(opened, `${scope}${name}`, model);
      if (tensor) found[`${scope}${name}`] = tensor;
    }
  }
  return found;
}

function tensorAt(opened: Opened, address: string, model: string): SceneTensor | undefined {
  try {
    const { shape, data } = opened.tensor(address);
    const { role, gradient } = appearanceOf(opened, address, model);
    return { shape, data: data.slice(), role, gradient, domain: domainOf(opened, model, address, data) };
  } catch (error) {
    // A loss that has no label, say: such a number is not there.
    if (error instanceof CutawayError) return undefined;
    throw error;
  }
}

/** What an activation or a pooling alone reads is a map, not a picture. */
function appearanceOf(opened: Opened, address: string, model: string): ReturnType<typeof roleOf> {
  const plain = roleOf(opened.network, address);
  if (address !== "input") return plain;
  if (model.includes('"example:relu"')) return { ...plain, role: "signed" };
  return /"example:\w+Pool2d"/.test(model) ? { ...plain, role: "positive" } : plain;
}

function domainOf(opened: Opened, model: string, address: string, data: Float32Array | Float64Array): number {
  // What a parameter becomes has the parameter's colours.
  const name = `${model} ${address.replace(/^next:/, "")}`;
  const known = domains.get(name);
  if (known !== undefined) return known;
  let largest = 0;
  for (const value of data) if (Math.abs(value) > largest) largest = Math.abs(value);
  // A worked example's picture holds small numbers: its greys end at its largest, as a map's colours do.
  const small = address === "input" && model.includes("example:");
  const { domain } = small ? scaleFor("positive", false, largest) : scaleOf(opened.network, address, largest);
  domains.set(name, domain);
  return domain;
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
