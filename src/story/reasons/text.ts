// Reasons as text for a terminal: one sentence a cause, the largest shares of an update.
import { counted } from "../../base/counted.ts";
import { formatNumber, isRounded } from "../../trace/notation.ts";
import { toldApart } from "../look/numbers.ts";
import type { Cause } from "./cause.ts";
import type { ChangeReasons, PositionShare } from "./why-changed.ts";
import type { ZeroReasons } from "./why-zero.ts";

/** Longer lists show this many and count the rest. */
const shown = 8;

const names: Readonly<Record<Cause["kind"], readonly [one: string, many: string]>> = {
  gate: ["closed gate", "closed gates"],
  window: ["lost window", "lost windows"],
  saturated: ["saturated probability", "saturated probabilities"],
  operand: ["operand that is 0", "operands that are 0"],
  constant: ["constant that is 0", "constants that are 0"],
  padding: ["number at the border (padding)", "numbers at the border (padding)"],
  apart: ["number that nothing on the way reads", "numbers that nothing on the way reads"],
  cancel: ["sum that cancels", "sums that cancel"],
  underflow: ["product below the smallest number", "products below the smallest number"],
};

/** What a cause is, in one sentence. */
export function describeCause(cause: Cause): string {
  const number = (value: number) => formatNumber(value);
  switch (cause.kind) {
    case "gate": {
      const margin = cause.margin === 0 ? "exactly on the kink" : `${number(cause.margin)} below the kink`;
      const effect = cause.arriving === 0 ? "nothing arrives there either" : `it stops ${number(cause.arriving)}`;
      return `${cause.at}: the gate is closed, ${cause.preActivation} = ${number(cause.value)} is ${margin}; ${effect}.`;
    }
    case "window": {
      const lead = cause.tie ? "the first of equal ones" : `ahead by ${number(cause.by)}`;
      const effect = cause.arriving === 0 ? "nothing arrives there either" : `which gets the ${number(cause.arriving)}`;
      return `${cause.at}: the window ${cause.window} is won by ${cause.winner}, ${lead}; ${effect}.`;
    }
    case "saturated":
      return `${cause.at}: ${cause.probability} is stored as ${number(cause.value)}; it is ${number(cause.distance)} away from that, numbers there are ${number(cause.spacing)} apart.`;
    case "operand":
      return `${cause.at}: this ${cause.what} is 0.`;
    case "constant":
      return `${cause.at}: ${cause.name} is 0.`;
    case "padding":
      return `${cause.at}: ${counted(cause.terms, "term reaches", "terms reach")} beyond the image, where padding is 0.`;
    case "apart":
      return `${cause.at}: ${cause.note}`;
    case "cancel":
      return `${cause.at}: ${counted(cause.terms, "term that is", "terms that are")} not 0 cancel; their sizes add up to ${number(cause.weight)}.`;
    case "underflow":
      return `${cause.at}: the product is below the smallest number.`;
  }
}

/** The reasons of a zero, for a terminal. */
export function zeroReasonsToText(reasons: ZeroReasons): string {
  const { address, rule, terms, causes, enough, complete, opened } = reasons;
  const tally = (Object.keys(names) as Cause["kind"][]).flatMap((kind) => {
    const count = causes.filter((cause) => cause.kind === kind).length;
    return count === 0 ? [] : [counted(count, ...names[kind])];
  });
  const first = [...enough, ...causes.filter((cause) => !enough.includes(cause))];
  const size = terms === 0 ? "no terms" : counted(terms, "term");
  return [
    `${address} = 0    ${rule}, ${size}`,
    `  What stands in the way: ${tally.join(", ")}.`,
    ...section("The least that would have to change:", first.slice(0, enough.length)),
    ...section(enough.length > 0 ? "In the way as well:" : "Nothing can change that:", first.slice(enough.length)),
    ...(complete ? [] : [`  The search ended after ${opened} numbers: there may be more causes.`]),
  ].join("\n");
}

function section(title: string, causes: readonly Cause[]): string[] {
  if (causes.length === 0) return [];
  const rest = causes.length - shown;
  return [
    `  ${title}`,
    ...causes.slice(0, shown).map((cause) => `    ${describeCause(cause)}`),
    ...(rest > 0 ? [`    … and ${rest} more (--json lists all)`] : []),
  ];
}

/** What is left of an update below this share of the parameter is rounding, in float32 too. */
const roundingShare = 1e-6;

/** The reasons of an update, for a terminal. */
export function changeReasonsToText(reasons: ChangeReasons): string {
  const { address, before, after, trained, learningRate, gradient, change, rest: other, samples } = reasons;
  const [from, to] = toldApart(before, after);
  const head = `${address}: ${from} → ${to}`;
  const [η, g] = [formatNumber(learningRate), formatNumber(gradient)];
  const why = `  change −η·∂L/∂w = −${η}·${gradient < 0 ? `(${g})` : g} ${isRounded(change) ? "≈" : "="} ${formatNumber(change)}`;
  const frozen = `  The layer is not trained: it stays as it is, though ∂L/∂w = ${g}.`;
  const several = samples.length > 1;
  const carried = Math.abs(other) > roundingShare * Math.max(Math.abs(before), Math.abs(after));
  return [
    head,
    trained ? why : frozen,
    ...(carried ? [`  momentum and weight decay add ${formatNumber(other)}`] : []),
    ...samples.slice(0, shown).flatMap(({ sample, gradient: part, change: share, positions, zeros }) => {
      const own = several ? `sample ${sample}: ${formatNumber(share)} from` : "from";
      const all = positions.length + zeros;
      const title = `  ${own} ${positions.length} of ${counted(all, "position")}, ∂L/∂w ${several ? "share" : "terms"} together ${formatNumber(part)}:`;
      const rest = positions.length - shown;
      return [
        title,
        ...positions.slice(0, shown).map(describePosition),
        ...(rest > 0 ? [`    … and ${rest} more (--json lists all)`] : []),
      ];
    }),
    ...(samples.length > shown ? [`  … and ${samples.length - shown} more samples (--json lists all)`] : []),
  ].join("\n");
}

function describePosition({ arriving, reads, position, gradient, change }: PositionShare): string {
  const product = reads === undefined ? arriving : `${arriving} · ${reads}`;
  return `    (${position.join(",")})  ${formatNumber(change)} from ${product} = ${formatNumber(gradient)}`;
}
