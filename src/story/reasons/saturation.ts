// A softmax that is too sure: how far its probability is from the 0 or 1 it was rounded to.
import { placeAt } from "../../graph/places.ts";
import type { Account } from "../../trace/account.ts";
import { parseAddress } from "../../trace/address.ts";
import type { Term } from "../../trace/terms.ts";
import type { Opened } from "../opened.ts";
import type { Met } from "./single.ts";

/** Rules that give 0 only where a probability is exactly 0 or 1, or their product with the share is below the smallest number. */
const saturating = ["softmax.output", "softmax.inputGradient", "crossEntropy.output", "crossEntropy.logitGradient"];

export function isSaturation(rule: string): boolean {
  return saturating.includes(rule);
}

/** How far apart neighbouring numbers are at 1, and the smallest number above 0. */
const spacings = {
  f64: { one: Number.EPSILON, zero: Number.MIN_VALUE },
  f32: { one: 1 / 8388608, zero: 1.401298464324817e-45 },
};

/** The cause behind a zero of the head. */
export function saturationOf(opened: Opened, account: Account): Met {
  const probability = probabilityOf(opened, account);
  const { terms, value, dtype } = opened.at(probability);
  const [own, ...all] = terms;
  const k = parseAddress(probability).cell?.[0] ?? 0;
  const sum = all.reduce((total, term) => total + term.value, 0);
  const others = all.reduce((total, term, j) => (j === k ? total : total + term.value), 0);
  const distance = (value > 0.5 ? others : own.value) / sum;
  const spacing = value > 0.5 ? spacings[dtype].one : spacings[dtype].zero;
  return { met: { kind: "saturated", at: account.address, probability, value, distance, spacing }, final: false };
}

/** The address of the probability that decides. */
function probabilityOf({ network }: Opened, { address, rule, terms }: Account): string {
  if (rule === "softmax.output") return address;
  const [first] = terms;
  if (rule === "softmax.inputGradient") return ofTarget(terms);
  if (rule === "crossEntropy.logitGradient") return first.factors[0].address as string;
  // The loss reads the label's class; its first term names it, z[k]-m.
  const label = /^z\[(\d+)\]/.exec(first.factors[0].constant ?? "")?.[1];
  const { sample } = parseAddress(address);
  const name = placeAt(network, network.head?.probs, "out")?.name;
  return `${name}[${label}]${sample === undefined ? "" : `@${sample}`}`;
}

/** Of the target's probability and the logit's own, the one that is exactly 0 or 1. */
function ofTarget([own, ...pairs]: readonly Term[]): string {
  const target = pairs.find(({ factors }) => factors[1].value !== 0);
  const found = target?.factors.slice(2).find(({ value }) => value === 0 || value === 1);
  return (found ?? own.factors[1]).address as string;
}
