// A set of labelled pictures in memory, and the form that pictures are brought to before a network sees them.

import { sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/dataset.ts";
import type { ImageShape, InputForm } from "../nn/input-form.ts";

export type { ImageShape, InputForm };

/** N labelled pictures, N×H×W×C, row first. */
export interface Dataset {
  readonly images: Uint8Array | Float32Array;
  readonly labels: Uint32Array;
  readonly count: number;
  /** H×W×C of every picture. */
  readonly shape: ImageShape;
  /** Class names; a label is an index into them. */
  readonly classes: readonly string[];
  readonly input: InputForm;
}

/** Pixels in a row. Uint8Array and Uint8ClampedArray stay bytes; all other numbers are kept as float32, which rounds what float32 cannot hold. */
export type Pixels = ArrayLike<number>;

export interface DatasetOptions {
  /** All pictures in one array, N×H×W×C, or one array a picture, H×W×C. One Uint8Array or Float32Array is kept, not copied. */
  readonly images: Pixels | readonly Pixels[];
  readonly shape: ImageShape;
  /** One whole number a picture, from 0 up. */
  readonly labels: ArrayLike<number>;
  /** Names of the classes; without them "0", "1" … up to the greatest label. */
  readonly classes?: readonly string[] | undefined;
  /** How pictures read later are brought to this shape; whatever is left out is `defaultForm(shape)`. */
  readonly input?: Partial<Omit<InputForm, "shape">> | undefined;
  /** What errors call this set; "dataset" unless given. */
  readonly where?: string | undefined;
}

/** Without class names a label above this is taken for a mistake, not for a class. */
const GREATEST_UNNAMED_LABEL = 65535;

/**
 * A data set from arrays.
 * Errors: `dataset.shape`, `dataset.pixels`, `dataset.count`, `dataset.empty`, `dataset.value` (not finite),
 * `dataset.label` (not whole or out of range), `dataset.classes` (empty or double names).
 */
export function dataset(options: DatasetOptions): Dataset {
  const { labels, where = "dataset" } = options;
  const shape = checkedShape(options.shape, where);
  const images = joined(options.images, shape, where);
  const count = images.length / sizeOf(shape);
  if (count !== labels.length) fail("dataset.count", { where, images: count, labels: labels.length });
  if (count === 0) fail("dataset.empty", { where });
  if (images instanceof Float32Array) checkFinite(images, sizeOf(shape), where);
  const classes = options.classes && checkedClasses(options.classes, where);
  const checked = checkedLabels(labels, classes?.length, where);
  const input = { ...defaultForm(shape), ...options.input };
  return { images, labels: checked, count, shape, classes: classes ?? numbered(checked), input };
}

/** The form of a set that says nothing else: grey or rgb by its channels, stretched to its size, polarity and place kept. */
export function defaultForm(shape: ImageShape): InputForm {
  const channels = shape[2] === 1 ? "grey" : shape[2] === 3 ? "rgb" : "raw";
  return { shape, channels, resize: channels === "raw" ? "none" : "stretch", polarity: "kept", centring: "none" };
}

/**
 * The same pictures under another list of class names, labels found by name: what a model that knows `classes` is tested on.
 * Error: `dataset.class` for a class that has pictures and is not in the list.
 */
export function relabel(data: Dataset, classes: readonly string[]): Dataset {
  const place = data.classes.map((name) => classes.indexOf(name));
  const labels = data.labels.map((label, image) => {
    if (place[label] < 0)
      fail("dataset.class", { where: "dataset", image, known: classes, received: data.classes[label] });
    return place[label];
  });
  return { ...data, labels, classes };
}

/** A data set of the pictures at `indices`, in that order, copied. Error: `dataset.index`. */
export function subset(data: Dataset, indices: ArrayLike<number>): Dataset {
  const size = sizeOf(data.shape);
  const images =
    data.images instanceof Uint8Array ? new Uint8Array(indices.length * size) : new Float32Array(indices.length * size);
  const labels = new Uint32Array(indices.length);
  for (let k = 0; k < indices.length; k++) {
    const from = checkedIndex(data, indices[k]) * size;
    images.set(data.images.subarray(from, from + size), k * size);
    labels[k] = data.labels[indices[k]];
  }
  return { ...data, images, labels, count: indices.length };
}

/** A copy of one picture, H×W×C, row first. Error: `dataset.index`. */
export function sampleImage(data: Dataset, index: number): Uint8Array | Float32Array {
  const size = sizeOf(data.shape);
  const from = checkedIndex(data, index) * size;
  return data.images.slice(from, from + size);
}

function checkedIndex(data: Dataset, index: number): number {
  if (!Number.isInteger(index) || index < 0 || index >= data.count)
    fail("dataset.index", { where: "dataset", count: data.count, received: index });
  return index;
}

function checkedShape(shape: ImageShape, where: string): ImageShape {
  if (shape.length !== 3 || !shape.every((n) => Number.isInteger(n) && n >= 1))
    fail("dataset.shape", { where, received: shape });
  return [shape[0], shape[1], shape[2]];
}

const isBytes = (pixels: Pixels): pixels is Uint8Array | Uint8ClampedArray =>
  pixels instanceof Uint8Array || pixels instanceof Uint8ClampedArray;

const isSeparate = (images: Pixels | readonly Pixels[]): images is readonly Pixels[] => typeof images[0] === "object";

/** All pictures in one array: bytes where all came as bytes, else float32. */
function joined(images: Pixels | readonly Pixels[], shape: ImageShape, where: string): Uint8Array | Float32Array {
  const size = sizeOf(shape);
  if (!isSeparate(images)) {
    if (images.length % size !== 0) fail("dataset.pixels", { where, shape, received: images.length });
    if (images instanceof Uint8Array || images instanceof Float32Array) return images;
    return isBytes(images) ? Uint8Array.from(images) : Float32Array.from(images);
  }
  const length = images.length * size;
  const all = images.every(isBytes) ? new Uint8Array(length) : new Float32Array(length);
  images.forEach((image, k) => {
    if (image.length !== size)
      fail("dataset.pixels", { where: `${where}, picture ${k}`, shape, received: image.length });
    all.set(image, k * size);
  });
  return all;
}

function checkFinite(images: Float32Array, size: number, where: string): void {
  for (let k = 0; k < images.length; k++)
    if (!Number.isFinite(images[k])) fail("dataset.value", { where, image: Math.floor(k / size), received: images[k] });
}

function checkedLabels(labels: ArrayLike<number>, named: number | undefined, where: string): Uint32Array {
  const classes = named ?? GREATEST_UNNAMED_LABEL + 1;
  for (let k = 0; k < labels.length; k++) {
    const label = labels[k];
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      fail("dataset.label", { where, image: k, classes, named: named !== undefined, received: label });
  }
  return Uint32Array.from(labels);
}

/** "0", "1" … up to the greatest label. */
function numbered(labels: Uint32Array): string[] {
  const greatest = labels.reduce((a, b) => Math.max(a, b));
  return Array.from({ length: greatest + 1 }, (_, k) => String(k));
}

function checkedClasses(classes: readonly string[], where: string): readonly string[] {
  classes.forEach((name, k) => {
    if (name === "") fail("dataset.classes", { where, received: `an empty name for class ${k}` });
    if (classes.indexOf(name) !== k) fail("dataset.classes", { where, received: `"${name}" twice` });
  });
  return [...classes];
}
