// Dead filters and units: gates that stay closed on every picture of a data set.
import { eachInTurn, type Host } from "../../base/host.ts";
import type { Dataset } from "../../data/dataset.ts";
import { type Backend, backendFacts } from "../../graph/backend.ts";
import { placeAt } from "../../graph/places.ts";
import type { Model } from "../../nn/model.ts";
import type { Values } from "../../ops/op.ts";
import { checkFits, pixelsOf } from "../../train/fitting.ts";
import { machineFor } from "../machine.ts";

export interface GateCensus {
  /** The ReLU, such as "relu1", and the tensor that it looks at, such as "conv1.out". */
  readonly node: string;
  readonly reads: string;
  /** Channels of maps, or units of a flat vector. */
  readonly kind: "filters" | "units";
  /** By channel or unit: on how many pictures its gate opened, at one position at least. */
  readonly open: readonly number[];
  /** By channel or unit: the largest pre-activation met; how far a dead one is from opening. */
  readonly largest: readonly number[];
  /** Those that never opened, by position. */
  readonly dead: readonly number[];
}

export interface DeadUnits {
  readonly pictures: number;
  /** One a ReLU, in graph order; empty where the network has none. */
  readonly gates: readonly GateCensus[];
  /** Dead filters and units of all of them together. */
  readonly dead: number;
}

export interface CensusOptions {
  /** Default "reference". */
  readonly backend?: Backend;
  readonly host?: Host | undefined;
}

/** Takes every picture of a data set through the model and counts on how many each filter and unit opens. Throws `model.shape`,
 * `model.classes` or `model.classNames` where the data does not suit the model. */
export async function deadUnits(
  model: Model,
  data: Dataset,
  { backend = "reference", host = model.host }: CensusOptions = {},
): Promise<DeadUnits> {
  checkFits(model, data, "deadUnits");
  const { network, parameters } = model;
  const machine = await machineFor({ network, parameters }, await backendFacts(backend, host));
  const tallies = tallyFor(model);
  await eachInTurn(Array.from({ length: data.count }).keys(), host, (k) => {
    const { values } = machine.forward(pixelsOf(data, k), data.labels[k], new Map());
    for (const tally of tallies) tally.count(values[tally.position]);
  });
  const gates = tallies.map(({ result }) => result());
  return { pictures: data.count, gates, dead: gates.reduce((sum, { dead }) => sum + dead.length, 0) };
}

interface Tally {
  readonly position: number;
  count(values: Values): void;
  result(): GateCensus;
}

function tallyFor({ network }: Model): Tally[] {
  return network.nodes.flatMap(({ op, name, site, operation, inputs }, position) => {
    if (op !== "relu") return [];
    const channels = site.output[site.output.length - 1];
    const open = new Array<number>(channels).fill(0);
    const largest = new Array<number>(channels).fill(Number.NEGATIVE_INFINITY);
    const count = (values: Values) => {
      const gates = operation.reference.choices?.(site, values) ?? [];
      const seen = new Uint8Array(channels);
      for (let k = 0; k < gates.length; k++) {
        const channel = k % channels;
        seen[channel] |= gates[k];
        largest[channel] = Math.max(largest[channel], values.inputs[0][k]);
      }
      for (let channel = 0; channel < channels; channel++) open[channel] += seen[channel];
    };
    const result = (): GateCensus => {
      const dead = [...open.keys()].filter((channel) => open[channel] === 0);
      const kind = site.output.length > 1 ? "filters" : "units";
      return { node: name, reads: placeAt(network, inputs[0], "out")?.name ?? "", kind, open, largest, dead };
    };
    return [{ position, count, result }];
  });
}
