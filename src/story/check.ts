// Gradient check: every parameter gradient against central differences in float64, with the kinks that a nudge crosses named.

import { breathing, type Host } from "../base/host.ts";
import { permutation, randomStream } from "../base/random.ts";
import { cellAt, sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/model.ts";
import { parameterSpecs } from "../graph/network.ts";
import type { Model } from "../nn/model.ts";
import type { Pixels } from "../nn/trainer.ts";
import { differentiate, floorOf, openProbe, type Probe, relativeDistance } from "./probe.ts";

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

/** A relative distance up to this is rounding. */
export const tolerance = 1e-6;

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
  const numbers = probe.parameters.get(address) as Float64Array;
  const floor = floorOf(gradient);
  return (k) => {
    const { numerical, kinks } = differentiate(probe, numbers, k, 1);
    if (kinks.length > 0) {
      tally.kinks++;
      return kinks[0];
    }
    tally.checked++;
    tally.worstRelative = Math.max(tally.worstRelative, relativeDistance(gradient[k], numerical, floor));
    return undefined;
  };
}

/** So many flat positions of a tensor, each at most once, drawn by seed; `place` tells tensors apart. All of them in order where there are no more. */
export function drawCells(
  length: number,
  samples: number | "all",
  seed: number,
  ...place: readonly number[]
): Iterable<number> {
  if (samples === "all" || samples >= length) return Array.from({ length }, (_, k) => k);
  return permutation(length, randomStream(seed, "check", ...place)).subarray(0, samples);
}
