// forwardFrom(): where a pixel, an activation or a parameter goes, layer by layer, and how much of it arrives at the logits.

import { sizeOf } from "../../base/shape.ts";
import { fail } from "../../base/words/story.ts";
import { shapeAt } from "../../graph/network.ts";
import { type Place, placeAt } from "../../graph/places.ts";
import { parseAddress } from "../../trace/address.ts";
import type { Opened } from "../opened.ts";
import { type Cell, type Ending, Slopes } from "./slopes.ts";
import { cellOf, isExact, limitOf, times } from "./start.ts";
import type { CellReach, ForwardTarget, ForwardWays, Hop, LayerReach, Stop, Way, WaysOptions } from "./ways.ts";

/** What comes to a cell of the number that is followed, all live ways merged. */
interface Arrival {
  readonly cell: Cell;
  /** Σ over the ways of their products. */
  slope: number;
  paths: number;
  /** The largest product, and its way; of a cell that no way reaches they say nothing. */
  best: number;
  last: Step | undefined;
}

/** The last hop of a way. */
interface Step {
  readonly before: Arrival;
  readonly slope: number;
}

/** The cells of one layer and sample that read the number. */
interface Layer {
  readonly node: number;
  readonly sample: number;
  readonly arrivals: Map<number, Arrival>;
  readonly stopped: Record<Stop, number>;
}

/** Follows a number forward: `input[2,2,0]`, `conv1.out[1,2,0]` or a parameter, in a batch with its sample (@k). Every cell that it reaches is
 * looked at once (seconds for an early layer of vgg-small). A bias and whatever else the layers add is no part of it: parts are value × slope.
 * Throws `ways.forward` for an address with a scope, `option.value`, and what `Opened.value` throws for an address. */
export function forwardFrom(opened: Opened, address: string, options: WaysOptions = {}): ForwardWays {
  const limit = limitOf(options, "forwardFrom");
  const parsed = parseAddress(address);
  if (parsed.scope.kind !== "value") fail("ways.forward", { address });
  return new Forward(opened, cellOf(opened, parsed), limit).ways();
}

class Forward {
  readonly #slopes: Slopes;
  readonly #start: Cell;
  readonly #value: number;
  readonly #limit: number;
  readonly #ending: Ending;
  /** By sample, then by node from the image on; absent where nothing comes. */
  readonly #layers: Layer[][];
  readonly #stopped: Way[] = [];

  constructor(opened: Opened, start: Cell, limit: number) {
    this.#slopes = new Slopes(opened);
    this.#start = start;
    this.#value = this.#slopes.valueOf(start);
    this.#limit = limit;
    this.#layers = Array.from({ length: opened.samples }, () => []);
    const all = Array.from({ length: opened.samples }, (_, sample) => sample);
    const samples = start.role === undefined ? [start.sample] : all;
    this.#ending = { end: opened.network.last, samples, scope: { kind: "value" } };
  }

  ways(): ForwardWays {
    const { node, role, offset } = this.#start;
    const start: Arrival = { ...unread(this.#start), slope: 1, paths: 1, best: 1 };
    if (role === undefined) this.#layerAt(this.#start).arrivals.set(offset, start);
    else this.#spread(start);
    const layers: LayerReach[] = [];
    for (const layer of this.#inOrder()) {
      const arrivals = rowMajor(layer);
      for (const arrival of arrivals) this.#spread(arrival);
      if (layer.node !== node || role !== undefined) layers.push(this.#reachOf(layer, arrivals));
    }
    const targets = this.#targets().slice(0, this.#limit);
    return {
      from: this.#slopes.addressOf(this.#start),
      value: this.#value,
      layers,
      targets: targets.map((arrival) => this.#targetOf(arrival)),
      stopped: this.#stopped,
    };
  }

  /** The layers that something reaches, in graph order; those behind one are filled while it is looked at. */
  *#inOrder(): Iterable<Layer> {
    const { end, samples } = this.#ending;
    for (let node = this.#start.node; node <= end; node++) {
      for (const sample of samples) {
        const layer = this.#layers[sample][node + 1];
        if (layer) yield layer;
      }
    }
  }

  /** Every logit, or of a last layer that is a map the cells that something comes to. */
  #targets(): Arrival[] {
    const { end: node, samples } = this.#ending;
    if (this.#start.node > node) return [];
    const { network } = this.#slopes.opened;
    return samples.flatMap((sample) => {
      const layer = this.#layers[sample][node + 1];
      if (!network.head) return layer ? rowMajor(layer) : [];
      const logits = Array.from({ length: sizeOf(shapeAt(network, node)) }, (_, offset) => offset);
      return logits.map((offset) => layer?.arrivals.get(offset) ?? unread({ node, sample, offset }));
    });
  }

  #layerAt({ node, sample }: Cell): Layer {
    const layers = this.#layers[sample];
    layers[node + 1] ??= { node, sample, arrivals: new Map(), stopped: { gate: 0, window: 0 } };
    return layers[node + 1];
  }

  /** Hands what has come to a cell on to its readers. */
  #spread(from: Arrival): void {
    if (from.paths === 0) return;
    for (const reader of this.#slopes.readersOf(from.cell, this.#ending)) {
      const { arrivals, stopped } = this.#layerAt(reader);
      const known = arrivals.get(reader.offset);
      const to = known ?? unread(reader);
      if (!known) arrivals.set(reader.offset, to);
      if (reader.slope !== 0) join(to, from, reader.slope);
      if (!reader.stopped) continue;
      stopped[reader.stopped]++;
      if (this.#stopped.length < this.#limit)
        this.#stopped.push(this.#wayTo(reader, { before: from, slope: reader.slope }, reader.stopped));
    }
  }

  #wayTo(to: Cell, last: Step | undefined, stopped?: Stop): Way {
    const hops: Hop[] = [];
    let product = 1;
    let outgoing = this.#value;
    const steps = stepsTo(last);
    for (const [k, { slope }] of steps.entries()) {
      const cell = steps[k + 1]?.before.cell ?? to;
      const incoming = outgoing;
      outgoing = times(outgoing, slope);
      product = times(product, slope);
      const [address, value] = [this.#slopes.addressOf(cell), this.#slopes.valueOf(cell)];
      hops.push({ address, incoming, slope, outgoing, value, ...(cell === to && stopped && { stopped }) });
    }
    return { from: this.#slopes.addressOf(this.#start), to: this.#slopes.addressOf(to), hops, product };
  }

  #targetOf({ cell, slope: total, paths, last }: Arrival): ForwardTarget {
    const from = this.#slopes.addressOf(this.#start);
    const to = this.#slopes.addressOf(cell);
    const value = this.#slopes.valueOf(cell);
    const part = this.#value * total;
    return {
      from,
      to,
      total,
      paths,
      pathsExact: isExact(paths),
      ...(paths > 0 && { strongest: this.#wayTo(cell, last) }),
      part,
      value,
      ...(value !== 0 && { share: part / value }),
    };
  }

  #reachOf({ node, sample, stopped }: Layer, arrivals: readonly Arrival[]): LayerReach {
    const { name } = placeAt(this.#slopes.opened.network, node, "out") as Place;
    const listed = this.#largest(arrivals).map(({ cell, slope, paths }): CellReach => {
      const [address, value] = [this.#slopes.addressOf(cell), this.#slopes.valueOf(cell)];
      return { address, value, slope, paths, part: this.#value * slope };
    });
    return {
      name: this.#slopes.opened.samples > 1 ? `${name}@${sample}` : name,
      reading: arrivals.length,
      reached: arrivals.filter(({ paths }) => paths > 0).length,
      stopped,
      cells: listed,
    };
  }

  /** The largest slopes, so many as are listed, in the order given. */
  #largest(arrivals: readonly Arrival[]): readonly Arrival[] {
    if (arrivals.length <= this.#limit) return arrivals;
    const bySize = [...arrivals].sort((a, b) => Math.abs(b.slope) - Math.abs(a.slope));
    const chosen = new Set(bySize.slice(0, this.#limit));
    return arrivals.filter((arrival) => chosen.has(arrival));
  }
}

function unread(cell: Cell): Arrival {
  return { cell, slope: 0, paths: 0, best: 0, last: undefined };
}

function rowMajor({ arrivals }: Layer): Arrival[] {
  return [...arrivals.values()].sort((a, b) => a.cell.offset - b.cell.offset);
}

/** Adds the ways that come from one cell over a slope; of equal products the way that comes first in row-major order stays the strongest. */
function join(to: Arrival, before: Arrival, slope: number): void {
  const product = before.best * slope;
  const [size, largest] = [Math.abs(product), Math.abs(to.best)];
  const last: Step = { before, slope };
  if (to.paths === 0 || size > largest || (size === largest && isEarlier(last, to.last))) {
    to.best = product;
    to.last = last;
  }
  to.slope += slope * before.slope;
  to.paths += before.paths;
}

/** The hops of a way from the start on. */
function stepsTo(last: Step | undefined): Step[] {
  const steps: Step[] = [];
  for (let step = last; step; step = step.before.last) steps.push(step);
  return steps.reverse();
}

/** Which of two ways to one cell goes through the earlier reader where they part. Readers are met as accounts list them: the last layer first, then
 * sample by sample, row by row. */
function isEarlier(a: Step, b: Step | undefined): boolean {
  const others = stepsTo(b);
  for (const [k, { before }] of stepsTo(a).entries()) {
    const [one, other] = [before.cell, others[k]?.before.cell];
    if (!other || one === other) continue;
    if (one.node !== other.node) return one.node > other.node;
    return one.sample === other.sample ? one.offset < other.offset : one.sample < other.sample;
  }
  return false;
}
