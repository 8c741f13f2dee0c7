// A float64 copy of a model on one image that can be nudged: the target run again at nudged numbers, the difference, the kinks crossed.

import { cellAt } from "../base/shape.ts";
import { fail } from "../base/words/model.ts";
import type { Network } from "../graph/network.ts";
import { backwardPass, createRecord, forwardPass, type SampleRecord, type Seed } from "../graph/pass.ts";
import { placeAt } from "../graph/places.ts";
import type { Model } from "../nn/model.ts";
import { checkedLabel, type Pixels } from "../nn/trainer.ts";
import type { Numbers } from "../tensor/tensor.ts";

/** Nudges, relative to max(1, |w|): the widest that crosses no kink is used. */
const nudges = [1e-3, 1e-4, 1e-5, 1e-6];

/** Where the target is read, in nudges, in the order of the formula. */
const places = [1, -1, 2, -2] as const;

/** A float64 copy of the model on one image, what it chose there, and the derivatives of the target. */
export interface Probe {
  readonly network: Network;
  readonly parameters: ReadonlyMap<string, Float64Array>;
  readonly gradients: ReadonlyMap<string, Float64Array>;
  readonly record: SampleRecord;
  /** The cell that is differentiated; its value is 1. */
  readonly target: Seed;
  readonly choices: readonly (Int32Array | undefined)[];
}

export interface ProbeRequest {
  readonly input: Pixels;
  readonly label?: number | undefined;
  /** Default the loss, which needs a label. */
  readonly target?: Seed | undefined;
}

/** Runs the model forward and backward from the target. Throws `model.noHead`, `model.pixels`, `model.label`, and `explain.label` where the
 * loss is asked for without a label. */
export function openProbe({ network, parameters: own }: Model, { input, label, target: asked }: ProbeRequest): Probe {
  const { head } = network;
  const target = asked ?? lossOf(network);
  const parameters = new Map([...own].map(([address, { data }]) => [address, Float64Array.from(data)] as const));
  const gradients = new Map([...own].map(([address, { data }]) => [address, new Float64Array(data.length)] as const));
  const record = createRecord(network, parameters, gradients, "every");
  if (input.length !== record.input.length)
    fail("model.pixels", { expected: record.input.length, received: input.length });
  record.input.set(input);
  if (label === undefined && target.node === head?.loss) fail("explain.label", { address: "loss" });
  if (label !== undefined && head) record.setLabel(checkedLabel(label, network.nodes[network.last].site.output[0]));
  forwardPass(network, record);
  backwardPass(network, record, target);
  return { network, parameters, gradients, record, target, choices: choicesOf(network, record) };
}

function lossOf({ head }: Network): Seed {
  return head ? { node: head.loss, cell: 0, value: 1 } : fail("model.noHead", {});
}

function choicesOf({ nodes }: Network, { values }: SampleRecord): (Int32Array | undefined)[] {
  return nodes.map(({ operation, site }, k) => operation.reference.choices?.(site, values[k]));
}

/** The target at one nudged number. */
export interface Reading {
  /** What the number was. */
  readonly at: number;
  readonly target: number;
}

export interface Difference {
  /** (8·(L₊₁ − L₋₁) − (L₊₂ − L₋₂)) ÷ 12h, the fourth-order central difference. */
  readonly numerical: number;
  /** h. */
  readonly nudge: number;
  /** At +h, −h, +2h, −2h. */
  readonly readings: readonly Reading[];
  /** Addresses of the cells whose gate or winner even the smallest nudge changes: there the target has no derivative. */
  readonly kinks: readonly string[];
}

/** The numerical derivative with respect to one number, which is given back unchanged: `numbers` are the probe's own, its pixels or one of its
 * parameters. At most `most` kinks are named. */
export function differentiate(probe: Probe, numbers: Numbers, k: number, most: number): Difference {
  const before = numbers[k];
  let found: Difference | undefined;
  for (const relative of nudges) {
    const h = relative * Math.max(1, Math.abs(before));
    const kinks = new Set<string>();
    const readings = places.map((steps) => {
      numbers[k] = before + steps * h;
      forwardPass(probe.network, probe.record);
      for (const kink of crossed(probe, most)) kinks.add(kink);
      return { at: numbers[k], target: targetOf(probe) };
    });
    numbers[k] = before;
    const [plus1, minus1, plus2, minus2] = readings.map(({ target }) => target);
    const numerical = (8 * (plus1 - minus1) - (plus2 - minus2)) / (12 * h);
    found = { numerical, nudge: h, readings, kinks: [...kinks].slice(0, most) };
    if (kinks.size === 0) break;
  }
  return found as Difference;
}

function targetOf({ record, target }: Probe): number {
  return record.values[target.node].output[target.cell];
}

/** The cells, up to the target, where the network now chooses otherwise. */
function crossed({ network, record, choices, target }: Probe, most: number): string[] {
  const found: string[] = [];
  for (const [node, now] of choicesOf(network, record).entries()) {
    if (node > target.node) break;
    const place = placeAt(network, node, "out");
    const own = choices[node];
    for (let cell = 0; now && cell < now.length && found.length < most; cell++) {
      if (now[cell] !== own?.[cell]) found.push(`${place?.name}[${cellAt(place?.shape ?? [], cell).join(",")}]`);
    }
  }
  return found;
}

/** Derivatives below a thousandth of a tensor's largest, and below 1e-6, are outweighed by rounding of the target: they are compared with this. */
export function floorOf(gradient: Numbers): number {
  return Math.max(1e-6, largestOf(gradient) / 1000);
}

/** The largest magnitude. */
export function largestOf(numbers: Numbers): number {
  let largest = 0;
  for (const number of numbers) largest = Math.max(largest, Math.abs(number));
  return largest;
}

/** |a − n| ÷ max(|a|, |n|, floor): how far a derivative of the backward pass is from the numerical one. */
export function relativeDistance(analytic: number, numerical: number, floor: number): number {
  return Math.abs(analytic - numerical) / Math.max(Math.abs(analytic), Math.abs(numerical), floor);
}
