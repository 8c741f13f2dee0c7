// Whether a data set suits a model: one shape, one number of classes, the same names.

import { sameShape, sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/model.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Model } from "../nn/model.ts";

/** Throws `model.shape`, `model.classes` or `model.classNames`; plain numbers 0, 1, 2 … as names fit any names. */
export function checkFits(model: Model, data: Dataset, where: string): void {
  if (!sameShape(model.inputShape, data.shape))
    fail("model.shape", { where, model: model.inputShape, received: data.shape });
  const outputs = sizeOf(model.outputShape);
  if (outputs !== data.classes.length) fail("model.classes", { where, model: outputs, data: data.classes.length });
  const { classes } = model;
  if (!classes || isNumbered(classes) || isNumbered(data.classes)) return;
  if (classes.some((name, k) => name !== data.classes[k]))
    fail("model.classNames", { where, model: classes, data: data.classes });
}

/** Whether the names only count the classes: "0", "1", "2" … */
export function isNumbered(names: readonly string[]): boolean {
  return names.every((name, k) => name === String(k));
}

/** The pixels of one picture, as a view. */
export function pixelsOf({ images, shape }: Dataset, index: number): Uint8Array | Float32Array {
  const size = sizeOf(shape);
  return images.subarray(index * size, (index + 1) * size);
}
