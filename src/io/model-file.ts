// A model as one .safetensors file: parameters by address, and in the metadata the graph, the classes and the form of the input.
// Nothing in it differs between two equal runs. Any reader of safetensors can open it.

import { CutawayError } from "../base/errors.ts";
import { sameShape, sizeOf } from "../base/shape.ts";
import { parseJson, sortedJson } from "../base/text.ts";
import { fail } from "../base/words/model.ts";
import { parseGraph } from "../graph/graph.ts";
import { modelFromGraph } from "../nn/build.ts";
import type { InputForm } from "../nn/input-form.ts";
import type { Model } from "../nn/model.ts";
import { lastDense, type Sureness } from "../nn/sureness.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { readSafetensors, type SavedTensor, writeSafetensors } from "./safetensors.ts";

const FORMAT = "cutaway";
const VERSION = "1";

/** Objects and lists inside one another in the metadata: graph, nodes, node, options, padding, side. */
const DEPTH = 8;

/** The bytes of a model file: F64 for a model trained on the reference, F32 where it was loaded from such a file. */
export function saveModel(model: Model): Uint8Array {
  const { network, parameters, classes, input, sureness } = model;
  return writeSafetensors({
    metadata: {
      format: FORMAT,
      version: VERSION,
      graph: sortedJson(network.graph),
      ...(classes && { classes: sortedJson(classes) }),
      ...(input && { input: sortedJson(input) }),
      ...(sureness && { sureness: sortedJson(sureness) }),
    },
    tensors: [...parameters].map(([name, { shape, data }]) => ({ name, shape, data })),
  });
}

/** The model that the bytes of a file hold; `where` names the file in errors. Throws where the file is broken, is no model of
 * this format, or its tensors do not fit its graph. Nothing in the file is trusted. */
export function loadModel(bytes: Uint8Array, where = "model file"): Model {
  const { metadata, tensors } = readSafetensors(bytes, where);
  const { format, version } = metadata;
  if (format !== FORMAT || version !== VERSION) {
    return fail("modelFile.format", { where, expected: `${FORMAT} ${VERSION}`, received: format, version });
  }
  const graph = parseGraph(jsonAt(metadata, "graph", where), `${where}, graph`);
  const parameters = new Map([...tensors].map(([name, tensor]) => [name, tensorOf(name, tensor, where)] as const));
  const [first, ...others] = tensors;
  const other = others.find(([, { dtype }]) => dtype !== first[1].dtype);
  if (other) fail("modelFile.mixed", { where, name: other[0], expected: first[1].dtype, received: other[1].dtype });
  const model = within(where, () => modelFromGraph(graph, { parameters }));
  const outputs = model.network.head ? sizeOf(model.outputShape) : undefined;
  model.classes =
    metadata.classes === undefined ? undefined : parseClasses(jsonAt(metadata, "classes", where), outputs, where);
  model.input = metadata.input === undefined ? undefined : parseForm(jsonAt(metadata, "input", where), model, where);
  if (metadata.sureness !== undefined)
    model.sureness = parseSureness(jsonAt(metadata, "sureness", where), model, where);
  return model;
}

/** What goes wrong with the network itself names the file that it comes from. */
function within<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof CutawayError)) throw error;
    throw new CutawayError(error.code, { ...error, where: `${file}, ${error.where}` }, { cause: error });
  }
}

function jsonAt(metadata: Readonly<Record<string, string>>, key: string, where: string): unknown {
  const parsed = metadata[key] === undefined ? ({ problem: "absent" } as const) : parseJson(metadata[key], DEPTH);
  if (parsed.problem === undefined) return parsed.value;
  return fail("modelFile.metadata", { where, key, expected: "JSON text", received: parsed.problem });
}

function tensorOf(name: string, { shape, dtype, data }: SavedTensor, where: string): Tensor {
  if (dtype === "F64" || dtype === "F32") return { shape, data };
  return fail("modelFile.dtype", { where, name, received: dtype });
}

function parseClasses(value: unknown, outputs: number | undefined, where: string): string[] {
  const names =
    Array.isArray(value) && value.every((name) => typeof name === "string") ? (value as string[]) : undefined;
  if (names && new Set(names).size === names.length && (outputs === undefined || outputs === names.length))
    return names;
  const expected = `a list of ${outputs ?? "the"} class names, each once`;
  return fail("modelFile.metadata", { where, key: "classes", expected, received: sortedJson(value) });
}

const choices: { readonly [K in keyof Omit<InputForm, "shape">]: readonly InputForm[K][] } = {
  channels: ["grey", "rgb", "raw"],
  resize: ["none", "stretch"],
  polarity: ["kept", "light-on-dark"],
  centring: ["none", "mass-20"],
};

function parseForm(value: unknown, { inputShape }: Model, where: string): InputForm {
  const form = fieldsOf(value);
  const known = Object.entries(choices).every(([key, allowed]) => (allowed as readonly unknown[]).includes(form[key]));
  if (known && Array.isArray(form.shape) && sameShape(form.shape, inputShape)) return form as unknown as InputForm;
  const expected = `shape [${inputShape.join(", ")}] and ${Object.entries(choices)
    .map(([key, allowed]) => `${key} ${allowed.join(" | ")}`)
    .join(", ")}`;
  return fail("modelFile.metadata", { where, key: "input", expected, received: sortedJson(value) });
}

/** Shares are 0…1, and the unit's numbers are as many as the last dense layer asks for. */
function parseSureness(value: unknown, { network }: Model, where: string): Sureness {
  const { score, threshold, known, scribbles, none } = fieldsOf(value);
  const { weight, bias } = fieldsOf(none);
  const layer = lastDense(network);
  const shares = [threshold, known, scribbles].every((share) => isNumber(share) && share >= 0 && share <= 1);
  const fits = Array.isArray(weight) && weight.length === layer?.inputs && weight.every(isNumber);
  if (typeof score === "string" && shares && fits && (layer?.bias ? isNumber(bias) : bias === undefined)) {
    return value as Sureness;
  }
  const unit = layer
    ? `${layer.inputs} weights${layer.bias ? " and a bias" : ""}`
    : "a network that ends in a dense layer";
  const expected = `score, threshold, known and scribbles (0…1), and none with ${unit}`;
  return fail("modelFile.metadata", { where, key: "sureness", expected, received: sortedJson(value) });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
