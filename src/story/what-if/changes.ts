// What is changed: cells of the image and of parameters, and one step of gradient descent; checked, and put into copies.
import { offsetOf } from "../../base/shape.ts";
import { fail } from "../../base/words/story.ts";
import { INPUT, type Network } from "../../graph/network.ts";
import { allPlaces, canonical, placeOf } from "../../graph/places.ts";
import { Model } from "../../nn/model.ts";
import type { Pixels } from "../../nn/trainer.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Address, formatAddress, parseAddress } from "../../trace/address.ts";
import type { Opened } from "../opened.ts";

/** New values by address: `input[2,2,0]`, `conv1.kernel[0,0,0,0]`, `dense1.bias[1]`; or `learningRate`, which moves every trained parameter
 * by one step of plain gradient descent. In a batch a pixel names its sample, `input[2,2,0]@1`. */
export type Changes = Readonly<Record<string, number>>;

/** The changes, read and checked. */
export interface Plan {
  /** η of the step; undefined where no step is taken. */
  readonly learningRate: number | undefined;
  /** By canonical address; these cells have the given value, whatever the step does. */
  readonly cells: ReadonlyMap<string, CellChange>;
}

export interface CellChange {
  readonly address: Address;
  /** The tensor, such as "input@1" or "conv1.kernel", and the cell's flat position in it. */
  readonly tensor: string;
  readonly offset: number;
  readonly value: number;
}

export function planOf(network: Network, samples: number, changes: Changes): Plan {
  const entries = Object.entries(changes);
  if (entries.length === 0) fail("whatIf.empty", {});
  const cells = new Map<string, CellChange>();
  let learningRate: number | undefined;
  for (const [text, value] of entries) {
    if (text === "learningRate") learningRate = checkedRate(value);
    else {
      const change = cellChange(network, samples, text, value);
      cells.set(formatAddress(change.address), change);
    }
  }
  return { learningRate, cells };
}

function checkedRate(value: number): number {
  const expected = "a finite number from 0 up";
  return Number.isFinite(value) && value >= 0
    ? value
    : fail("whatIf.value", { address: "learningRate", expected, received: value });
}

function cellChange(network: Network, samples: number, text: string, value: number): CellChange {
  const parsed = parseAddress(text);
  const place = placeOf(network, parsed);
  const given = place.role !== "out" || place.node === INPUT;
  if (parsed.scope.kind !== "value" || !given || parsed.cell === undefined || parsed.cell.length === 0) {
    fail("whatIf.address", { address: text, known: givenNames(network) });
  }
  if (!Number.isFinite(value)) fail("whatIf.value", { address: text, expected: "a finite number", received: value });
  const { sample, ...rest } = canonical(network, parsed);
  const named = sample !== undefined && (samples > 1 || sample > 0);
  const address = named ? { ...rest, sample } : rest;
  const tensor = formatAddress({ ...address, cell: [] });
  return { address, tensor, offset: offsetOf(place.shape, parsed.cell), value };
}

function givenNames(network: Network): string[] {
  return allPlaces(network).flatMap(({ name, role, node }) => (role !== "out" || node === INPUT ? [name] : []));
}

/** Names of the images as tensors: "input", or "input@0" … of a batch. */
export function imageNames(samples: number): string[] {
  return samples === 1 ? ["input"] : Array.from({ length: samples }, (_, sample) => `input@${sample}`);
}

/** Copies of model and images with the changes in them; `before` was opened with the step's learning rate. */
export function changed(
  model: Model,
  before: Opened,
  { learningRate, cells }: Plan,
): { readonly model: Model; readonly images: Pixels[] } {
  const { network, classes, input, host } = model;
  const scope = learningRate === undefined ? "" : "next:";
  const parameters = new Map<string, Tensor>();
  for (const [name, { shape }] of model.parameters) {
    parameters.set(name, { shape, data: before.tensor(`${scope}${name}`).data.slice() });
  }
  const images = new Map(imageNames(before.samples).map((name) => [name, before.tensor(name).data.slice()] as const));
  for (const { tensor, offset, value } of cells.values()) {
    const numbers = images.get(tensor) ?? parameters.get(tensor)?.data;
    if (numbers) numbers[offset] = value;
  }
  return { model: new Model(network, { classes, input, host, parameters }), images: [...images.values()] };
}
