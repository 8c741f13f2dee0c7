// Wrong answers to gradients and to the numbers after a step, by rule, the most frequent first.
import { type Address, formatAddress } from "../../trace/address.ts";
import type { Term } from "../../trace/terms.ts";
import type { Opened } from "../opened.ts";
import {
  addressOf,
  beside,
  factor,
  firstLive,
  forwardOf,
  type Guessing,
  type Sight,
  shapeAround,
  sum,
} from "./misreadings-sight.ts";

const rescale: Guessing = ({ account: { terms } }) => {
  const [arriving, share] = [factor(terms[0], 0), factor(terms[0], 1)];
  return [
    ["notDivided", arriving],
    ["turnedOver", arriving / share],
  ];
};

const kernel: Guessing = (sight) => {
  const { opened, account, address } = sight;
  const { terms, value } = account;
  const [m, n, ...rest] = address.cell ?? [];
  const [height, width] = shapeAround(opened, address);
  return [
    ["termsNotAdded", firstLive(terms)],
    ["gateIgnored", withoutGates(sight)],
    ["signTurned", -value],
    ["inputForgotten", sum(terms, (term) => factor(term, 0))],
    ["gradientForgotten", sum(terms, (term) => factor(term, 1))],
    ["meanTaken", value / terms.length],
    ["oppositeCell", beside(opened, address, [height - 1 - m, width - 1 - n, ...rest])],
  ];
};

const bias: Guessing = (sight) => {
  const { terms, value } = sight.account;
  return [
    ["termsNotAdded", firstLive(terms)],
    ["gateIgnored", withoutGates(sight)],
    ["signTurned", -value],
    ["constantTaken", 0],
    ["meanTaken", value / terms.length],
  ];
};

/** The sum with what came to the gates instead of what came through; undefined where no ReLU lies directly behind. */
function withoutGates({ opened, account: { terms } }: Sight): number | undefined {
  const parts = terms.map((term) => {
    const arriving = beforeGate(opened, term);
    return arriving === undefined
      ? undefined
      : term.factors.slice(1).reduce((product, { value }) => product * value, arriving);
  });
  return parts.reduce((all, part) => (all === undefined || part === undefined ? undefined : all + part), 0);
}

function beforeGate(opened: Opened, { factors }: Term): number | undefined {
  const address = factors[0].address;
  const account = address === undefined ? undefined : opened.at(address);
  return account?.rule === "relu.inputGradient" ? factor(account.terms[0], 0) : undefined;
}

const image: Guessing = ({ opened, account: { terms, value } }) => {
  const turned = (term: Term) => {
    const weight = addressOf(term.factors[1]);
    if (!weight?.cell) return Number.NaN;
    const [m, n, ...rest] = weight.cell;
    const [height, width] = shapeAround(opened, weight);
    return factor(term, 0) * (beside(opened, weight, [height - 1 - m, width - 1 - n, ...rest]) ?? Number.NaN);
  };
  return [
    ["termsNotAdded", firstLive(terms)],
    ["kernelIgnored", sum(terms, (term) => factor(term, 0))],
    ["tapsMirrored", sum(terms, turned)],
    ["signTurned", -value],
  ];
};

const relu: Guessing = ({ opened, account: { terms, choice } }) => {
  const arriving = factor(terms[0], 0);
  const x = choice ? opened.value(choice.address) : Number.NaN;
  return [
    ["gateOpened", arriving],
    ["gateTurned", x > 0 ? 0 : arriving],
    ["halfAtKink", x === 0 ? arriving / 2 : undefined],
    ["valueForSlope", arriving * x],
  ];
};

const maxPool: Guessing = ({ opened, account: { terms } }) => {
  const shares = terms.map((term) => ({
    arriving: factor(term, 0),
    cells: cellsOf(opened, addressOf(term.factors[0])),
  }));
  return [
    ["sharedEqually", shares.reduce((all, { arriving, cells }) => all + arriving / cells, 0)],
    ["winnerIgnored", shares.reduce((all, { arriving }) => all + arriving, 0)],
    ["loserTaken", 0],
  ];
};

/** How many numbers lie in the window of a pooled cell; NaN where its address is not known. */
function cellsOf(opened: Opened, gradient: Address | undefined): number {
  if (!gradient) return Number.NaN;
  return opened.at(formatAddress(forwardOf(gradient))).terms.filter(({ factors }) => factors[0].address).length;
}

const avgPool: Guessing = ({ account: { terms, value } }) => [
  ["notShared", sum(terms, (term) => factor(term, 0))],
  ["signTurned", -value],
];

const weight: Guessing = ({ account: { terms, value } }) => [
  ["inputForgotten", sum(terms, (term) => factor(term, 1))],
  ["gradientForgotten", sum(terms, (term) => factor(term, 0))],
  ["signTurned", -value],
  ["addedNotMultiplied", sum(terms, (term) => factor(term, 0) + factor(term, 1))],
];

const denseBias: Guessing = ({ account: { value } }) => [
  ["constantTaken", 0],
  ["signTurned", -value],
];

const denseInput: Guessing = ({ account: { terms, value } }) => [
  ["termsNotAdded", firstLive(terms)],
  ["weightsIgnored", sum(terms, (term) => factor(term, 0))],
  ["signTurned", -value],
];

const logit: Guessing = ({ account: { terms, value } }) => {
  const p = factor(terms[0], 0);
  return [
    ["targetForgotten", p],
    ["signTurned", -value],
    ["softmaxSlope", p * (1 - p)],
  ];
};

const step: Guessing = ({ account: { terms } }) => {
  const [before, moved] = terms;
  const [, , direction] = moved?.factors ?? [];
  if (!direction) return [];
  return [
    ["uphill", before.value - moved.value],
    ["rateForgotten", before.value - direction.value],
    ["gradientTaken", direction.value],
    ["stepTaken", moved.value],
    ["notMoved", before.value],
  ];
};

/** Any other sum. */
export const sums: Guessing = ({ account: { terms, value } }) => [
  ["termsNotAdded", firstLive(terms)],
  ["signTurned", -value],
  ["signsLost", sum(terms, (term) => Math.abs(term.value))],
];

/** By the rule that accounts name. */
export const backwardGuesses: Readonly<Record<string, Guessing>> = {
  "rescale.inputGradient": rescale,
  "conv2d.kernelGradient": kernel,
  "conv2d.biasGradient": bias,
  "conv2d.inputGradient": image,
  "relu.inputGradient": relu,
  "maxPool2d.inputGradient": maxPool,
  "avgPool2d.inputGradient": avgPool,
  "dense.weightGradient": weight,
  "dense.biasGradient": denseBias,
  "dense.inputGradient": denseInput,
  "crossEntropy.logitGradient": logit,
  "sgd.step": step,
};
