// The kinks between two openings of a network: gates that opened or closed, windows that another cell wins.
import { cellAt } from "../../base/shape.ts";
import { INPUT } from "../../graph/network.ts";
import { placeAt } from "../../graph/places.ts";
import type { Numbers } from "../../tensor/tensor.ts";
import type { Opened } from "../opened.ts";

/** A choice that came out differently. */
export interface Crossing {
  /** The number behind the gate or the window. */
  readonly at: string;
  readonly kind: "gate" | "winner";
  /** What decided: the pre-activation, or the cell that won; with its value. */
  readonly before: Decider;
  readonly after: Decider;
  /** ∂target/∂ the number at `at`, before and after; where both are 0 the crossing cannot be felt there. */
  readonly slope: { readonly before: number; readonly after: number };
}

export interface Decider {
  readonly address: string;
  readonly value: number;
}

export interface Crossings {
  /** All choices that came out differently. */
  readonly crossed: number;
  /** How many of them the target feels: its slope there is not 0, before or after. */
  readonly felt: number;
  /** Those that are felt, the steepest first; at most `most`. */
  readonly listed: readonly Crossing[];
}

interface Found {
  readonly at: string;
  readonly slope: Crossing["slope"];
}

/** Compares the choices of two openings of one network. `scope` is that of the target's gradients, such as "grad:". */
export function crossingsOf(before: Opened, after: Opened, scope: string, most: number): Crossings {
  let crossed = 0;
  const felt: Found[] = [];
  for (const [node, { name, suffix }] of outputsOf(before)) {
    const [was, now] = [before, after].map((opened) => choicesOf(opened, node, suffix));
    const moved = [...(was?.keys() ?? [])].filter((k) => was?.[k] !== now?.[k]);
    crossed += moved.length;
    if (moved.length === 0) continue;
    const slopes = [before, after].map((opened) => opened.tensor(`${scope}${name}${suffix}`));
    const { shape } = slopes[0];
    for (const k of moved) {
      const slope = { before: slopes[0].data[k], after: slopes[1].data[k] };
      if (slope.before === 0 && slope.after === 0) continue;
      felt.push({ at: `${name}[${cellAt(shape, k).join(",")}]${suffix}`, slope });
    }
  }
  felt.sort((a, b) => steepness(b) - steepness(a));
  const listed = felt.slice(0, most).map((found) => describe(before, after, found));
  return { crossed, felt: felt.length, listed };
}

function steepness({ slope }: Found): number {
  return Math.max(Math.abs(slope.before), Math.abs(slope.after));
}

/** Every node that chooses, once a sample. */
function outputsOf({ network, samples }: Opened): [number, { name: string; suffix: string }][] {
  return network.nodes.flatMap(({ operation }, node) => {
    if (!operation.reference.choices) return [];
    const name = placeAt(network, node, "out")?.name ?? "";
    return Array.from({ length: samples }, (_, sample): [number, { name: string; suffix: string }] => [
      node,
      { name, suffix: samples === 1 ? "" : `@${sample}` },
    ]);
  });
}

function choicesOf(opened: Opened, position: number, suffix: string): Int32Array | undefined {
  const { network } = opened;
  const { operation, site, inputs } = network.nodes[position];
  const numbers = (node: number): Numbers => {
    const name = node === INPUT ? "input" : (placeAt(network, node, "out")?.name ?? "");
    return opened.tensor(`${name}${suffix}`).data;
  };
  const values = { inputs: inputs.map(numbers), output: numbers(position), parameters: {}, label: 0 };
  return operation.reference.choices?.(site, values);
}

function describe(before: Opened, after: Opened, { at, slope }: Found): Crossing {
  const decider = (opened: Opened): Decider & { kind: "gate" | "winner" } => {
    const choice = opened.at(at).choice;
    const address = choice?.address ?? at;
    return { kind: choice?.kind ?? "gate", address, value: opened.value(address) };
  };
  const { kind, ...was } = decider(before);
  const { kind: _, ...now } = decider(after);
  return { at, kind, before: was, after: now, slope };
}
