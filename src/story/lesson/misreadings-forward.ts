// Wrong answers to the numbers of a forward pass, by rule, the most frequent first.

import { log } from "../../base/math.ts";
import { cellAt } from "../../base/shape.ts";
import type { Term } from "../../trace/terms.ts";
import {
  addressOf,
  beside,
  type Candidate,
  exchanged,
  factor,
  firstLive,
  type Guessing,
  inside,
  nodeOf,
  type Sight,
  shapeAround,
  sum,
} from "./misreadings-sight.ts";

/** Black to white. */
const lightest = 255;

const pixel: Guessing = (sight) => {
  const { opened, address, cell, account } = sight;
  const [row, column, channel] = cell;
  const channels = shapeAround(opened, address)[2] ?? 1;
  const others = Array.from({ length: channels }, (_, c) => c).filter((c) => c !== channel);
  return [
    ["indicesExchanged", exchanged(sight)],
    ...others.map((c): Candidate => ["channelMixed", beside(opened, address, [row, column, c])]),
    ["darkForLight", account.value >= 0 && account.value <= lightest ? lightest - account.value : undefined],
  ];
};

/** A kernel's cell is found at another place; a weight, with its two indices exchanged. */
const parameter: Guessing = ({ opened, address, cell }) => {
  const [m, n, ...rest] = cell;
  const [height, width] = shapeAround(opened, address);
  if (cell.length < 2) return [];
  const turned = rest.length > 0 ? beside(opened, address, [height - 1 - m, width - 1 - n, ...rest]) : undefined;
  return [
    ["indicesExchanged", beside(opened, address, [n, m, ...rest])],
    ["oppositeCell", turned],
  ];
};

const rescale: Guessing = ({ account: { terms } }) => [
  ["notDivided", terms[0].value],
  ["turnedOver", terms[1].value / terms[0].value],
];

const convolution: Guessing = (sight) => {
  const { terms, value } = sight.account;
  const products = terms.filter(({ factors }) => factors.length > 1);
  const bias = sum(terms, (term) => (term.factors.length > 1 ? 0 : term.value));
  return [
    ["flipped", bias + otherWeights(sight, products, ([m, n], [h, w]) => [h - 1 - m, w - 1 - n])],
    ["biasForgotten", value - bias],
    ["oneChannel", bias + sum(products, (term) => (addressOf(term.factors[1])?.cell?.[2] === 0 ? term.value : 0))],
    ["transposed", bias + otherWeights(sight, products, ([m, n], [h, w]) => (h === w ? [n, m] : [m, n]))],
    ["signsLost", sum(terms, (term) => Math.abs(term.value))],
    ["kernelIgnored", bias + sum(products, (term) => factor(term, 0))],
    ["reluTooEarly", Math.max(0, value)],
    ["indicesExchanged", exchanged(sight)],
  ];
};

type Pair = readonly [number, number];

/** Σ I·K with each weight taken from another row and column of the kernel. */
function otherWeights({ opened }: Sight, products: readonly Term[], move: (tap: Pair, size: Pair) => Pair): number {
  return sum(products, (term) => {
    const weight = addressOf(term.factors[1]);
    if (!weight?.cell) return Number.NaN;
    const [m, n, ...rest] = weight.cell;
    const [height, width] = shapeAround(opened, weight);
    return factor(term, 0) * (beside(opened, weight, [...move([m, n], [height, width]), ...rest]) ?? Number.NaN);
  });
}

const relu: Guessing = ({ account: { terms } }) => {
  const [x, slope] = [factor(terms[0], 0), factor(terms[0], 1)];
  return [
    ["negativeKept", x],
    ["sizeTaken", Math.abs(x)],
    ["gateTurned", Math.min(0, x)],
    ["slopeForValue", slope],
  ];
};

const maxPool: Guessing = (sight) => {
  const values = inside(sight.account.terms).map(({ value }) => value);
  const total = values.reduce((all, value) => all + value, 0);
  return [
    ["meanTaken", total / values.length],
    ["firstTaken", values[0]],
    ["smallestTaken", Math.min(...values)],
    ["sumTaken", total],
    ["indicesExchanged", exchanged(sight)],
  ];
};

const avgPool: Guessing = (sight) => {
  const { terms } = sight.account;
  const values = inside(terms).map((term) => factor(term, 0));
  const total = values.reduce((all, value) => all + value, 0);
  return [
    ["largestTaken", Math.max(...values)],
    ["sumNotDivided", total],
    ["paddingCounted", total / terms.length],
    ["indicesExchanged", exchanged(sight)],
  ];
};

/** The k-th number where the map is read in another order than row, column, channel. */
const flatten: Guessing = ({ opened, account: { terms }, cell: [k] }) => {
  const from = addressOf(terms[0].factors[0]);
  if (!from) return [];
  const shape = shapeAround(opened, from);
  const [height, width, channels] = shape;
  if (shape.length !== 3) return [];
  const [c, row, column] = cellAt([channels, height, width], k);
  const [x, y, channel] = cellAt([width, height, channels], k);
  return [
    ["channelsFirst", beside(opened, from, [row, column, c])],
    ["columnsFirst", beside(opened, from, [y, x, channel])],
  ];
};

const dense: Guessing = ({ account: { terms, value } }) => {
  const products = terms.filter(({ factors }) => factors.length > 1);
  const bias = sum(terms, (term) => (term.factors.length > 1 ? 0 : term.value));
  return [
    ["biasForgotten", value - bias],
    ["weightsIgnored", bias + sum(products, (term) => factor(term, 0))],
    ["signsLost", sum(terms, (term) => Math.abs(term.value))],
    ["termsNotAdded", firstLive(terms)],
    ["reluTooEarly", Math.max(0, value)],
  ];
};

const add: Guessing = ({ account: { terms } }) => [
  ["termsNotAdded", firstLive(terms)],
  ["signsLost", sum(terms, (term) => Math.abs(term.value))],
  ["meanTaken", sum(terms, (term) => term.value) / terms.length],
];

const softmax: Guessing = ({ opened, address, account: { terms }, cell: [k] }) => {
  const [, ...powers] = terms;
  const sample = address.sample === undefined ? "" : `@${address.sample}`;
  const scores = Array.from(opened.tensor(`${nodeOf(opened, address).sources[0]}${sample}`).data);
  const total = scores.reduce((all, score) => all + score, 0);
  const best = powers.reduce((most, { value }) => Math.max(most, value), 0);
  return [
    ["expForgotten", scores[k] / total],
    ["winnerTakesAll", terms[0].value === best ? 1 : 0],
    ["notNormalised", terms[0].value],
    ["equalShares", 1 / powers.length],
  ];
};

const crossEntropy: Guessing = ({ account: { terms, value } }) => {
  const [own, ...powers] = terms;
  const label = Number(/\d+/.exec(own.factors[0].constant ?? "")?.[0]);
  const total = powers[powers.length - 1].running;
  const p = powers[label].value / total;
  const others = powers.filter((_, k) => k !== label).map((term) => term.value / total);
  return [
    ["minusForgotten", -value],
    ["oneMinus", 1 - p],
    ["probabilityTaken", p],
    ["otherClass", others.length > 0 ? -log(Math.max(...others)) : undefined],
  ];
};

/** The mean loss of a batch. */
const meanLoss: Guessing = ({ account: { terms } }) => [
  ["sumNotDivided", sum(terms, (term) => factor(term, 0))],
  ["termsNotAdded", firstLive(terms)],
];

/** By the rule that accounts name. */
export const forwardGuesses: Readonly<Record<string, Guessing>> = {
  input: pixel,
  "parameter.kernel": parameter,
  "parameter.weight": parameter,
  "rescale.output": rescale,
  "conv2d.output": convolution,
  "relu.output": relu,
  "maxPool2d.output": maxPool,
  "avgPool2d.output": avgPool,
  "flatten.output": flatten,
  "dense.output": dense,
  "add.output": add,
  "softmax.output": softmax,
  "crossEntropy.output": crossEntropy,
  "loss.mean": meanLoss,
};
