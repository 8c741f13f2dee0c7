// What commands are given: model files, data sources, single pictures, classes.
import { fail } from "../base/words/cli.ts";
import { type Dataset, defaultForm, type ImageShape, relabel, sampleImage } from "../data/dataset.ts";
import type { Source } from "../data/source.ts";
import { loadData, readPicture } from "../host/node/data.ts";
import { createNodeFiles } from "../host/node/files.ts";
import { nodeHost } from "../host/node/host.ts";
import { loadModel } from "../io/model-file.ts";
import type { InputForm } from "../nn/input-form.ts";
import type { Model } from "../nn/model.ts";
import type { Pixels } from "../nn/trainer.ts";
import { checkFits } from "../train/fitting.ts";
import { patiently } from "./output.ts";

/** Opens a model file, to run on this machine. */
export async function openModel(path: string): Promise<Model> {
  const model = loadModel(await createNodeFiles().read(path), path);
  model.host = nodeHost;
  return model;
}

/** The form that pictures are brought to for a model; one that names none gets the plain form of its shape. */
export function formOf(model: Model): InputForm {
  return model.input ?? defaultForm(model.inputShape as ImageShape);
}

/** What --help says of --input and --label. */
export const inputHelp = "a picture file, SOURCE#INDEX of its test part, or SOURCE/train#INDEX, such as digits#3";
export const labelHelp = "the true class, by name or position (default: what the source says)";

export type Split = "test" | "train";

/** One part of a source, or all of it, that fits a model: pictures in its form and shape, labels by its class names. */
export async function openPart(model: Model, source: string, split: Split | "all"): Promise<Dataset> {
  const opened = await patiently(`Reading ${source}`, loadData(source, { form: formOf(model) }));
  const data = alike(model, partOf(opened, split, source));
  checkFits(model, data, source);
  return data;
}

/** The parts are asked for one by one: digits are drawn when they are. */
function partOf(opened: Source, split: Split | "all", where: string): Dataset {
  if (split === "test") return opened.test;
  const train = opened.train ?? fail("cli.split", { where, received: "only test files" });
  return split === "train" ? train : joined(train, opened.test);
}

/** Labels by the model's names, where it knows all of the source's: in another order, or more of them. */
function alike({ classes }: Model, data: Dataset): Dataset {
  return classes && data.classes.every((name) => classes.includes(name)) ? relabel(data, classes) : data;
}

/** Both parts as one set. */
function joined(a: Dataset, b: Dataset): Dataset {
  const bytes = a.images instanceof Uint8Array && b.images instanceof Uint8Array;
  const length = a.images.length + b.images.length;
  const images = bytes ? new Uint8Array(length) : new Float32Array(length);
  images.set(a.images);
  images.set(b.images, a.images.length);
  const labels = new Uint32Array(a.count + b.count);
  labels.set(a.labels);
  labels.set(b.labels, a.count);
  return { ...a, images, labels, count: labels.length };
}

export interface Sample {
  readonly pixels: Pixels;
  /** The true class, where the source knows it or the user says it. */
  readonly label: number | undefined;
  /** What was done to a picture file. */
  readonly steps: readonly string[];
}

/** Reads `--input`: a picture file, SOURCE#INDEX (test split) or SOURCE/train#INDEX; `label` overrides what the source says. */
export async function openSample(model: Model, input: string, label: string | undefined): Promise<Sample> {
  const own = label === undefined ? undefined : classOf(model, label);
  const place = /^(.+?)(?:\/(train|test))?#(\d+)$/.exec(input);
  const kind = await createNodeFiles().kind(input);
  if (kind === "file" || !place) {
    const source = kind === "folder" || input === "digits" || input.includes("#");
    if (kind !== "file" && source) fail("cli.input", { received: input });
    const { pixels, steps } = await readPicture(input, formOf(model));
    return { pixels, label: own, steps };
  }
  const [, source, split = "test", index] = place;
  const data = await openPart(model, source, split as Split);
  if (Number(index) >= data.count) fail("cli.index", { received: index, count: data.count });
  return { pixels: sampleImage(data, Number(index)), label: own ?? data.labels[Number(index)], steps: [] };
}

/** The label of a sample, which this command cannot do without. */
export function requireLabel({ label }: Sample): number {
  return label ?? fail("cli.labelMissing", {});
}

/** A class by its name or, where no class has that name, by its position. */
function classOf({ classes, outputShape }: Model, text: string): number {
  const names = classes ?? Array.from({ length: outputShape[0] }, (_, k) => String(k));
  const named = names.indexOf(text);
  if (named >= 0) return named;
  const position = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return position < names.length ? position : fail("cli.label", { received: text, classes: names });
}
