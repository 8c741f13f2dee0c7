// The sections of a story, in the order a reader follows them: the picture, the layers, the loss, the way back, the step, the proof.
import { formatNumber, isRounded } from "../../trace/notation.ts";
import { shapeText, toldApart } from "../look/numbers.ts";
import { accountFormula, type Block, formula, type Section, table, text } from "./blocks.ts";
import { attentionBlock, mapsOf } from "./planes.ts";
import type { Story, StoryLayer, StoryMap, StoryParameter, StoryTensor, StoryUpdate } from "./story.ts";

/** More classes than this are not all listed: the most probable and the label are. */
const mostClasses = 20;

/** What every form of the document says, apart from how it draws. */
export function outlineOf(story: Story): Section[] {
  return [
    { title: "The picture", blocks: picture(story) },
    { title: "The network", blocks: network(story) },
    { title: "Forward: what each layer makes of it", blocks: story.layers.flatMap(forward) },
    { title: "The answer and the loss", blocks: answer(story) },
    { title: "Backward: what each number did to the loss", blocks: backward(story) },
    { title: "The strongest weights, written out", blocks: strongest(story) },
    { title: "The update", blocks: update(story.update) },
    { title: "Where the model looks", blocks: attention(story) },
    { title: "The proof", blocks: [{ kind: "stamp", text: story.proof.text }] },
  ];
}

const n = formatNumber;

/** "= 9", or "≈ 0.2999" where more is stored than shown. */
const equals = (value: number) => `${isRounded(value) ? "≈" : "="} ${n(value)}`;

/** Class names longer than this would not fit a table. */
const longestName = 24;

/** "7, sneaker"; only the position where the model knows no names. */
function className({ classes }: Story, position: number): string {
  const name = classes?.[position];
  if (name === undefined || name === String(position)) return String(position);
  const characters = [...name];
  const short = characters.length > longestName ? `${characters.slice(0, longestName - 1).join("")}…` : name;
  return `${position}, ${short}`;
}

function picture(story: Story): Block[] {
  const { input, label, guess, probs, backend, dtype } = story;
  const right = guess === label ? "That is right." : "That is wrong.";
  return [
    text(
      `The picture is ${shapeText(input.shape)} numbers (rows×columns×channels), ${rangeText(input)}.`,
      `Its class is ${className(story, label)}; the model says ${className(story, guess)}, with probability ${n(probs.values[guess])}. ${right}`,
      `Every number below was computed by the engine (${backend}, ${dtype}) and is shown with at most four digits; the JSON form has all of them.`,
    ),
    ...mapsOf(input),
  ];
}

function rangeText({ least, greatest, zeros, values }: StoryTensor): string {
  const [low, high] = toldApart(least, greatest);
  return `${low} … ${high}${zeros === 0 ? "" : `, ${zeros} of ${values.length} zero`}`;
}

const rangeCells = ({ least, greatest, zeros }: StoryTensor) => [...toldApart(least, greatest), String(zeros)];

function network({ input, layers }: Story): Block[] {
  const rows = layers.map(({ name, text: what, output }) => [
    name,
    what,
    shapeText(output.shape),
    ...rangeCells(output),
  ]);
  const head = ["layer", "what it does", "output", "least", "greatest", "zeros"];
  const first = ["input", "the picture", shapeText(input.shape), ...rangeCells(input)];
  return [table({ rows: [head, first, ...rows], words: [1], code: [0] })];
}

/** The head has a section of its own. */
const isHead = ({ op }: StoryLayer) => op === "softmax" || op === "crossEntropy";

function forward(layer: StoryLayer): Block[] {
  if (isHead(layer)) return [];
  const { name, text: what, output, parameters } = layer;
  return [
    text(`${name}: ${what}. Output ${shapeText(output.shape)}, ${rangeText(output)}.`),
    ...parameters.flatMap(({ value }) => mapsOf(value)),
    ...(layer.op === "flatten" ? [] : mapsOf(output)),
  ];
}

function answer(story: Story): Block[] {
  const { logits, probs, label, loss, accounts } = story;
  const shown = shownClasses(story);
  const rest = probs.values.length - shown.length;
  const rows = shown.map((k) => [className(story, k), n(logits.values[k]), n(probs.values[k])]);
  const bars = shown.map((k) => probs.values[k]);
  return [
    text("The last layer gives one logit a class; softmax makes them probabilities."),
    table({ rows: [["class", "logit z", "probability p"], ...rows], words: [0], bars }),
    ...(rest > 0 ? [text(`${rest} less probable classes are not listed.`)] : []),
    text("The logit of the label, term by term:"),
    accountFormula(accounts.logit),
    text("Its probability:"),
    accountFormula(accounts.prob),
    text(
      `The loss is −ln p(${label}) ${equals(loss)}, computed from the logits so that nothing overflows (m is the largest):`,
    ),
    accountFormula(accounts.loss),
  ];
}

/** The positions of all classes, or of the most probable ones and the label where there are many. */
function shownClasses({ probs: { values }, label }: Story): number[] {
  const all = [...values.keys()];
  if (all.length <= mostClasses) return all;
  const best = [...all].sort((a, b) => values[b] - values[a]).slice(0, mostClasses);
  return best.includes(label) ? best : [...best, label];
}

function backward(story: Story): Block[] {
  const { layers, inputGradient } = story;
  const back = [...layers].reverse();
  const tensors = [
    ...back.flatMap(({ gradient, parameters }) => [
      ...(gradient ? [gradient] : []),
      ...parameters.filter(isTrained).map((parameter) => parameter.gradient),
    ]),
    inputGradient,
  ];
  const rows = tensors.map((tensor) => [tensor.name, shapeText(tensor.shape), ...rangeCells(tensor)]);
  return [
    text(
      "The derivative of the loss by every number, from the loss back to the picture. Each is what came in from behind times the slope on the way; all of them are signed.",
    ),
    table({ rows: [["gradient", "shape", "least", "greatest", "zeros"], ...rows], code: [0] }),
    ...tensors.flatMap((tensor) => (tensor.shape.length === 1 && tensor.shape[0] > mostClasses ? [] : mapsOf(tensor))),
  ];
}

const isTrained = ({ trainable }: StoryParameter) => trainable;

function strongest({ strongest: weights, update: { learningRate } }: Story): Block[] {
  if (weights.length === 0) return [text("No weight has a gradient: this step changes nothing.")];
  const rows = weights.map(({ address, value, gradient, next }) => {
    const [before, after] = toldApart(value, next.value);
    return [address, before, n(gradient.value), after];
  });
  return [
    text(
      `The weights whose slope is steepest, and what they become: w ← w − η · ∂L/∂w with η = ${n(learningRate)}. Below the table each slope is the sum of its terms.`,
    ),
    table({ rows: [["weight", "w", "∂L/∂w", "w after the step"], ...rows], code: [0] }),
    ...weights.map(({ gradient }) => accountFormula(gradient)),
    text("The first of them takes its step:"),
    accountFormula(weights[0].next),
  ];
}

function update({ optimizer, learningRate, parameters, squaredGradient, ...rest }: StoryUpdate): Block[] {
  const { before, forecast, after, reason, kinks } = rest;
  const [was, promised, found] = toldApart(before, forecast, after);
  const why = {
    none: "They agree but for rounding.",
    curvature: "The difference is curvature: the slope changes along the step, though no gate and no window does.",
    kinks: `On the way ${kinks} gates or windows changed that the loss feels; the slope knows nothing of them.`,
  };
  return [
    text(
      `One step of ${optimizer}, η = ${n(learningRate)}, moves ${parameters} numbers. To first order the loss falls by η · Σ (∂L/∂w)²; the sum over all of them is ${n(squaredGradient)}.`,
    ),
    formula({
      text: `forecast: L − η · Σ (∂L/∂w)² = ${was} − ${n(learningRate)} · ${n(squaredGradient)} ≈ ${promised}`,
      latex: `L - \\eta \\sum \\left(\\frac{\\partial L}{\\partial w}\\right)^2 = ${ascii(was)} - ${ascii(n(learningRate))} \\cdot ${ascii(n(squaredGradient))} \\approx ${ascii(promised)}`,
    }),
    table({
      rows: [
        ["the loss", ""],
        ["before the step", was],
        ["after it, as forecast", promised],
        ["after it, computed anew", found],
      ],
      words: [0],
    }),
    text(why[reason]),
  ];
}

/** A number as LaTeX has it. */
const ascii = (number: string) => number.replaceAll("−", "-").replace(/e\+?(-?\d+)$/, " \\cdot 10^{$1}");

const mapTitles: Readonly<Record<StoryMap["kind"], string>> = {
  saliency: "Saliency: how fast the number changes with each pixel.",
  gradCam: "Grad-CAM: the maps of one layer, each weighted by its mean slope, where they speak for the class.",
  occlusion: "Occlusion: what the number loses when a patch covers the place.",
};

function attention({ attention: maps }: Story): Block[] {
  if (maps.length === 0) return [text("The network takes no picture: there is nothing to look at.")];
  return maps.flatMap((map) => [
    text(mapTitles[map.kind], statedText(map)),
    formula(map.formula),
    ...attentionBlock(map),
  ]);
}

/** "For logits[3]; layer relu2, channels 16." */
function statedText({ target, stated }: StoryMap): string {
  const parts = Object.entries(stated).map(
    ([name, value]) => `${name}: ${typeof value === "number" ? n(value) : value}`,
  );
  return `For ${target}${parts.length > 0 ? `; ${parts.join(", ")}` : ""}.`;
}
