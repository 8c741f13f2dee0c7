// Gradient check: every parameter gradient against central differences in float64, with the kinks that a nudge crosses named.

import { breathing, type Host } from "../base/host.ts";
import { permutation, randomStream } from "../base/random.ts";
import { cellAt, sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/model.ts";
import { type Network, parameterSpecs } from "../graph/network.ts";
import { backwardPass, createRecord, forwardPass, type SampleRecord } from "../graph/pass.ts";
import { placeAt } from "../graph/places.ts";
import type { Model } from "../nn/model.ts";
import { checkedLabel, type Pixels } from "../nn/trainer.ts";

export interface CheckRequest {
  readonly input: Pixels;
  readonly label: number;
  /** Cells of each tensor, drawn by seed; default 200; "all" for every one. */
  readonly samples?: number | "all";
  /** Default 0. */
  readonly seed?: number;
  readonly host?: Host | undefined;
}

/** A nudge of `parameter` that opened or closed a gate, or changed a winner, at `at`: there the loss has no derivative to compare with. */
export interface Kink {
  readonly parameter: string;
  readonly at: string;
}

export interface LayerCheck {
  readonly name: string;
  /** Cells compared, kinks not counted. */
  readonly checked: number;
  readonly kinks: number;
  /** Largest |a − n| ÷ max(|a|, |n|, a thousandth of the tensor's largest |a|, 1e-6), a from the backward pass, n numerical. */
  readonly worstRelative: number;
}

export interface CheckResult {
  readonly layers: readonly LayerCheck[];
  /** Every layer's worst is at most `tolerance`. */
  readonly passed: boolean;
  readonly tolerance: number;
  readonly kinks: readonly Kink[];
}

const tolerance = 1e-6;

/** Nudges, relative to max(1, |w|): the widest that crosses no kink is used. */
const nudges = [1e-3, 1e-4, 1e-5, 1e-6];

/** Compares ∂L/∂w from the backward pass with (8·(L₊₁ − L₋₁) − (L₊₂ − L₋₂)) ÷ 12h, the fourth-order central difference.
 * Throws where the model has no loss, the image or label do not fit, or an option is wrong. */
export async function checkGradients(model: Model, request: CheckRequest): Promise<CheckResult> {
  const { samples = 200, seed = 0, host = model.host } = request;
  if (samples !== "all" && !(Number.isSafeInteger(samples) && samples >= 1)) {
    const expected = 'a whole number from 1 up, or "all"';
    fail("option.value", { where: "checkGradients", option: "samples", expected, received: samples });
  }
  const probe = openProbe(model, request);
  const breathe = breathing(host);
  const kinks: Kink[] = [];
  const layers = new Map<string, Tally>();
  for (const [index, { address, node, spec }] of parameterSpecs(model.network).entries()) {
    const tally = layers.get(node.name) ?? { name: node.name, checked: 0, kinks: 0, worstRelative: 0 };
    layers.set(node.name, tally);
    const compare = comparison(probe, address, tally);
    for (const k of drawCells(sizeOf(spec.shape), samples, seed, index)) {
      const kink = compare(k);
      if (kink !== undefined) kinks.push({ parameter: `${address}[${cellAt(spec.shape, k).join(",")}]`, at: kink });
      const pause = breathe();
      if (pause) await pause;
    }
  }
  const found = [...layers.values()];
  return { layers: found, passed: found.every((layer) => layer.worstRelative <= tolerance), tolerance, kinks };
}

type Tally = { -readonly [K in keyof LayerCheck]: LayerCheck[K] };

/** Holds one cell of a parameter against its numerical derivative and counts it; gives the kink's address where it is one. */
function comparison(probe: Probe, address: string, tally: Tally): (k: number) => string | undefined {
  const gradient = probe.gradients.get(address) as Float64Array;
  // Below a thousandth of the largest, and below 1e-6, rounding of the loss outweighs the derivative.
  const largest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
  const floor = Math.max(1e-6, largest / 1000);
  return (k) => {
    const numerical = differentiate(probe, address, k);
    if (typeof numerical === "string") {
      tally.kinks++;
      return numerical;
    }
    const scale = Math.max(Math.abs(gradient[k]), Math.abs(numerical), floor);
    tally.checked++;
    tally.worstRelative = Math.max(tally.worstRelative, Math.abs(gradient[k] - numerical) / scale);
    return undefined;
  };
}

function drawCells(length: number, samples: number | "all", seed: number, index: number): Iterable<number> {
  if (samples === "all" || samples >= length) return Array.from({ length }, (_, k) => k);
  return permutation(length, randomStream(seed, "check", index)).subarray(0, samples);
}

/** A float64 copy of the model on one labelled image, and what it chose there. */
interface Probe {
  readonly network: Network;
  readonly parameters: ReadonlyMap<string, Float64Array>;
  readonly gradients: ReadonlyMap<string, Float64Array>;
  readonly record: SampleRecord;
  readonly loss: number;
  readonly choices: readonly (Int32Array | undefined)[];
}

function openProbe({ network, parameters: own }: Model, { input, label }: CheckRequest): Probe {
  if (!network.head) fail("model.noHead", {});
  const parameters = new Map([...own].map(([address, { data }]) => [address, Float64Array.from(data)] as const));
  const gradients = new Map([...own].map(([address, { data }]) => [address, new Float64Array(data.length)] as const));
  const record = createRecord(network, parameters, gradients, "every");
  if (input.length !== record.input.length)
    fail("model.pixels", { expected: record.input.length, received: input.length });
  record.input.set(input);
  record.setLabel(checkedLabel(label, network.nodes[network.last].site.output[0]));
  forwardPass(network, record);
  backwardPass(network, record, { node: network.head.loss, cell: 0, value: 1 });
  return { network, parameters, gradients, record, loss: network.head.loss, choices: choicesOf(network, record) };
}

function choicesOf({ nodes }: Network, { values }: SampleRecord): (Int32Array | undefined)[] {
  return nodes.map(({ operation, site }, k) => operation.reference.choices?.(site, values[k]));
}

/** The numerical derivative, or the address of the cell whose choice even the smallest nudge changes. */
function differentiate(probe: Probe, address: string, k: number): number | string {
  const w = probe.parameters.get(address) as Float64Array;
  const before = w[k];
  let crossed = "";
  for (const nudge of nudges) {
    const h = nudge * Math.max(1, Math.abs(before));
    const losses = [1, -1, 2, -2].map((steps) => {
      w[k] = before + steps * h;
      return lossAt(probe);
    });
    w[k] = before;
    const kink = losses.find((loss) => typeof loss === "string");
    if (kink === undefined) {
      const [plus1, minus1, plus2, minus2] = losses as number[];
      return (8 * (plus1 - minus1) - (plus2 - minus2)) / (12 * h);
    }
    crossed = kink as string;
  }
  return crossed;
}

/** The loss at the nudged parameters, or where the network chose otherwise. */
function lossAt({ network, record, loss, choices }: Probe): number | string {
  forwardPass(network, record);
  for (const [node, now] of choicesOf(network, record).entries()) {
    const cell = now?.findIndex((choice, k) => choice !== choices[node]?.[k]) ?? -1;
    if (cell < 0) continue;
    const place = placeAt(network, node, "out");
    return `${place?.name}[${cellAt(place?.shape ?? [], cell).join(",")}]`;
  }
  return record.values[loss].output[0];
}
