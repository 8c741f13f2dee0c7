// Exciting patches: for each filter of a layer the places in a data set's pictures that it answers to most.
import { eachInTurn, type Host } from "../../base/host.ts";
import { cellAt, sameShape } from "../../base/shape.ts";
import { fail as failModel } from "../../base/words/model.ts";
import { fail } from "../../base/words/story.ts";
import type { Dataset } from "../../data/dataset.ts";
import { type Backend, backendFacts } from "../../graph/backend.ts";
import { type Network, shapeAt } from "../../graph/network.ts";
import { placeAt } from "../../graph/places.ts";
import type { Model } from "../../nn/model.ts";
import type { Numbers } from "../../tensor/tensor.ts";
import { pixelsOf } from "../../train/fitting.ts";
import { machineFor } from "../machine.ts";
import { Fields } from "./field.ts";
import { type Area, pictureShape } from "./map.ts";
import { layerOf } from "./target.ts";

export interface PatchesOptions {
  /** "relu1", "relu1.out", "logits" … */
  readonly layer: string;
  /** Positions of filters (channels, or units of a flat layer); default: all. */
  readonly filters?: readonly number[] | undefined;
  /** Patches a filter at most, from 1 up; default 9. There are never more than pictures. */
  readonly count?: number | undefined;
  /** Whose numbers: default "reference". */
  readonly backend?: Backend | undefined;
  readonly host?: Host | undefined;
}

export interface FilterPatches {
  /** The layer's name. */
  readonly layer: string;
  readonly filter: number;
  /** The strongest first; of equal ones the picture that comes first. */
  readonly patches: readonly ExcitingPatch[];
}

/** Where one picture excites a filter most. */
export interface ExcitingPatch {
  /** Position in the data set, and the picture's label. */
  readonly picture: number;
  readonly label: number;
  /** The cell with the picture's largest value, of equal ones the first: opens where the picture is explained on the same backend. */
  readonly address: string;
  readonly value: number;
  /** The pixels that the cell sees, inside the picture; absent where it sees padding alone. */
  readonly area?: Area;
  /** What they hold, [rows, columns, channels], row first. */
  readonly pixels: { readonly shape: readonly [number, number, number]; readonly data: Float64Array };
}

/** For each filter the `count` pictures with its largest activations, one patch a picture. One forward pass a picture, with pauses for the host; memory stays
 * that of the best patches. Throws `attention.layer`, `attention.picture`, `option.value` for a count or filter out of range, `model.shape` where the
 * pictures are of another size, and `model.nonFinite` where an activation is no finite number. */
export async function excitingPatches(
  model: Model,
  data: Dataset,
  options: PatchesOptions,
): Promise<readonly FilterPatches[]> {
  const { count = 9, backend = "reference", host = model.host } = options;
  const { network, parameters } = model;
  const where = "excitingPatches";
  pictureShape(network, where);
  const node = layerOf(network, options.layer, "a layer of the network", (k) => k !== network.head?.loss);
  if (!sameShape(network.input, data.shape)) {
    failModel("model.shape", { where, model: network.input, received: data.shape });
  }
  if (!(Number.isSafeInteger(count) && count >= 1)) {
    fail("option.value", { where, option: "count", expected: "a whole number from 1 up", received: count });
  }
  const filters = filtersOf(network, node, options.filters, where);
  const machine = await machineFor({ network, parameters }, await backendFacts(backend, host));
  const tops = filters.map((): Best[] => []);
  const channels = channelsOf(network, node);
  await eachInTurn(Array.from({ length: data.count }).keys(), host, (picture) => {
    const { output } = machine.forward(pixelsOf(data, picture), 0, new Map()).values[node];
    checkFinite(output, `${network.nodes[node].name}, picture ${picture}`);
    for (const [k, filter] of filters.entries()) keep(tops[k], count, strongest(output, filter, channels, picture));
  });
  const fields = new Fields(network);
  return filters.map((filter, k) => ({
    layer: network.nodes[node].name,
    filter,
    patches: tops[k].map((best) => patchAt(network, node, data, best, fields)),
  }));
}

function channelsOf(network: Network, node: number): number {
  return shapeAt(network, node).at(-1) as number;
}

function filtersOf(network: Network, node: number, wanted: readonly number[] | undefined, where: string): number[] {
  const channels = channelsOf(network, node);
  const filters = wanted ?? Array.from({ length: channels }, (_, filter) => filter);
  for (const received of filters) {
    if (Number.isInteger(received) && received >= 0 && received < channels) continue;
    const expected = `whole numbers 0…${channels - 1}: the layer has ${channels} filters`;
    fail("option.value", { where, option: "filters", expected, received });
  }
  return [...filters];
}

function checkFinite(numbers: Numbers, what: string): void {
  for (const received of numbers) if (!Number.isFinite(received)) failModel("model.nonFinite", { what, received });
}

interface Best {
  readonly picture: number;
  readonly offset: number;
  readonly value: number;
}

/** The largest number of a channel, the first of equal ones. */
function strongest(output: Numbers, filter: number, channels: number, picture: number): Best {
  let offset = filter;
  for (let k = filter + channels; k < output.length; k += channels) if (output[k] > output[offset]) offset = k;
  return { picture, offset, value: output[offset] };
}

/** Puts one among the best, behind those that are as large. */
function keep(top: Best[], count: number, found: Best): void {
  const place = top.findIndex(({ value }) => value < found.value);
  top.splice(place < 0 ? top.length : place, 0, found);
  if (top.length > count) top.pop();
}

function patchAt(
  network: Network,
  node: number,
  data: Dataset,
  { picture, offset, value }: Best,
  fields: Fields,
): ExcitingPatch {
  const cell = cellAt(shapeAt(network, node), offset);
  const area = fields.of(node, cell);
  const address = `${placeAt(network, node, "out")?.name}[${cell.join(",")}]`;
  const pixels = cut(pixelsOf(data, picture), data.shape, area);
  return { picture, label: data.labels[picture], address, value, ...(area && { area }), pixels };
}

/** A copy of the pixels of an area. */
function cut(image: ArrayLike<number>, [, width, channels]: readonly number[], area: Area | undefined) {
  if (!area) return { shape: [0, 0, channels] as const, data: new Float64Array(0) };
  const { rows, columns } = area;
  const shape = [rows[1] - rows[0] + 1, columns[1] - columns[0] + 1, channels] as const;
  const line = shape[1] * channels;
  const data = new Float64Array(shape[0] * line);
  for (let k = 0; k < data.length; k++) {
    const row = rows[0] + Math.floor(k / line);
    data[k] = image[(row * width + columns[0]) * channels + (k % line)];
  }
  return { shape, data };
}
