// A row of floats cut into vectors of four lanes: whole blocks, and a tail whose last lanes are left alone.
import { type Expression, type Local, type Scope, type Statement, sequence, v128 } from "../assembler.ts";
import { FLOAT } from "../machine.ts";
import { advance, repeat } from "./loops.ts";

export const LANES = 4;

/** A part of a row: how many vectors, and how many lanes of the last one count. */
export interface LaneBlock {
  readonly vectors: number;
  readonly lastLanes: number;
  /** Of the first lane, in bytes from the start of the row. */
  readonly offset: number;
  /** How many such blocks stand side by side. */
  readonly repeats: number;
}

/** Cuts `length` floats into blocks of `vectors` vectors, then single vectors, then a tail. */
export function laneBlocks(length: number, vectors: number): LaneBlock[] {
  const blocks: LaneBlock[] = [];
  let done = 0;
  for (const width of vectors > 1 ? [vectors, 1] : [1]) {
    const repeats = Math.floor((length - done) / (width * LANES));
    if (repeats > 0) blocks.push({ vectors: width, lastLanes: LANES, offset: done * FLOAT, repeats });
    done += repeats * width * LANES;
  }
  if (done < length) blocks.push({ vectors: 1, lastLanes: length - done, offset: done * FLOAT, repeats: 1 });
  return blocks;
}

/** Stores the lanes of a vector that count. Loads may read past a row's end: the memory has room for a vector behind its last tensor. */
export function storeLanes(
  address: Expression<"i32">,
  value: Expression<"v128">,
  lanes: number,
  offset: number,
): Statement {
  if (lanes === LANES) return v128.store(address, value, offset);
  return sequence(
    ...Array.from({ length: lanes }, (_, lane) => v128.store32_lane(address, value, lane, offset + lane * FLOAT)),
  );
}

/** Vectors that one turn of a loop over a row takes. */
const TURN = 4;

/** out[k] = f(k-th vectors of the inputs) for `length` floats in a row; the output may be one of the inputs. */
export function mapVectors(
  scope: Scope,
  length: number,
  out: Expression<"i32">,
  inputs: readonly Expression<"i32">[],
  f: (...vectors: Expression<"v128">[]) => Expression<"v128">,
): Statement {
  const pointers = ["out", ...inputs.map((_, k) => `in${k}`)].map((name) => scope.local("i32", name));
  const starts = [out, ...inputs].map((start, k) => scope.set(pointers[k], start));
  const [target, ...sources] = pointers as [Local<"i32">, ...Local<"i32">[]];
  const one = (offset: number, lanes: number) => {
    const value = f(...sources.map((source) => v128.load(scope.get(source), offset)));
    return storeLanes(scope.get(target), value, lanes, offset);
  };
  const parts = laneBlocks(length, TURN).map(({ vectors, lastLanes, repeats }) => {
    const turn = Array.from({ length: vectors }, (_, v) =>
      one(v * LANES * FLOAT, v === vectors - 1 ? lastLanes : LANES),
    );
    const steps = pointers.map((pointer) => advance(scope, pointer, vectors * LANES * FLOAT));
    return repeat(scope, repeats, ...turn, ...steps);
  });
  return sequence(starts, parts);
}
