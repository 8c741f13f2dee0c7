// A network of the lesson's shape, just trained on some hundred of the embedded digits, for the last step.
import type { Host } from "../../base/host.ts";
import { sampleImage } from "../../data/dataset.ts";
import { digits } from "../../data/digits/digits.ts";
import { sequential } from "../../nn/build.ts";
import { conv2d, dense, flatten, maxPool2d, relu, rescale } from "../../nn/layers.ts";
import { evaluate } from "../../train/evaluate.ts";
import { fit } from "../../train/fit.ts";
import { sgd } from "../../train/sgd.ts";
import { explain } from "../explain.ts";
import type { Opened } from "../opened.ts";

/** Small enough to be trained in about a second on the reference, which gives the same bits everywhere. */
const settings = { pictures: 600, tested: 100, epochs: 3, batchSize: 8, learningRate: 0.01, momentum: 0.9, seed: 1 };

export interface Trained {
  readonly settings: typeof settings;
  readonly parameters: number;
  /** Loss of every batch, in the order of training. */
  readonly losses: readonly number[];
  /** Share of test pictures that it reads right, 0…1. */
  readonly accuracy: number;
  /** The first test picture, rows of pixels. */
  readonly picture: readonly (readonly number[])[];
  readonly label: number;
  readonly classes: readonly string[];
  /** The network on that picture. */
  readonly opened: Opened;
}

/** Trains Dense(Flatten(Pool(ReLU(Conv(I, K))))) and opens it on a picture that it never saw. */
export async function trainSmall(host: Host | undefined): Promise<Trained> {
  const { pictures, tested, epochs, batchSize, learningRate, momentum, seed } = settings;
  const model = sequential(
    [28, 28, 1],
    rescale(),
    conv2d({ filters: 6, kernelSize: 3 }),
    relu(),
    maxPool2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 10 }),
  );
  const backend = "reference";
  const optimizer = sgd({ learningRate, momentum });
  const losses: number[] = [];
  const run = fit(model, digits({ count: pictures }), { optimizer, epochs, batchSize, seed, host, backend });
  for await (const event of run) if (event.type === "step") losses.push(event.batchLoss);
  const test = digits({ split: "test", count: tested });
  const { accuracy } = await evaluate(model, test, { backend, host });
  const pixels = sampleImage(test, 0);
  const label = test.labels[0];
  const opened = await explain(model, { input: pixels, label, learningRate, host });
  const [height, width] = test.shape;
  const picture = Array.from({ length: height }, (_, i) => [...pixels.subarray(i * width, (i + 1) * width)]);
  const parameters = [...model.parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
  return { settings, parameters, losses, accuracy, picture, label, classes: test.classes, opened };
}
