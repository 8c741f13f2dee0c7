// Model files that the page brings: read once, so that what is wrong is said; every question has a copy of its own.
import { loadModel, type Model } from "cutaway";
import { digits, digitsForm } from "cutaway/digits";
import type { Subject } from "./models.ts";
import { formOf, pictureOf } from "./pad.ts";

/** A picture to open a model on, and its class. */
export interface Shown {
  readonly picture: readonly number[];
  readonly label: number;
}

export interface Adopted {
  readonly shape: readonly number[];
  readonly classes: number;
  /** Whether digits drawn on the pad are what it reads. */
  readonly digits: boolean;
}

/** What the page is told of a file, and what opens it; throws what is wrong with the file. */
export function adopt(
  title: string,
  bytes: Uint8Array,
  shown?: Shown,
): { readonly adopted: Adopted; readonly subject: () => Subject } {
  const model = loadModel(bytes, title);
  const { picture, label } = shown ?? sampleFor(model);
  const subject = () => ({
    model: model.copy(),
    title,
    picture,
    label: model.network.head ? label : undefined,
  });
  const shape = model.inputShape;
  const [classes = 0] = model.outputShape;
  return { adopted: { shape, classes, digits: shape.join() === digitsForm.shape.join() }, subject };
}

/** A zigzag that has something of every direction. */
const strokes = [
  [
    [1, 1],
    [6, 1],
    [3, 4],
    [6, 6],
    [5, 9],
    [1, 9],
  ],
] as const;

function sampleFor(model: Model): Shown {
  const { inputShape } = model;
  if (inputShape.join() === digitsForm.shape.join()) {
    const { images, labels } = digits({ split: "test", count: 1 });
    return { picture: [...images], label: labels[0] ?? 0 };
  }
  if (formOf(model)) return { picture: pictureOf(model, strokes), label: 0 };
  const [height = 1, width = 1, channels = 1] = inputShape;
  return { picture: new Array<number>(height * width * channels).fill(0), label: 0 };
}
