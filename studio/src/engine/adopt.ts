// Model files that the page brings: read once, so that what is wrong is said, and opened afresh for every question.
import { loadModel, type Model } from "cutaway";
import { digits, digitsForm, drawStrokes } from "cutaway/digits";
import { own } from "./models.ts";

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

export function adopt(name: string, title: string, bytes: Uint8Array, shown?: Shown): Adopted {
  const model = loadModel(bytes, title);
  const { picture, label } = shown ?? sampleFor(model);
  own.set(name, () => ({
    model: loadModel(bytes, title),
    title,
    picture,
    label: model.network.head ? label : undefined,
  }));
  const shape = model.inputShape;
  const [classes = 0] = model.outputShape;
  return { shape, classes, digits: shape.join() === digitsForm.shape.join() };
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

function sampleFor({ inputShape, input }: Model): Shown {
  const [height = 1, width = 1, channels = 1] = inputShape;
  if (inputShape.join() === digitsForm.shape.join()) {
    const { images, labels } = digits({ split: "test", count: 1 });
    return { picture: [...images], label: labels[0] ?? 0 };
  }
  const drawable = channels === 1 || channels === 3;
  if (!drawable) return { picture: new Array<number>(height * width * channels).fill(0), label: 0 };
  const form = {
    ...digitsForm,
    shape: [height, width, channels] as const,
    channels: channels === 3 ? "rgb" : "grey",
    centring: "none",
  } as const;
  return { picture: [...drawStrokes(strokes, input ?? form)], label: 0 };
}
