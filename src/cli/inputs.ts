// What commands are given: model files, data sources, single pictures, classes.
import { fail } from "../base/errors.ts";
import { type Dataset, defaultForm, type ImageShape, relabel, sampleImage } from "../data/dataset.ts";
import { loadData, readPicture } from "../host/node/data.ts";
import { createNodeFiles } from "../host/node/files.ts";
import { nodeHost } from "../host/node/host.ts";
import { loadModel } from "../io/model-file.ts";
import type { InputForm } from "../nn/input-form.ts";
import type { Model } from "../nn/model.ts";
import type { Pixels } from "../nn/trainer.ts";

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

export type Split = "test" | "train";

/** One part of a source for a model that exists: pictures in its form, labels by its class names. */
export async function openPart(model: Model, source: string, split: Split): Promise<Dataset> {
  const opened = await loadData(source, { form: formOf(model) });
  const part = split === "train" ? opened.train : opened.test;
  return alike(model, part ?? fail("cli.split", { where: source, received: "only test files" }));
}

/** Labels by the model's names, where both lists name the same classes in another order. */
function alike({ classes }: Model, data: Dataset): Dataset {
  const same = classes?.length === data.classes.length && data.classes.every((name) => classes.includes(name));
  return same ? relabel(data, classes as readonly string[]) : data;
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
  const isFile = (await createNodeFiles().kind(input)) === "file";
  if (isFile || !place) {
    if (!isFile && input.includes("#")) fail("cli.input", { received: input });
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
