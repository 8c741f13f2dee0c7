// Slopes: who reads a cell, and the derivative of each reader by it.
// They are the factors beside the incoming gradient in the terms of the operations' accounts. Each operation's `explain` is asked for them
// here without addresses and formulas: a network has millions of terms.
import { cellAt, offsetOf } from "../../base/shape.ts";
import { type Network, shapeAt } from "../../graph/network.ts";
import { type Place, placeAt, spelling } from "../../graph/places.ts";
import type { Sight } from "../../ops/op.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { formatAddress, type Scope } from "../../trace/address.ts";
import type { CellFactor, Factor } from "../../trace/terms.ts";
import type { Opened } from "../opened.ts";
import type { Stop } from "./ways.ts";

/** One cell: of the output of a node (INPUT for the image) in one sample or, with a role, of a parameter, which all samples share. */
export interface Cell {
  readonly node: number;
  readonly role?: string;
  readonly sample: number;
  readonly offset: number;
}

/** A cell that reads another, and its derivative by it. */
export interface Reader extends Cell {
  readonly slope: number;
  readonly stopped?: Stop;
}

/** Where ways end: at node `end` of some samples, whose derivatives stand in `scope`. */
export interface Ending {
  readonly end: number;
  readonly samples: readonly number[];
  readonly scope: Scope;
}

/** What holds back a number is a constant of its term, by these names. */
const stops: Readonly<Record<string, Stop>> = { slope: "gate", winner: "window" };

/** The gradient that comes in from the reader at `offset`. Its value is 1, so that the product of a term's factors is the slope. */
interface Incoming extends Factor {
  readonly offset: number;
}

export class Slopes {
  readonly opened: Opened;
  readonly #network: Network;
  readonly #tensors = new Map<string, Tensor>();
  readonly #sights = new Map<string, Sight<object>>();

  constructor(opened: Opened) {
    this.opened = opened;
    this.#network = opened.network;
  }

  /** The readers of a cell on the way to an ending, in the order of its gradient's terms; those whose slope is 0 among them. */
  readersOf(cell: Cell, ending: Ending): Reader[] {
    const { nodes, last, head } = this.#network;
    const { node, role, sample, offset } = cell;
    const { end } = ending;
    if (role !== undefined) return node > end ? [] : this.#readersOfParameter(node, role, offset, ending.samples);
    // The loss is differentiated as one with its softmax, and knows the label: its account says how.
    if (head && end === head.loss && (node === last || node === head.probs)) return this.#lossReader(cell, ending);
    const index = cellAt(shapeAt(this.#network, node), offset);
    const readers: Reader[] = [];
    for (let reader = end; reader > node; reader--) {
      const { inputs, operation } = nodes[reader];
      if (!inputs.includes(node)) continue;
      const terms = inputs.flatMap((source, which) =>
        source === node ? operation.explain.inputGradient(this.#sight(reader, sample), index, which).terms : [],
      );
      for (const found of merged(terms, reader, sample)) readers.push(found);
    }
    return readers;
  }

  /** The address of a cell, in a scope. */
  addressOf({ node, role = "out", sample, offset }: Cell, scope: Scope = { kind: "value" }): string {
    const place = this.#placeAt(node, role);
    const named = role === "out" && this.opened.samples > 1 ? { sample } : {};
    return formatAddress({ scope, ...spelling(place), cell: cellAt(place.shape, offset), ...named });
  }

  /** The stored number of a cell. */
  valueOf({ node, role, sample, offset }: Cell): number {
    return (role === undefined ? this.#output(node, sample) : this.#parameter(node, role)).data[offset];
  }

  #readersOfParameter(node: number, role: string, offset: number, samples: readonly number[]): Reader[] {
    const { explain } = this.#network.nodes[node].operation;
    const index = cellAt(this.#placeAt(node, role).shape, offset);
    return samples.flatMap((sample) => [
      ...merged(explain.parameterGradient(this.#sight(node, sample), role, index).terms, node, sample),
    ]);
  }

  #lossReader(cell: Cell, { end, scope }: Ending): Reader[] {
    const { combine, terms } = this.opened.at(this.addressOf(cell, scope));
    const slopes = terms.map(({ factors }) => productOf(factors.filter((factor) => factor.constant !== "1/N")));
    const sum = slopes.reduce((total, slope) => total + slope, 0);
    const slope = combine === "quotient" ? slopes[0] / (sum - slopes[0]) : sum;
    return [{ node: end, sample: cell.sample, offset: 0, slope }];
  }

  #placeAt(node: number, role: string): Place {
    return placeAt(this.#network, node, role) as Place;
  }

  #output(node: number, sample: number): Tensor {
    const { name } = this.#placeAt(node, "out");
    return this.#tensor(this.opened.samples > 1 ? `${name}@${sample}` : name);
  }

  #parameter(node: number, role: string): Tensor {
    return this.#tensor(this.#placeAt(node, role).name);
  }

  #tensor(address: string): Tensor {
    const known = this.#tensors.get(address) ?? this.opened.tensor(address);
    this.#tensors.set(address, known);
    return known;
  }

  /** What an operation sees, made once a node and sample. */
  #sight(node: number, sample: number): Sight<object> {
    const key = `${node}@${sample}`;
    const known = this.#sights.get(key) ?? this.#makeSight(node, sample);
    this.#sights.set(key, known);
    return known;
  }

  #makeSight(node: number, sample: number): Sight<object> {
    const { site, inputs, parameters } = this.#network.nodes[node];
    const own = new Map(Object.keys(parameters).map((role) => [role, this.#parameter(node, role)]));
    const sources = inputs.map((source) => this.#output(source, sample));
    const output = this.#output(node, sample);
    return {
      site,
      label: Number.NaN,
      input: (_, cell, which = 0) => bare(sources[which], cell),
      output: (_, cell) => bare(output, cell),
      outputGradient: (_, cell): Incoming => ({ symbol: "", value: 1, offset: offsetOf(output.shape, cell) }),
      parameter: (_, role, cell) => bare(own.get(role) as Tensor, cell),
    };
  }
}

/** A stored number as a factor; nobody reads its symbol and address. */
function bare({ shape, data }: Tensor, cell: readonly number[]): CellFactor {
  return { symbol: "", address: "", value: data[offsetOf(shape, cell)] };
}

function productOf(factors: readonly Factor[]): number {
  let product = 1;
  for (const factor of factors) product *= factor.value;
  return product;
}

/** One reader a cell that terms lead to: a cell that is read twice, as in x + x, has the sum of its slopes. */
function merged(terms: readonly (readonly Factor[])[], node: number, sample: number): Iterable<Reader> {
  const readers = new Map<number, Reader>();
  for (const factors of terms) {
    const { offset } = factors.find((factor) => "offset" in factor) as Incoming;
    const slope = productOf(factors);
    const before = readers.get(offset);
    if (before) readers.set(offset, { node, sample, offset, slope: before.slope + slope });
    else readers.set(offset, readerAt(node, sample, offset, slope, factors));
  }
  return readers.values();
}

function readerAt(node: number, sample: number, offset: number, slope: number, factors: readonly Factor[]): Reader {
  if (slope === 0) {
    for (const { constant, value } of factors) {
      if (value === 0 && constant !== undefined && stops[constant]) {
        return { node, sample, offset, slope, stopped: stops[constant] };
      }
    }
  }
  return { node, sample, offset, slope };
}
