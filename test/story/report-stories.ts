// Stories for the report: the preset after some steps, a colour picture with impolite names; and every number of a story by its address.
import { sampleImage } from "../../src/data/dataset.ts";
import { digits } from "../../src/data/digits/digits.ts";
import { nodeHost } from "../../src/host/node/host.ts";
import { sequential } from "../../src/nn/build.ts";
import { conv2d, dense, flatten, maxPool2d, relu, rescale } from "../../src/nn/layers.ts";
import { lesson } from "../../src/nn/presets/lesson.ts";
import type { Story, StoryTensor } from "../../src/story/document/story.ts";
import { tellStory } from "../../src/story/document/tell.ts";
import { addressOf } from "../../src/story/report/planes.ts";
import { fit } from "../../src/train/fit.ts";
import { sgd } from "../../src/train/sgd.ts";

/** The preset, trained for some steps, on a picture that it never saw. */
export async function presetStory(): Promise<Story> {
  const train = digits({ count: 320 });
  const model = lesson({ shape: train.shape, classes: train.classes.length });
  const optimizer = sgd({ learningRate: 0.02, momentum: 0.9 });
  await fit(model, train, { optimizer, epochs: 1, batchSize: 16, seed: 1, host: nodeHost, backend: "reference" });
  const picture = digits({ split: "test", count: 1 });
  return tellStory(model, {
    input: sampleImage(picture, 0),
    label: picture.labels[0],
    title: "A digit",
    proof: { numbers: 40 },
  });
}

/** A colour picture, kernels of several channels that are small, names that are not polite. */
export async function colourStory(): Promise<Story> {
  const model = sequential(
    [14, 14, 3],
    rescale(),
    conv2d({ filters: 3, kernelSize: 3 }),
    relu(),
    maxPool2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 3 }),
  );
  model.classes = ["<b>cat", 'a "dog" & more', "owl".repeat(40)];
  const input = Array.from({ length: 588 }, (_, k) => (k * k * 7) % 256);
  return tellStory(model, { input, label: 1, title: "<script>alert(1)</script>", proof: { numbers: 20 } });
}

/** Every tensor of a story. */
export const tensorsOf = (story: Story): StoryTensor[] => [
  story.input,
  story.inputGradient,
  ...story.layers.flatMap(({ output, gradient, parameters }) => [
    output,
    ...(gradient ? [gradient] : []),
    ...parameters.flatMap((parameter) => [parameter.value, parameter.gradient, parameter.next]),
  ]),
  story.logits,
  story.probs,
];

/** Every number of the story that has an address, by address, as JSON keeps it. */
export function numbersOf(story: Story): Map<string, number> {
  const told = JSON.parse(JSON.stringify(story)) as Story;
  const numbers = new Map<string, number>([["loss", told.loss]]);
  for (const tensor of tensorsOf(told)) {
    for (const [k, value] of tensor.values.entries()) numbers.set(addressOf(tensor, k), value);
  }
  for (const { kind, target, shape, values } of told.attention) {
    for (const [k, value] of values.entries()) {
      numbers.set(`${kind}(${target})[${Math.floor(k / shape[1])},${k % shape[1]}]`, value);
    }
  }
  return numbers;
}
