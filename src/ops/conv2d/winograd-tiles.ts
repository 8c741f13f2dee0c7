// conv2d by Winograd: tiles of 4×4 outputs, over one image or over all images of a call, and their way into the domain.
import {
  type Expression,
  i32,
  type Local,
  loopWhile,
  type Statement,
  sequence,
  v128,
  when,
} from "../../backend/wasm/assembler.ts";
import { LANES } from "../../backend/wasm/blocks/lanes.ts";
import { advance, pointerTo, repeat, repeatTimes } from "../../backend/wasm/blocks/loops.ts";
import { planeBytes } from "../../backend/wasm/blocks/winograd-products.ts";
import {
  FREQUENCIES,
  TILE_SIDE,
  TRANSFORM_ROOM,
  type Transform,
  Transformer,
  VECTOR,
} from "../../backend/wasm/blocks/winograd-transforms.ts";
import { FLOAT, type Frame, type InstructionSet, type Place } from "../../backend/wasm/machine.ts";
import type { KernelRequest, Places } from "../kernels.ts";
import type { Conv2dOptions } from "./op.ts";

export type Request = KernelRequest<Conv2dOptions>;

/** Rows and columns of tiles over an image. */
export interface TileGrid {
  readonly rows: number;
  readonly columns: number;
}

/** The tiles that cover so many rows and columns of outputs. */
export function gridOver(height: number, width: number): TileGrid {
  return { rows: Math.ceil(height / TILE_SIDE), columns: Math.ceil(width / TILE_SIDE) };
}

export function tilesOf({ rows, columns }: TileGrid): number {
  return rows * columns;
}

/** An image in memory whose tiles all lie inside; the first begins at the place. */
export interface TiledImage {
  readonly place: Place;
  /** Pixels of a row. */
  readonly width: number;
  readonly channels: number;
}

/** Which tiles: counted through all images of the call. */
export interface TileRange {
  readonly first: Expression<"i32">;
  readonly count: Expression<"i32">;
}

/** Where a tile lies in its image, and where a cell of an image that belongs to it begins, given the bytes from tile to tile. */
export interface TilePosition {
  readonly row: Expression<"i32">;
  readonly column: Expression<"i32">;
  address(place: Place, rowBytes: number, columnBytes: number): Expression<"i32">;
}

const scaled = (value: Expression<"i32">, by: number) => i32.mul(value, i32.const(by));

/** Does the body for each tile of the range. */
export function eachTile(
  frame: Frame,
  grid: TileGrid,
  { first, count }: TileRange,
  body: (at: TilePosition) => Statement,
): Statement {
  const { scope } = frame;
  const [tile, image, row, column] = ["tile", "image", "row", "column"].map((name) => scope.local("i32", name));
  const [perImage, perRow] = [i32.const(tilesOf(grid)), i32.const(grid.columns)];
  const at: TilePosition = {
    row: scope.get(row),
    column: scope.get(column),
    address: (place, rowBytes, columnBytes) =>
      [
        scaled(scope.get(image), frame.strideOf(place)),
        scaled(scope.get(row), rowBytes),
        scaled(scope.get(column), columnBytes),
      ].reduce((sum, term) => i32.add(sum, term), frame.address(place)),
  };
  return sequence(
    scope.set(tile, first),
    repeatTimes(
      scope,
      count,
      scope.set(image, i32.div_u(scope.get(tile), perImage)),
      scope.set(column, i32.rem_u(scope.get(tile), perImage)),
      scope.set(row, i32.div_u(scope.get(column), perRow)),
      scope.set(column, i32.rem_u(scope.get(column), perRow)),
      body(at),
      scope.set(tile, i32.add(scope.get(tile), i32.const(1))),
    ),
  );
}

/** Numbers of tiles in the domain: for each frequency a plane of one row a tile. */
export interface Domain {
  readonly place: Place;
  readonly channels: number;
  /** Bytes from a frequency to the next. */
  readonly plane: number;
}

/** Room for so many tiles; products may write to an even number. */
export function domainRoom(tiles: number, channels: number): { readonly floats: number; readonly plane: number } {
  const plane = planeBytes(Math.ceil(tiles / 2) * 2, channels);
  return { floats: (FREQUENCIES * plane) / FLOAT, plane };
}

/** Where each worker's passes of a transform meet. */
export function transformRoom(places: Places): Place {
  return places.scratch("winogradRoom", TRANSFORM_ROOM / FLOAT);
}

export interface IntoDomain {
  readonly set: InstructionSet;
  readonly transform: Transform;
  readonly room: Place;
  readonly grid: TileGrid;
  readonly image: TiledImage;
  /** Bytes from a frequency to the next. */
  readonly plane: number;
}

/** Transforms the tiles of a range; the first goes to `to`, each next one to the row after it. */
export function intoDomain(frame: Frame, spec: IntoDomain, range: TileRange, to: Expression<"i32">): Statement {
  const { scope } = frame;
  const { set, transform, room, grid, image, plane } = spec;
  const pixel = image.channels * FLOAT;
  const row = image.width * pixel;
  const transformer = new Transformer(scope, set, transform, frame.address(room));
  const target = pointerTo(scope, "domain", to);
  const from = scope.local("i32", "from");
  const vector = [
    transformer.tile(
      transformer.columns(scope.get(from), row, pixel),
      scope.get(target.pointer),
      transform.outputs * plane,
      (address, value, k) => v128.store(address, value, k * plane),
    ),
    advance(scope, from, VECTOR),
    advance(scope, target.pointer, VECTOR),
  ];
  return sequence(
    transformer.start,
    target.start,
    eachTile(frame, grid, range, (at) =>
      sequence(
        scope.set(from, at.address(image.place, TILE_SIDE * row, TILE_SIDE * pixel)),
        repeat(scope, image.channels / LANES, ...vector),
      ),
    ),
  );
}

/** Cuts all tiles of the call into blocks of at most `most`; `body` gets the range and whether it is not the first block. */
export function eachBlock(
  frame: Frame,
  grid: TileGrid,
  most: number,
  body: (range: TileRange, more: Expression<"i32">) => Statement,
): Statement {
  const { scope } = frame;
  const [left, first, count] = ["tilesLeft", "firstTile", "tiles"].map((name) => scope.local("i32", name));
  const get = (local: Local<"i32">) => scope.get(local);
  return sequence(
    scope.set(left, scaled(frame.count, tilesOf(grid))),
    scope.set(first, i32.const(0)),
    loopWhile(
      get(left),
      scope.set(count, get(left)),
      when(i32.gt_s(get(left), i32.const(most)), scope.set(count, i32.const(most))),
      body({ first: get(first), count: get(count) }, get(first)),
      scope.set(first, i32.add(get(first), get(count))),
      scope.set(left, i32.sub(get(left), get(count))),
    ),
  );
}

/** The tiles of the parts to do, where each part is a row of tiles. */
export function partRows(frame: Frame, { columns }: TileGrid): TileRange {
  return { first: scaled(frame.from, columns), count: scaled(frame.parts, columns) };
}
