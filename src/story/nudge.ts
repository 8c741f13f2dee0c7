// The nudge test of one number: a pixel or a parameter is moved a little, the network runs again, and the slope is held against the gradient.

import { breathing, type Host } from "../base/host.ts";
import { offsetOf } from "../base/shape.ts";
import { fail } from "../base/words/story.ts";
import type { Backend } from "../graph/backend.ts";
import { INPUT, type Network } from "../graph/network.ts";
import type { Seed } from "../graph/pass.ts";
import { allPlaces, canonical, type Place, placeOf } from "../graph/places.ts";
import type { Model } from "../nn/model.ts";
import type { Pixels } from "../nn/trainer.ts";
import type { Numbers } from "../tensor/tensor.ts";
import { formatAddress, parseAddress } from "../trace/address.ts";
import { tolerance } from "./check.ts";
import { explain } from "./explain.ts";
import type { Opened } from "./opened.ts";
import { differentiate, floorOf, largestOf, openProbe, type Reading, relativeDistance } from "./probe.ts";

export interface NudgeRequest {
  /** One image, H·W·C numbers. */
  readonly input: Pixels;
  /** The true class; needed where the target is the loss. */
  readonly label?: number | undefined;
  /** The number that is moved: "conv1.kernel[0,0,0,0]", "input[2,2,0]". */
  readonly address: string;
  /** What is read again: "loss" (the default), "logits[0]", or one cell of any layer's output. */
  readonly target?: string | undefined;
  /** Whose gradient is tested. Default "reference", float64. Nudges are float64 whatever is tested: float32 numbers lie too far apart for them. */
  readonly backend?: Backend | undefined;
  readonly host?: Host | undefined;
}

export interface Nudge {
  /** Canonical. */
  readonly address: string;
  readonly target: string;
  /** The number and the target before any nudge, as the backend has them. */
  readonly value: number;
  readonly before: number;
  /** ∂target/∂number from the backend's backward pass. */
  readonly gradient: number;
  /** (8·(T₊₁ − T₋₁) − (T₊₂ − T₋₂)) ÷ 12h from the readings: the fourth-order central difference. */
  readonly numerical: number;
  /** |gradient − numerical|. */
  readonly distance: number;
  /** The distance is rounding: at most 10⁻⁶ of the larger of both (or of a thousandth of the tensor's largest gradient). Of a gradient in
   * float32: 1024·2⁻²⁴ of the tensor's largest, and for the loss, whose p − t has few digits where the softmax is sure, 4 spacings of 1 times the
   * largest derivative of the label's logit. */
  readonly agrees: boolean;
  /** h: the widest of 10⁻³ … 10⁻⁶, times max(1, |number|), that crosses no kink; the smallest where each of them does. */
  readonly nudge: number;
  /** The network run again with the number at +h, −h, +2h, −2h. */
  readonly readings: readonly Reading[];
  /** The cells whose gate or winner even the smallest nudge changes, at most 100: there the target has no derivative to compare with. */
  readonly kinks: readonly string[];
}

/** More kinks than this are not named. */
const mostKinks = 100;

/** Tests one gradient by nudging its number, in float64 whatever the model is stored in; the model stays as it is. Throws `nudge.address` on an
 * address that is neither a pixel nor one cell of a parameter, `nudge.target` on a target that is no cell of an output, and what is wrong
 * with image and label (`model.pixels`, `model.label`, `model.noHead`, `explain.label`). */
export async function nudge(model: Model, request: NudgeRequest): Promise<Nudge> {
  const { input, label, target: wanted = "loss", host = model.host } = request;
  const { network } = model;
  const { address, place, offset } = movedCell(network, request.address);
  const target = wanted === "loss" ? undefined : targetCell(network, wanted);
  const breathe = breathing(host);
  const probe = openProbe(model, { input, label, target: target?.seed });
  const { record, parameters, gradients } = probe;
  const numbers = (place.node === INPUT ? record.input : parameters.get(place.name)) as Numbers;
  const slopes = (place.node === INPUT ? record.inputGradient : gradients.get(place.name)) as Numbers;
  const tested = await explain(model, { input, label, backend: request.backend ?? "reference", host });
  const about = target?.address ?? "loss";
  const scope = target ? `grad(${about}):` : "grad:";
  await breathe();
  const found = differentiate(probe, numbers, offset, mostKinks);
  const gradient = tested.value(`${scope}${address}`);
  const { numerical } = found;
  const distance = Math.abs(gradient - numerical);
  const exact = tested.tensor(`${scope}${place.name}`).data instanceof Float64Array;
  return {
    address,
    target: about,
    value: tested.value(address),
    before: tested.value(about),
    gradient,
    distance,
    agrees: exact
      ? relativeDistance(gradient, numerical, floorOf(slopes)) <= tolerance
      : distance <= roundingOf(tested, place.name, largestOf(slopes), target ? undefined : label),
    ...found,
  };
}

/** 2⁻²⁴: half the distance of 1 from the next float32 number. */
const roundoff = 1 / 16777216;

/** What float32 may do to a gradient of a tensor whose largest is given; of the loss where there is a label. */
function roundingOf(opened: Opened, name: string, largest: number, label: number | undefined): number {
  const through = 1024 * roundoff * largest;
  if (label === undefined) return through;
  return through + largestOf(opened.tensor(`grad(logits[${label}]):${name}`).data) * 8 * roundoff;
}

interface Cell {
  /** Canonical. */
  readonly address: string;
  readonly place: Place;
  readonly offset: number;
}

/** One forward cell of the only sample; undefined where an address is something else. */
function cellOf(network: Network, text: string): Cell | undefined {
  const parsed = parseAddress(text);
  const place = placeOf(network, parsed);
  const { scope, cell, sample } = parsed;
  if (scope.kind !== "value" || sample || (place.shape.length > 0 && cell === undefined)) return undefined;
  const { sample: _, ...rest } = canonical(network, parsed);
  return { address: formatAddress(rest), place, offset: offsetOf(place.shape, cell ?? []) };
}

function movedCell(network: Network, address: string): Cell {
  const found = cellOf(network, address);
  if (found && (found.place.role !== "out" || found.place.node === INPUT)) return found;
  const given = allPlaces(network).filter(({ role, node }) => role !== "out" || node === INPUT);
  return fail("nudge.address", { address, known: given.map(({ name }) => name) });
}

function targetCell(network: Network, target: string): Cell & { readonly seed: Seed } {
  const found = cellOf(network, target);
  if (found?.place.role !== "out" || found.place.node === INPUT) return fail("nudge.target", { target });
  return { ...found, seed: { node: found.place.node, cell: found.offset, value: 1 } };
}
