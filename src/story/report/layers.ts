// The way forward, layer by layer, and the way back: kernels, maps and their gradients.
import { counted, thousands } from "../../base/counted.ts";
import type { Story, StoryLayer, StoryParameter, StoryTensor } from "../document/story.ts";
import { escapeText } from "../picture/markup.ts";
import { element, numeral } from "./html.ts";
import { className } from "./opening.ts";
import { addressOf, type Spread } from "./planes.ts";
import { tensorFigure } from "./tensor.ts";

/** What an operation does to what it gets, in a sentence. */
const forwardWords: Readonly<Record<string, string>> = {
  rescale: "Every pixel is divided by one number, so that what follows works with small ones.",
  conv2d:
    "Each filter slides over what came in; a cell is the sum of the products under it, and the bias where there is one.",
  relu: "What is below 0 becomes 0; the rest passes unchanged.",
  maxPool2d: "Of each window only the largest number goes on.",
  avgPool2d: "Each window becomes its mean.",
  flatten:
    "The maps are read out as one row of numbers, position by position, channel by channel. Nothing is computed.",
  dense: "Each unit adds up everything that came in, times its weights, and its bias where there is one.",
  batchNorm: "Each channel is shifted and scaled to a common size.",
  add: "Two branches meet: their numbers are added, cell by cell.",
};

/** How the gradient passes the same operation, on its way back. */
const backwardWords: Readonly<Record<string, string>> = {
  rescale: "On the way back each gradient is divided by the same number.",
  conv2d: "The gradient of a filter is the same sliding sum: what arrives here times what stood under it.",
  relu: "An open gate passes its gradient on unchanged; a closed one stops it.",
  maxPool2d: "Only the winner of a window gets its gradient; the others get 0.",
  avgPool2d: "Every cell of a window gets an equal share.",
  flatten: "The row of gradients takes the shape of the maps again.",
  dense: "The gradient of a weight is what arrives at its unit times what came in.",
  add: "Both branches get the same gradient.",
};

/** Softmax and loss have a section of their own. */
const isHead = ({ op }: StoryLayer) => op === "softmax" || op === "crossEntropy";

/** How a flat tensor of a layer is laid out: as the last maps of that size before it. */
function spreadOf(story: Story, position: number, count: number): Spread {
  const { layers, logits } = story;
  const maps = layers
    .slice(0, position + 1)
    .map(({ output }) => output.shape)
    .findLast((shape) => shape.length === 3 && shape.reduce((size, side) => size * side, 1) === count);
  const isLast = layers[position].output.name === logits.name;
  return { maps, units: isLast ? logits.values.map((_, unit) => className(story, unit)) : undefined };
}

const figureAt = (story: Story, position: number) => (tensor: StoryTensor) =>
  tensorFigure(tensor, spreadOf(story, position, tensor.shape[0]));

/** Every kernel and every map, from the picture to the logits. */
export function forwardSection(story: Story): string {
  const layers = story.layers.flatMap((layer, position) => {
    if (isHead(layer)) return [];
    const figure = figureAt(story, position);
    const parts = [...layer.parameters.map(({ value }) => figure(value)), figure(layer.output)];
    return [layerBlock([layer.name, layer.text], [forwardWords[layer.op], countsOf(layer.output)], parts)];
  });
  return layers.join("");
}

function layerBlock(
  title: readonly [name: string, text: string],
  sentences: readonly (string | undefined)[],
  parts: readonly string[],
): string {
  const [name, text] = title;
  const said = sentences.filter((sentence) => sentence !== undefined && sentence !== "").join(" ");
  return element(
    "section",
    { class: "layer" },
    element("h3", {}, escapeText(name), text === "" ? "" : element("small", {}, ` ${escapeText(text)}`)),
    element("p", {}, said),
    element("div", { class: "parts" }, ...parts),
  );
}

/** "5,408 numbers, 3,021 of them 0." */
function countsOf({ values, zeros }: StoryTensor): string {
  const rest =
    zeros === 0 ? "none of them 0" : zeros === values.length ? "all of them 0" : `${thousands(zeros)} of them 0`;
  return `${counted(values.length, "number")}, ${rest}.`;
}

/** Every gradient, from the logits back to the picture. */
export function backwardSection(story: Story): string {
  const { layers, inputGradient } = story;
  const blocks = layers.flatMap((layer, position) => {
    if (isHead(layer)) return [];
    const figure = figureAt(story, position);
    const { gradient, parameters } = layer;
    const tensors = [...(gradient ? [gradient] : []), ...parameters.map((parameter) => parameter.gradient)];
    if (tensors.length === 0) return [];
    const words = [backwardWords[layer.op], strongestOf(tensors), frozen(parameters)];
    return [layerBlock([`∂L/∂ ${layer.name}`, ""], words, tensors.map(figure))];
  });
  const intro =
    "A gradient says how fast the loss changes when one number alone is raised: below 0 (orange) raising it lowers the loss, above 0 (blue) raises it. Read from the loss back to the picture; gradients have a dashed edge.";
  const pixels = `The end of the way back: how the loss feels each pixel. ${strongestOf([inputGradient])}`;
  const end = layerBlock(["∂L/∂ input", ""], [pixels], [tensorFigure(inputGradient, { side: 224 })]);
  return [element("p", {}, intro), ...blocks.reverse(), end].join("");
}

/** The steepest of some gradients, with its address. */
function strongestOf(tensors: readonly StoryTensor[]): string {
  let [best, at, size] = [tensors[0], 0, 0];
  for (const tensor of tensors) {
    for (const [position, value] of tensor.values.entries()) {
      if (Math.abs(value) > size) [best, at, size] = [tensor, position, Math.abs(value)];
    }
  }
  if (size === 0) return "All gradients here are 0.";
  const address = addressOf(best, at);
  return `The steepest is ${numeral(best.values[at], { address })} at <code>${escapeText(address)}</code>.`;
}

function frozen(parameters: readonly StoryParameter[]): string {
  if (parameters.length === 0 || parameters.some(({ trainable }) => trainable)) return "";
  return "This layer is not trained: the step leaves its parameters as they are.";
}
