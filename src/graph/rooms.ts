// Room in the memory: areas that grow front to back, and tensors that take turns in the same place.
import { FLOAT, type Place, type Region } from "../backend/wasm/machine.ts";

/** Every tensor begins on a cache line. */
export const LINE = 64;

/** Bytes of a tensor with room for one vector behind its last number: kernels load four lanes where fewer count. */
export function roomFor(floats: number): number {
  return Math.ceil(((floats + 4) * FLOAT) / LINE) * LINE;
}

/** An area that hands out room front to back. */
export class Area {
  readonly #region: Region;
  #end: number;

  constructor(region: Region, start = 0) {
    this.#region = region;
    this.#end = start;
  }

  /** In bytes. */
  get end(): number {
    return this.#end;
  }

  take(floats: number): Place {
    const place = { region: this.#region, offset: this.#end };
    this.#end += roomFor(floats);
    return place;
  }
}

/** A tensor that is needed from one moment to another, both included. */
export interface Lifetime {
  readonly floats: number;
  readonly from: number;
  readonly to: number;
}

/** Offsets for tensors so that no two whose lifetimes meet overlap: the largest first, each at the lowest place that is free. */
export function shareRoom(lifetimes: readonly Lifetime[]): { offsets: number[]; bytes: number } {
  const order = [...lifetimes.keys()].sort((a, b) => lifetimes[b].floats - lifetimes[a].floats || a - b);
  const offsets = new Array<number>(lifetimes.length).fill(0);
  const placed: number[] = [];
  let bytes = 0;
  for (const k of order) {
    const own = lifetimes[k];
    const others = placed
      .filter((other) => lifetimes[other].from <= own.to && own.from <= lifetimes[other].to)
      .sort((a, b) => offsets[a] - offsets[b]);
    let offset = 0;
    for (const other of others) {
      if (offsets[other] >= offset + roomFor(own.floats)) break;
      offset = Math.max(offset, offsets[other] + roomFor(lifetimes[other].floats));
    }
    offsets[k] = offset;
    bytes = Math.max(bytes, offset + roomFor(own.floats));
    placed.push(k);
  }
  return { offsets, bytes };
}
