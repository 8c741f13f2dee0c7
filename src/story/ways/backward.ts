// backwardFrom(): the ways of a derivative from the loss, or another cell, back to a pixel, an activation or a parameter.
import type { Opened } from "../opened.ts";
import { type Cell, type Reader, Slopes } from "./slopes.ts";
import { gradientAt, isExact, limitOf, type Target, times } from "./start.ts";
import type { BackwardWays, Hop, Stop, Way, WaysOptions } from "./ways.ts";

/** All live ways between a cell and the target, merged. */
interface Merged {
  /** Σ over the ways of share × product. */
  readonly total: number;
  readonly paths: number;
  /** The largest product, and where that way goes on; absent at the target and where no way is live. */
  readonly best: number;
  readonly next?: Reader;
}

/** The beginning of a way from a cell to the target. */
interface Begun {
  readonly cell: Cell;
  /** The nearest to the cell first. */
  readonly readers: readonly Reader[];
  readonly product: number;
  /** The largest product that a way with this beginning comes to. */
  readonly bound: number;
}

/** Ways to targets that were asked for before, so that the next number's share them: a cell is looked at once for a target. They go with the opening. */
const known = new WeakMap<Opened, Map<string, Backward>>();

/** Follows a derivative hop by hop: `grad:conv1.kernel[0,0,0,0]` (or without `grad:`) from the loss, `grad(logits[0]):input[2,2,0]` from a logit.
 * The sum of all ways is computed from the slopes alone and held against the gradient that the engine stores. Ways are found as far as they are asked for: the
 * first number of an early layer costs a visit of every cell behind it (seconds for vgg-small), further ones little.
 * Throws `ways.backward` for an update or a state, `option.value`, and what `Opened.value` throws for an address. */
export function backwardFrom(opened: Opened, address: string, options: WaysOptions = {}): BackwardWays {
  const limit = limitOf(options, "backwardFrom");
  const { cell, target } = gradientAt(opened, address);
  return backwardTo(opened, target).ways(cell, limit);
}

/** All ways to one target, looked at as far as they were asked for. */
export function backwardTo(opened: Opened, target: Target): Backward {
  const targets = known.get(opened) ?? new Map<string, Backward>();
  known.set(opened, targets);
  const key = `${target.address} of ${target.samples}`;
  const backward = targets.get(key) ?? new Backward(opened, target);
  targets.set(key, backward);
  return backward;
}

class Backward {
  readonly #slopes: Slopes;
  readonly #target: Target;
  /** By sample, then by node from the image on, then by offset. */
  readonly #cells: Map<number, Merged>[][];

  constructor(opened: Opened, target: Target) {
    this.#slopes = new Slopes(opened);
    this.#target = target;
    const layers = () => Array.from({ length: target.end + 2 }, () => new Map<number, Merged>());
    this.#cells = Array.from({ length: opened.samples }, layers);
  }

  ways(cell: Cell, limit: number): BackwardWays {
    const { total, paths, next } = this.#at(cell);
    const value = this.#stored(cell);
    const stopped = this.#stops(cell, limit + 1);
    return {
      from: this.#target.address,
      to: this.#slopes.addressOf(cell),
      total,
      paths,
      pathsExact: isExact(paths),
      ...(paths > 0 && { strongest: this.#wayTo(cell, this.#readersFrom(next)) }),
      value,
      residual: value === total ? 0 : value - total,
      stopped: stopped.slice(0, limit),
      moreStopped: stopped.length > limit,
    };
  }

  /** The strongest live ways, at most `most`. Best first: of every beginning of a way the largest product that it can come to is known, so that the first
   * to arrive is the strongest, and no more than `most` beginnings are ever needed. */
  listed(start: Cell, most: number): Way[] {
    const found: Way[] = [];
    let begun: Begun[] = [{ cell: start, readers: [], product: 1, bound: this.#at(start).best }];
    if (this.#at(start).paths === 0) return found;
    for (let [first] = begun; first && found.length < most; [first] = begun) {
      const arrived = first.cell.node === this.#target.end && first.cell.role === undefined;
      if (arrived) found.push(this.#wayTo(start, first.readers));
      begun = [...(arrived ? [] : this.#furtherFrom(first)), ...begun.slice(1)];
      begun.sort((a, b) => Math.abs(b.bound) - Math.abs(a.bound));
      begun.length = Math.min(begun.length, most - found.length);
    }
    return found;
  }

  #furtherFrom({ cell, readers, product: before }: Begun): Begun[] {
    return this.#slopes.readersOf(cell, this.#target).flatMap((reader) => {
      const { paths, best } = this.#at(reader);
      if (reader.slope === 0 || paths === 0) return [];
      const product = before * reader.slope;
      return [{ cell: reader, readers: [...readers, reader], product, bound: product * best }];
    });
  }

  /** What is merged at a cell, looked at once; at a parameter, each time. The recursion is as deep as the network. */
  #at(cell: Cell): Merged {
    const { node, role, sample, offset } = cell;
    const layer = role === undefined ? this.#cells[sample][node + 1] : undefined;
    const known = layer?.get(offset);
    if (known) return known;
    const merged = this.#look(cell);
    layer?.set(offset, merged);
    return merged;
  }

  #look(cell: Cell): Merged {
    const { end, offset, samples, share } = this.#target;
    if (cell.node !== end || cell.role) return this.#merge(this.#slopes.readersOf(cell, this.#target));
    const own = cell.offset === offset && samples.includes(cell.sample);
    return own ? { total: share, paths: 1, best: share } : nothing;
  }

  /** Σ slope × what comes in, in the order of the account's terms; the first of the largest products. */
  #merge(readers: readonly Reader[]): Merged {
    let [total, paths, best] = [0, 0, 0];
    let next: Reader | undefined;
    for (const reader of readers) {
      if (reader.slope === 0) continue;
      const behind = this.#at(reader);
      if (behind.paths === 0) continue;
      total += reader.slope * behind.total;
      paths += behind.paths;
      const product = reader.slope * behind.best;
      if (next && !(Math.abs(product) > Math.abs(best))) continue;
      best = product;
      next = reader;
    }
    return { total, paths, best, ...(next && { next }) };
  }

  /** The readers on the strongest way from one on, the nearest first. */
  #readersFrom(first: Reader | undefined): Reader[] {
    const readers: Reader[] = [];
    for (let reader = first; reader; reader = this.#at(reader).next) readers.push(reader);
    return readers;
  }

  /** The way from the target back to a cell over its readers, the nearest of which comes first. */
  #wayTo(to: Cell, readers: readonly Reader[]): Way {
    const { address: from, samples, share } = this.#target;
    const way = [to, ...readers];
    const hops: Hop[] = [];
    let product = 1;
    const hop = (cell: Cell, slope: number, stopped?: Stop) => {
      const incoming = product;
      product = times(product, slope);
      const [address, value] = [this.#slopes.addressOf(cell), this.#stored(cell)];
      hops.push({ address, incoming, slope, outgoing: product, value, ...(stopped && { stopped }) });
    };
    if (samples.length > 1) hop(way[readers.length], share);
    for (let k = readers.length - 1; k >= 0; k--) hop(way[k], readers[k].slope, readers[k].stopped);
    return { from, to: this.#slopes.addressOf(to), hops, product };
  }

  /** Stops that something arrives at, breadth first from the cell; at most `most`. */
  #stops(start: Cell, most: number): Way[] {
    const found: Way[] = [];
    const met = new Set<string>();
    const queue = [start];
    for (const cell of queue) {
      for (const reader of this.#slopes.readersOf(cell, this.#target)) {
        if (reader.stopped && this.#at(reader).paths > 0) {
          found.push(this.#wayTo(cell, this.#readersFrom(reader)));
          if (found.length === most) return found;
        }
        const key = `${reader.node}@${reader.sample}[${reader.offset}]`;
        if (reader.slope === 0 || met.has(key)) continue;
        met.add(key);
        queue.push(reader);
      }
    }
    return found;
  }

  /** The gradient that the engine stores. */
  #stored(cell: Cell): number {
    return this.#slopes.opened.value(this.#slopes.addressOf(cell, this.#target.scope));
  }
}

const nothing: Merged = { total: 0, paths: 0, best: 0 };
