// The words of Trace. They hold no results: numbers come in as parameters.
import { counted } from "./counted.en.ts";

/** What a hop is: its title, its label on the time bar, and what happens there. */
interface HopWords {
  readonly title: string;
  readonly label: string;
  readonly text: string;
}

/** By operation; "conv2d.parameter" where the way ends in a parameter. */
const forward: Readonly<Record<string, HopWords>> = {
  rescale: {
    title: "Scaled",
    label: "Scale",
    text: "Every pixel is divided by one number, so that the network computes with small ones.",
  },
  conv2d: {
    title: "Into a sliding sum",
    label: "Slide",
    text: "It is one factor of one product; the cell adds all products of its window.",
  },
  "conv2d.parameter": {
    title: "Into every sliding sum",
    label: "Slide",
    text: "A kernel weight meets the picture wherever the window lies; this is one of the places.",
  },
  relu: {
    title: "Through the gate",
    label: "Gate",
    text: "What is above zero goes through unchanged, anything else becomes zero.",
  },
  "relu.stopped": { title: "At a shut gate", label: "Gate", text: "What is not above zero becomes zero." },
  maxPool2d: {
    title: "Wins its window",
    label: "Pool",
    text: "Only the largest number of the window goes on; here it is this one.",
  },
  "maxPool2d.stopped": {
    title: "Loses its window",
    label: "Pool",
    text: "Only the largest number of the window goes on.",
  },
  avgPool2d: {
    title: "Into the mean",
    label: "Mean",
    text: "Every number of the window has the same share of its mean.",
  },
  dense: {
    title: "Into dense",
    label: "Dense",
    text: "Each output adds every input times its own weight. Flattening on the way changes no number.",
  },
  "dense.parameter": { title: "Into dense", label: "Dense", text: "A weight of dense is read by one output alone." },
  add: { title: "Into the sum of two branches", label: "Add", text: "Two maps are added cell by cell." },
  flatten: {
    title: "Laid in one row",
    label: "Flatten",
    text: "The maps are written one behind the other; no number changes.",
  },
};

const backward: Readonly<Record<string, HopWords>> = {
  crossEntropy: {
    title: "To the logit",
    label: "Logit",
    text: "Its gradient is what the softmax gave the class, less what was right.",
  },
  dense: {
    title: "Through dense, transposed",
    label: "Dense",
    text: "Each output sends its gradient back over the weight by which it read this number; what arrives is added.",
  },
  "dense.parameter": {
    title: "To the weight of dense",
    label: "Weight",
    text: "The gradient of the output, times the input that the weight met.",
  },
  maxPool2d: {
    title: "To the winner of the window",
    label: "Un-pool",
    text: "The cell that won the window takes all of the gradient, the others nothing.",
  },
  "maxPool2d.stopped": {
    title: "To a cell that lost the window",
    label: "Un-pool",
    text: "The cell that won the window takes all of the gradient, the others nothing.",
  },
  avgPool2d: {
    title: "Shared out over the window",
    label: "Un-pool",
    text: "Every cell of the window gets the same share.",
  },
  relu: {
    title: "Through the gate",
    label: "Gate",
    text: "An open gate lets the gradient through unchanged, a shut one stops it.",
  },
  "relu.stopped": {
    title: "At a shut gate",
    label: "Gate",
    text: "The number before the gate is not above zero: no gradient passes.",
  },
  conv2d: {
    title: "Back over the kernel",
    label: "Kernel",
    text: "Every cell that read this number sends its gradient back over the weight that lay on it.",
  },
  "conv2d.parameter": {
    title: "Slide over the picture",
    label: "Slide",
    text: "The same sliding sum as forward, with the gradient of the map as the kernel.",
  },
  rescale: {
    title: "To the pixel",
    label: "Pixel",
    text: "The pixel was divided on its way in, so its gradient is divided as well.",
  },
  add: { title: "To one of two branches", label: "Branch", text: "A sum hands its gradient to both of its terms." },
  flatten: { title: "Back into maps", label: "Maps", text: "Each number returns to where it was taken from." },
  softmax: { title: "To the logit", label: "Logit", text: "Every probability depends on every logit." },
};

export const trace = {
  eyebrow: { forward: "Trace forward", backward: "Trace backward" },
  directions: "Direction",
  forward: "Forward",
  backward: "Backward",
  hops: { forward, backward } as Readonly<Record<"forward" | "backward", Readonly<Record<string, HopWords>>>>,
  /** Cells of a tensor with small numbers are written in thousandths, or smaller parts. */
  parts: "cells ≈ × 10",
  rounded: "cells ≈",
  otherHop: (op: string): HopWords => ({ title: `Through ${op}`, label: op, text: "" }),
  title: (from: string, to: string) => `From ${from} to ${to}`,
  ends: {
    loss: "the loss",
    logit: (name: string) => `the logit ${name}`,
    pixel: "one pixel",
    parameter: (role: string, op: string) =>
      op === "conv2d" && role === "kernel" ? "one kernel weight" : `one ${role} of ${op}`,
    cell: (name: string) => `one cell of ${name}`,
  },
  start: { loss: "Loss", target: "Target", number: "Number" },
  nudgeBeat: "Nudge",
  updateBeat: "Update",
  sibling: {
    value: (asked: string) => `${asked} is a gradient. Forward goes the number itself.`,
    gradient: (asked: string) => `Backward comes the gradient of ${asked}.`,
    update: (asked: string) => `${asked} is the number after an update. What is followed is the parameter before it.`,
  },
  nothing: {
    target: "Ways back begin here: this is the target itself. Hold another number and press b.",
    end: "Forward ways end here: nothing further reads this number. Hold another number and press f.",
    dead: "Nothing of it arrives: every way is stopped, or a factor on it is zero.",
  },
  stopped: {
    gate: "Stopped: the gate is shut.",
    window: "Stopped: another cell won the window.",
  },
  of: (terms: number, live: number) => `${counted(terms, "term")}, ${live} live`,
  ofValue: "of",
  largestOf: (count: number) => `is the largest of ${count}`,
  share: "Along this way alone:",
  why: "Why zero?",
  whyTitle: (address: string) => `Why is ${address} zero?`,
  moreReasons: (count: number) => `… and ${count} more`,
  ways: {
    title: (paths: string) => (paths === "1" ? "One live way" : `${paths} live ways`),
    together: "together",
    about: (paths: string) => `about ${paths}`,
    unit: (address: string) => `per unit of ${address}`,
    choose: "Choose another",
    listed: (shown: number) => `the ${shown} strongest`,
    stops: (count: number) => `${counted(count, "way")} stopped`,
    more: "and more",
    at: { gate: "gate", window: "window" },
  },
  table: {
    term: "at",
    product: "product",
    running: "running sum",
    sum: (terms: number, live: number) => `${counted(terms, "term")}, ${live} live`,
    zeros: (count: number) => counted(count, "zero term"),
    title: (address: string) => `The terms of ${address}`,
    all: (count: number) => `Show all ${count} rows`,
  },
  image: {
    window: (cells: number, live: number) =>
      `The dashed window is what the sum reads: ${counted(cells, "cell")}, of which ${live} ${live === 1 ? "carries" : "carry"} something.`,
    region: (rows: string, columns: string, shape: string) => `rows ${rows}, columns ${columns} of ${shape}`,
  },
  layers: {
    title: "What each layer reads of it",
    layer: "layer",
    reading: "read it",
    reached: "reached",
    gate: "shut gates",
    window: "lost windows",
  },
  number: {
    raise: {
      loss: {
        positive: "Raise it and the loss rises.",
        negative: "Raise it and the loss falls.",
        "": "Moved a little, it leaves the loss as it is.",
      },
    },
    raiseTarget: {
      positive: (target: string) => `Raise it and ${target} rises.`,
      negative: (target: string) => `Raise it and ${target} falls.`,
      "": (target: string) => `Moved a little, it leaves ${target} as it is.`,
    },
  },
  nudge: {
    title: "Nudge test: moved, and run again",
    run: (address: string, by: string) => `${address} ± ${by}`,
    sum: "This gradient",
    distance: "Distance",
    kinks: "Kinks crossed",
    none: "none",
    waiting: "Running the network again …",
  },
  update: {
    title: (rate: string) => `After one update, η = ${rate}`,
    loss: "Loss",
    forecast: "Forecast",
    frozen: "A pixel is given: an update moves parameters alone.",
    untrained: "This layer is not trained: the update leaves it as it is.",
  },
  controls: {
    target: "Follow to",
    from: "Come back from",
    whatIf: "What if it were …",
    exact: "As a number",
    computed: "Only pixels and parameters can be given another value; this number is computed from them.",
    rate: "Learning rate η",
    back: "Take the change back",
    forecast: "Forecast",
    truth: "Truth",
    was: "Was",
    none: "Forecast and truth agree: the way is straight.",
    noneKinks: (crossed: number) =>
      `Forecast and truth agree; ${counted(crossed, "choice")} came out differently, where the target has no slope.`,
    curvature: "No kink was crossed: the slope itself bends on the way.",
    kinks: (felt: number) => `They differ: ${counted(felt, "kink")} crossed on the way.`,
    winner: (at: string, before: string, after: string) => `${at} was won by ${before}, now by ${after}.`,
    gate: {
      opens: (at: string, address: string) => `The gate ${at} opens: ${address} is above zero now.`,
      closes: (at: string, address: string) => `The gate ${at} shuts: ${address} is no longer above zero.`,
    },
    untouched: "Move the slider: the forecast follows the slope, the truth is computed anew.",
    hint: "Numbers on the stage are those after the change.",
    classes: (index: number, name: string | undefined) =>
      name === undefined ? `logit ${index}` : `logit ${index}, ${name}`,
    loss: "the loss",
  },
  hop: (hop: number, hops: number) => `hop ${hop} of ${hops}`,
};
