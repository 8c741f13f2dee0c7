// The products of Winograd's method: for each frequency a product of matrices, over as many tiles as the call has.
import { type Expression, i32, type Local, type Scope, type Statement, sequence, v128, when } from "../assembler.ts";
import { FLOAT, type InstructionSet, multiplyAdd } from "../machine.ts";
import { LANES, laneBlocks } from "./lanes.ts";
import { advance, pointerTo, repeat, repeatTimes } from "./loops.ts";
import { sumTile } from "./tile.ts";

/** Filters that one block of a transformed kernel holds side by side; the last block may hold four, in the room of eight. */
export const BLOCK_FILTERS = 8;

/** Planes of frequencies lie a cache line further apart than they are long: strides that are powers of two share few sets of the cache. */
const PLANE_GAP = 16 * FLOAT;

/** Bytes of a plane of so many rows of so many floats. */
export function planeBytes(rows: number, columns: number): number {
  return rows * columns * FLOAT + PLANE_GAP;
}

/** Tiles whose sums fill the registers, two vectors a tile: with fused multiply-adds six fit, else products need registers too. */
export function tilesAtOnce(set: InstructionSet): number {
  return set === "relaxed-fma" ? 6 : 4;
}

export interface ProductSpec {
  readonly set: InstructionSet;
  /** Channels that are summed over, and filters; multiples of 4. */
  readonly channels: number;
  readonly filters: number;
  /** Bytes from a frequency to the next. */
  readonly imagePlane: number;
  readonly kernelPlane: number;
  readonly sumPlane: number;
}

export interface ProductPointers {
  readonly image: Expression<"i32">;
  readonly kernel: Expression<"i32">;
  readonly sums: Expression<"i32">;
}

/** sums(t, f) = Σ_c image(t, c)·kernel(c, f) for `tiles` tiles, at `frequencies` frequencies that begin at the pointers. Rows up to the
 * next even number of tiles are written, whatever stands in them. */
export function multiplyFrequencies(
  scope: Scope,
  spec: ProductSpec,
  tiles: Expression<"i32">,
  frequencies: Expression<"i32">,
  from: ProductPointers,
): Statement {
  const { channels, filters, imagePlane, kernelPlane, sumPlane } = spec;
  const [plane, sums] = [pointerTo(scope, "plane", from.image), pointerTo(scope, "sums", from.sums)];
  const kernel = pointerTo(scope, "kernel", from.kernel);
  const [image, output] = [scope.local("i32", "image"), scope.local("i32", "output")];
  const at = { image, matrix: kernel.pointer, output, first: output };
  const blocks = laneBlocks(filters, BLOCK_FILTERS / LANES);
  const column = blocks.map(({ vectors, repeats, offset }) => {
    const one = [
      scope.set(image, scope.get(plane.pointer)),
      scope.set(output, scope.get(sums.pointer)),
      tileRows(scope, spec, vectors * LANES, tiles, at),
      advance(scope, kernel.pointer, channels * BLOCK_FILTERS * FLOAT),
      advance(scope, sums.pointer, vectors * LANES * FLOAT),
    ];
    return { offset, code: repeat(scope, repeats, ...one) };
  });
  const kernelBytes = Math.ceil(filters / BLOCK_FILTERS) * channels * BLOCK_FILTERS * FLOAT;
  return sequence(
    plane.start,
    sums.start,
    kernel.start,
    repeatTimes(
      scope,
      frequencies,
      ...column.map(({ code }) => code),
      advance(scope, plane.pointer, imagePlane),
      advance(scope, kernel.pointer, kernelPlane - kernelBytes),
      advance(scope, sums.pointer, sumPlane - filters * FLOAT),
    ),
  );
}

/** All tiles against one block of filters: as many at once as registers hold, then the rest, by twos. */
function tileRows(
  scope: Scope,
  { set, channels, filters }: ProductSpec,
  columns: number,
  tiles: Expression<"i32">,
  at: Parameters<typeof sumTile>[2],
): Statement {
  const most = tilesAtOnce(set);
  const stretches = { rows: 1, columns: 1, length: channels, columnBytes: 0, rowBytes: 0 };
  const one = (pixels: number) => {
    const steps = { imageStep: channels * FLOAT, outputStep: filters * FLOAT, rowBytes: BLOCK_FILTERS * FLOAT };
    return sumTile(scope, { set, pixels, columns, stretches, start: "zero", ...steps }, at);
  };
  const whole = scope.local("i32", "whole");
  const rest = scope.local("i32", "rest");
  const sizes = Array.from({ length: most / 2 }, (_, k) => 2 * (k + 1));
  const restIs = (size: number) =>
    i32.mul(i32.gt_s(scope.get(rest), i32.const(size - 2)), i32.lt_s(scope.get(rest), i32.const(size + 1)));
  return sequence(
    scope.set(whole, i32.div_u(tiles, i32.const(most))),
    scope.set(rest, i32.rem_u(tiles, i32.const(most))),
    when(
      scope.get(whole),
      repeatTimes(
        scope,
        scope.get(whole),
        one(most),
        advance(scope, at.image, most * channels * FLOAT),
        advance(scope, at.output, most * filters * FLOAT),
      ),
    ),
    ...sizes.map((size) => when(restIs(size), one(size))),
  );
}

/** Channels whose sums are held in registers at a time, with two vectors of filters each: four leave no rest. */
const OUTER_ROWS = 4;

export interface OuterSpec {
  readonly set: InstructionSet;
  readonly channels: number;
  readonly filters: number;
  readonly imagePlane: number;
  readonly gradientPlane: number;
  readonly sumPlane: number;
}

export interface OuterPointers {
  readonly image: Expression<"i32">;
  readonly gradient: Expression<"i32">;
  readonly sums: Expression<"i32">;
}

/** sums(c, f) = [sums(c, f) where `more` is not 0] + Σ_t image(t, c)·gradient(t, f), tile by tile in one chain, so that it does not
 * matter how tiles are cut into blocks. */
export function addFrequencyOuterProducts(
  scope: Scope,
  spec: OuterSpec,
  tiles: Expression<"i32">,
  more: Expression<"i32">,
  frequencies: Expression<"i32">,
  from: OuterPointers,
): Statement {
  const { channels, filters, imagePlane, gradientPlane, sumPlane } = spec;
  const [image, gradient] = [pointerTo(scope, "image", from.image), pointerTo(scope, "gradient", from.gradient)];
  const sums = pointerTo(scope, "sums", from.sums);
  const chunk = [
    ...laneBlocks(filters, BLOCK_FILTERS / LANES).map(({ vectors, repeats }) =>
      repeat(
        scope,
        repeats,
        outerBlock(scope, spec, { vectors, tiles, more }, [image.pointer, gradient.pointer, sums.pointer]),
        advance(scope, gradient.pointer, vectors * LANES * FLOAT),
        advance(scope, sums.pointer, vectors * LANES * FLOAT),
      ),
    ),
    advance(scope, image.pointer, OUTER_ROWS * FLOAT),
    advance(scope, gradient.pointer, -filters * FLOAT),
    advance(scope, sums.pointer, (OUTER_ROWS - 1) * filters * FLOAT),
  ];
  const plane = [
    repeat(scope, channels / OUTER_ROWS, ...chunk),
    advance(scope, image.pointer, imagePlane - channels * FLOAT),
    advance(scope, gradient.pointer, gradientPlane),
    advance(scope, sums.pointer, sumPlane - channels * filters * FLOAT),
  ];
  return sequence(image.start, gradient.start, sums.start, repeatTimes(scope, frequencies, ...plane));
}

interface OuterBlock {
  readonly vectors: number;
  readonly tiles: Expression<"i32">;
  readonly more: Expression<"i32">;
}

function outerBlock(
  scope: Scope,
  { set, channels, filters }: OuterSpec,
  { vectors, tiles, more }: OuterBlock,
  [image, gradient, cells]: readonly Local<"i32">[],
): Statement {
  const sums = Array.from({ length: OUTER_ROWS }, (_, r) => scope.locals("v128", `sum${r}_`, vectors));
  const eachSum = (f: (sum: Local<"v128">, offset: number) => Statement) =>
    sums.flatMap((own, r) => own.map((sum, v) => f(sum, (r * filters + v * LANES) * FLOAT)));
  const columns = scope.locals("v128", "column", vectors);
  const factor = scope.local("v128", "factor");
  const [x, y] = [pointerTo(scope, "x", scope.get(image)), pointerTo(scope, "y", scope.get(gradient))];
  const step = [
    ...columns.map((c, v) => scope.set(c, v128.load(scope.get(y.pointer), v * LANES * FLOAT))),
    ...sums.flatMap((own, r) => [
      scope.set(factor, v128.load32_splat(scope.get(x.pointer), r * FLOAT)),
      ...own.map((sum, v) =>
        scope.set(sum, multiplyAdd(set, scope.get(factor), scope.get(columns[v]), scope.get(sum))),
      ),
    ]),
    advance(scope, x.pointer, channels * FLOAT),
    advance(scope, y.pointer, filters * FLOAT),
  ];
  return sequence(
    eachSum((sum) => scope.set(sum, v128.zero)),
    when(
      more,
      eachSum((sum, offset) => scope.set(sum, v128.load(scope.get(cells), offset))),
    ),
    x.start,
    y.start,
    repeatTimes(scope, tiles, ...step),
    eachSum((sum, offset) => v128.store(scope.get(cells), scope.get(sum), offset)),
  );
}
