// conv2d by Winograd: sums of products become outputs, with bias, ReLU and pooling on the way, while a tile is in registers.
import {
  type Expression,
  f32x4,
  i32,
  type Local,
  type Statement,
  sequence,
  v128,
  when,
} from "../../backend/wasm/assembler.ts";
import { LANES } from "../../backend/wasm/blocks/lanes.ts";
import { advance, pointerTo, repeat, repeatTimes } from "../../backend/wasm/blocks/loops.ts";
import { outputTransform, TILE_SIDE, Transformer, VECTOR } from "../../backend/wasm/blocks/winograd-transforms.ts";
import { FLOAT, type Frame, type InstructionSet, type Place } from "../../backend/wasm/machine.ts";
import { poolWindow, rectify } from "./epilogue.ts";
import { eachTile, type TileGrid, type TilePosition, type TileRange } from "./winograd-tiles.ts";

export interface TileOutput {
  readonly set: InstructionSet;
  readonly room: Place;
  readonly grid: TileGrid;
  /** Rows, columns and filters of what is written: pooled ones where there is pooling. Cells of a tile beyond them are left out. */
  readonly place: Place;
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly bias?: Place | undefined;
  readonly rectified: boolean;
  /** Where the winners go. */
  readonly winner?: Place | undefined;
  /** Added to what is there. */
  readonly add: boolean;
  /** Bytes from a frequency to the next. */
  readonly plane: number;
}

interface Pointers {
  readonly sums: Local<"i32">;
  readonly bias: Local<"i32">;
  readonly out: Local<"i32">;
  readonly winner: Local<"i32">;
  /** How many rows of this tile lie inside, and whether all its columns do. */
  readonly rows: Local<"i32">;
  readonly whole: Local<"i32">;
}

/** Cells of a tile side by side in the output. */
const sideOf = ({ winner }: TileOutput) => (winner ? TILE_SIDE / 2 : TILE_SIDE);

/** Outputs of the tiles of a range, whose sums begin at `from`, a row a tile. */
export function outOfDomain(frame: Frame, spec: TileOutput, range: TileRange, from: Expression<"i32">): Statement {
  const { scope } = frame;
  const { set, room, grid, filters } = spec;
  const transformer = new Transformer(scope, set, outputTransform, frame.address(room));
  const names = ["sums", "bias", "out", "winner", "rows", "whole"] as const;
  const at = Object.fromEntries(names.map((name) => [name, scope.local("i32", name)])) as unknown as Pointers;
  const moving = [at.sums, at.out, ...(spec.bias ? [at.bias] : []), ...(spec.winner ? [at.winner] : [])];
  const vector = [tileVector(transformer, spec, at), ...moving.map((pointer) => advance(scope, pointer, VECTOR))];
  return sequence(
    transformer.start,
    scope.set(at.sums, from),
    eachTile(frame, grid, range, (tile) =>
      sequence(tileStart(frame, spec, at, tile), repeat(scope, filters / LANES, ...vector)),
    ),
  );
}

/** Where a tile's outputs go, and how many of them lie inside. */
function tileStart(frame: Frame, spec: TileOutput, at: Pointers, tile: TilePosition): Statement {
  const { scope } = frame;
  const { grid, place, height, width, filters, bias, winner } = spec;
  const side = sideOf(spec);
  const bytes = [side * width * filters * FLOAT, side * filters * FLOAT] as const;
  const last = (position: Expression<"i32">, count: number) => i32.gt_s(position, i32.const(count - 2));
  return sequence(
    scope.set(at.out, tile.address(place, ...bytes)),
    winner ? scope.set(at.winner, tile.address(winner, ...bytes)) : [],
    bias ? scope.set(at.bias, frame.address(bias)) : [],
    scope.set(at.rows, i32.const(side)),
    when(last(tile.row, grid.rows), scope.set(at.rows, i32.const(height - (grid.rows - 1) * side))),
    scope.set(at.whole, i32.lt_s(tile.column, i32.const(width % side === 0 ? grid.columns : grid.columns - 1))),
  );
}

/** Four filters of a tile: columns first, then row by row, or by two rows where they are pooled, to memory. */
function tileVector(transformer: Transformer, spec: TileOutput, at: Pointers): Statement {
  const { scope } = transformer;
  const { plane, bias, width, height, filters, winner } = spec;
  const side = sideOf(spec);
  const room = pointerTo(scope, "room", transformer.room);
  const first = scope.local("v128", "first");
  const [out, choice] = [pointerTo(scope, "to", scope.get(at.out)), pointerTo(scope, "choice", scope.get(at.winner))];
  const own = { room: room.pointer, first, out: out.pointer, winner: choice.pointer, whole: at.whole };
  const rowBytes = width * filters * FLOAT;
  const row = [
    winner ? pooledRow(transformer, spec, own) : plainRow(transformer, spec, own),
    advance(scope, room.pointer, transformer.roomRow * (winner ? 2 : 1)),
    advance(scope, out.pointer, rowBytes),
    advance(scope, choice.pointer, winner ? rowBytes : 0),
  ];
  return sequence(
    transformer.columns(scope.get(at.sums), transformer.transform.inputs * plane, plane),
    room.start,
    out.start,
    winner ? choice.start : [],
    bias ? scope.set(first, v128.load(scope.get(at.bias))) : [],
    height % side === 0 ? repeat(scope, side, ...row) : repeatTimes(scope, scope.get(at.rows), ...row),
  );
}

interface RowPointers {
  readonly room: Local<"i32">;
  readonly first: Local<"v128">;
  readonly out: Local<"i32">;
  readonly winner: Local<"i32">;
  readonly whole: Local<"i32">;
}

/** Stores that every tile has, then those that only a whole one has. */
function insideOnly(spec: TileOutput, whole: Expression<"i32">, stores: readonly Statement[]): Statement {
  const always = spec.width % sideOf(spec) || stores.length;
  const rest = stores.slice(always);
  return sequence(stores.slice(0, always), rest.length > 0 ? when(whole, rest) : []);
}

function plainRow(transformer: Transformer, spec: TileOutput, at: RowPointers): Statement {
  const { scope } = transformer;
  const { bias, rectified, add, filters } = spec;
  const { start, values } = transformer.row(scope.get(at.room));
  const stores = values.map((value, k) => {
    const offset = k * filters * FLOAT;
    const sum = bias ? f32x4.add(value, scope.get(at.first)) : value;
    const out = rectified ? rectify(sum) : sum;
    const total = add ? f32x4.add(v128.load(scope.get(at.out), offset), out) : out;
    return v128.store(scope.get(at.out), total, offset);
  });
  return sequence(start, insideOnly(spec, scope.get(at.whole), stores));
}

function pooledRow(transformer: Transformer, spec: TileOutput, at: RowPointers): Statement {
  const { scope } = transformer;
  const cells = [0, 1].map((ahead) => {
    const { start, values } = transformer.row(scope.get(at.room), ahead);
    const locals = scope.locals("v128", "cell", TILE_SIDE);
    const sums = values.map((value) => (spec.bias ? f32x4.add(value, scope.get(at.first)) : value));
    return { start: sequence(start, ...locals.map((local, k) => scope.set(local, sums[k]))), locals };
  });
  const [above, below] = cells.map(({ locals }) => locals);
  const stores = [0, 1].map((k) => {
    const window = [above[2 * k], above[2 * k + 1], below[2 * k], below[2 * k + 1]];
    const offset = k * spec.filters * FLOAT;
    return poolWindow(scope, window, (value, position) =>
      sequence(v128.store(scope.get(at.out), value, offset), v128.store(scope.get(at.winner), position, offset)),
    );
  });
  return sequence(...cells.map(({ start }) => start), insideOnly(spec, scope.get(at.whole), stores));
}
