// Kernels of the step as a whole: gradients of shards are cleared and added up, parameters are moved.
//
// The gradients of all trainable parameters lie in a row, and so do the parameters and what an optimiser keeps for them: one loop serves all.
import {
  clearMemory,
  type Expression,
  f32x4,
  i32,
  type Local,
  type Scope,
  type Statement,
  sequence,
  v128,
  when,
} from "../backend/wasm/assembler.ts";
import { LANES } from "../backend/wasm/blocks/lanes.ts";
import { advance, repeat, repeatTimes } from "../backend/wasm/blocks/loops.ts";
import { FLOAT, type Frame, type InstructionSet, type Kernel, type Place } from "../backend/wasm/machine.ts";

/** Numbers of one part. */
export const CHUNK = 1024;
const chunkBytes = CHUNK * FLOAT;
const vectorBytes = LANES * FLOAT;

/** A row of numbers, padded to whole parts, and a vector a part that is finite where all of its numbers are. */
export interface Row {
  readonly parts: number;
  readonly checks: Place;
}

/** Sets the gradients of a shard to 0. */
export function clearShard(bytes: number): Kernel {
  const build = (frame: Frame) =>
    clearMemory(frame.address({ region: "shard", offset: 0 }), i32.const(Math.max(bytes, FLOAT)));
  return { name: "shard.clear", way: "fill", parts: 1, work: bytes / FLOAT, build };
}

/** Pointers to the first part that is to be done, in several rows. */
function pointersTo(frame: Frame, places: readonly Place[], bytes: number) {
  const { scope } = frame;
  const skip = i32.mul(frame.from, i32.const(bytes));
  return places.map((place) => {
    const pointer = scope.local("i32", "row");
    return { pointer, start: scope.set(pointer, i32.add(frame.address(place), skip)) };
  });
}

/** The gradients of the first `count` shards added up, in their order, into those of the first. */
export function addShards({ parts, checks }: Row): Kernel {
  const first: Place = { region: "shard", offset: 0 };
  const build = (frame: Frame) => {
    const { scope } = frame;
    const [sum, check] = pointersTo(frame, [first], chunkBytes).concat(pointersTo(frame, [checks], vectorBytes));
    const [to, from] = [scope.local("i32", "to"), scope.local("i32", "from")];
    const add = [
      v128.store(scope.get(to), f32x4.add(v128.load(scope.get(to)), v128.load(scope.get(from)))),
      advance(scope, to, vectorBytes),
      advance(scope, from, vectorBytes),
    ];
    const addShard = [
      advance(scope, from, parts * chunkBytes - chunkBytes),
      scope.set(to, scope.get(sum.pointer)),
      repeat(scope, CHUNK / LANES, ...add),
    ];
    const others = i32.sub(frame.count, i32.const(1));
    const start = i32.add(scope.get(sum.pointer), i32.const(chunkBytes));
    const part = [
      scope.set(from, start),
      when(others, repeatTimes(scope, others, ...addShard)),
      checkPart(scope, sum.pointer, check.pointer),
      advance(scope, sum.pointer, chunkBytes),
      advance(scope, check.pointer, vectorBytes),
    ];
    return sequence(sum.start, check.start, repeatTimes(scope, frame.parts, ...part));
  };
  return { name: "shards.add", way: "reduce", parts, work: parts * CHUNK, build };
}

/** Stores Σ 0·x over a part: 0, or NaN where some x is not finite. */
function checkPart(scope: Scope, row: Local<"i32">, check: Local<"i32">) {
  const at = scope.local("i32", "at");
  const sum = scope.local("v128", "check");
  const step = [
    scope.set(sum, f32x4.add(scope.get(sum), f32x4.mul(v128.load(scope.get(at)), v128.zero))),
    advance(scope, at, vectorBytes),
  ];
  const code = [
    scope.set(at, scope.get(row)),
    scope.set(sum, v128.zero),
    repeat(scope, CHUNK / LANES, ...step),
    v128.store(scope.get(check), scope.get(sum)),
  ];
  return sequence(code);
}

/** An optimiser's step for four neighbouring numbers, given by their addresses: stores w and what is kept between steps. */
export type UpdateRule = (
  scope: Scope,
  set: InstructionSet,
  at: {
    readonly w: Expression<"i32">;
    readonly gradient: Expression<"i32">;
    readonly slots: readonly Expression<"i32">[];
    /** The learning rate in every lane. */
    readonly rate: Expression<"v128">;
  },
) => Statement;

export interface UpdatePlaces {
  readonly parameters: Place;
  readonly slots: readonly Place[];
  /** The learning rate, one float. */
  readonly rate: Place;
}

/** Moves all trainable parameters by the rule of an optimiser. */
export function moveParameters(rule: UpdateRule, set: InstructionSet, places: UpdatePlaces, row: Row): Kernel {
  const { parts, checks } = row;
  const build = (frame: Frame) => {
    const { scope } = frame;
    const rows = [places.parameters, { region: "shard", offset: 0 } as Place, ...places.slots];
    const pointers = pointersTo(frame, rows, chunkBytes);
    const [check] = pointersTo(frame, [checks], vectorBytes);
    const [w, gradient, ...slots] = pointers.map(({ pointer }) => scope.get(pointer));
    const rate = scope.local("v128", "rate");
    const step = [
      rule(scope, set, { w, gradient, slots, rate: scope.get(rate) }),
      ...pointers.map(({ pointer }) => advance(scope, pointer, vectorBytes)),
    ];
    const [{ pointer }] = pointers;
    const part = [
      repeat(scope, CHUNK / LANES, ...step),
      advance(scope, pointer, -chunkBytes),
      checkPart(scope, pointer, check.pointer),
      advance(scope, pointer, chunkBytes),
      advance(scope, check.pointer, vectorBytes),
    ];
    const starts = [...pointers, check].map(({ start }) => start);
    const load = scope.set(rate, v128.load32_splat(frame.address(places.rate)));
    return sequence(starts, load, repeatTimes(scope, frame.parts, ...part));
  };
  return { name: "parameters.move", way: "update", parts, work: parts * CHUNK, build };
}
