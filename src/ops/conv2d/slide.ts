// conv2d for WebAssembly: a kernel that slides over an image without padding. Forward and input gradient are both made of it.
import {
  type Expression,
  i32,
  type Local,
  type Scope,
  type Statement,
  sequence,
} from "../../backend/wasm/assembler.ts";
import { LANES, storeLanes } from "../../backend/wasm/blocks/lanes.ts";
import { advance, pointerTo, repeat, repeatTimes } from "../../backend/wasm/blocks/loops.ts";
import { evenly, type Start, sumTile, type TileSpec, type TileSums } from "../../backend/wasm/blocks/tile.ts";
import { FLOAT, type Frame, type InstructionSet, type Place } from "../../backend/wasm/machine.ts";
import type { Epilogue } from "../kernels.ts";
import type { Pair } from "../options.ts";
import { poolWindow, rectify } from "./epilogue.ts";
import { partOf } from "./padded.ts";

/** Sizes of a sliding kernel; every window lies inside the image. */
export interface Slide {
  readonly set: InstructionSet;
  /** Columns and channels of the image. */
  readonly width: number;
  readonly channels: number;
  /** Rows, columns and channels of the convolution's output. */
  readonly outHeight: number;
  readonly outWidth: number;
  readonly filters: number;
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  readonly start: Start;
  readonly epilogue?: Epilogue | undefined;
}

export interface SlidePlaces {
  /** First pixel of the first window. */
  readonly image: Place;
  readonly kernel: Place;
  readonly out: Place;
  /** One number a filter, where sums start from them. */
  readonly first: Place;
}

/** Rows that a call may be cut into: of the output, pooled where it is. */
export function slideParts({ outHeight, epilogue }: Slide): number {
  return epilogue?.pool ? epilogue.pool.rows : outHeight;
}

/** The tiles of one row of the output: how they lie in the image and in the output, and what becomes of their sums. A pooled pixel is
 * a tile of its own, 2×2 windows whose sums are pooled while they are in registers. */
interface Tiling {
  readonly pixels: (size: number) => Pick<TileSpec, "pixels" | "imageOffsets" | "finish">;
  /** Sizes of the tiles, in pixels of the output as it is stored, and how many of each follow one another. */
  readonly pieces: ReturnType<typeof evenly>;
  /** Bytes that one more pixel or row of the stored output means in the image, and one more row in the output. */
  readonly imageStep: number;
  readonly imageRow: number;
  readonly outputRow: number;
}

/** Pixels of a tile: with two vectors of filters for each they fill the registers; a product that is rounded by itself needs one too. */
const PIXELS: Readonly<Record<InstructionSet, number>> = { simd: 5, "relaxed-fma": 6 };

/** Pixels of a tile with a single vector of filters. */
const NARROW_PIXELS = 8;

function tilingOf(scope: Scope, slide: Slide): Tiling {
  const { set, width, channels, outWidth, filters, groups, strides, epilogue } = slide;
  const step = strides[1] * channels * FLOAT;
  const row = strides[0] * width * channels * FLOAT;
  const pixel = filters * FLOAT;
  if (epilogue?.pool) {
    const { columns } = epilogue.pool;
    return {
      pixels: () => ({ pixels: 4, imageOffsets: [0, step, row, row + step], finish: poolTile(scope) }),
      pieces: [{ size: 1, count: columns }],
      imageStep: 2 * step,
      imageRow: 2 * row,
      outputRow: columns * pixel,
    };
  }
  const most = filters / groups > LANES ? PIXELS[set] : NARROW_PIXELS;
  return {
    pixels: (size) => ({ pixels: size, ...(epilogue && { finish: rectifyTile(scope, pixel) }) }),
    pieces: evenly(outWidth, most),
    imageStep: step,
    imageRow: row,
    outputRow: outWidth * pixel,
  };
}

/** Stores max(sum, 0). */
function rectifyTile(scope: Scope, pixel: number) {
  return ({ sums, lastLanes, output }: TileSums): Statement =>
    sequence(
      sums.flatMap((own, p) =>
        own.map((sum, v) => {
          const lanes = v === own.length - 1 ? lastLanes : LANES;
          return storeLanes(output, rectify(scope.get(sum)), lanes, p * pixel + v * LANES * FLOAT);
        }),
      ),
    );
}

/** Pools the four pixels of a tile into one; the position of the winner goes beside it. */
function poolTile(scope: Scope) {
  return ({ sums, lastLanes, output, beside }: TileSums): Statement =>
    sequence(
      sums[0].map((_, v) => {
        const lanes = v === sums[0].length - 1 ? lastLanes : LANES;
        const bytes = v * LANES * FLOAT;
        const store = (out: Expression<"v128">, winner: Expression<"v128">) =>
          sequence(storeLanes(output, out, lanes, bytes), storeLanes(beside, winner, lanes, bytes));
        return poolWindow(
          scope,
          sums.map((own) => own[v]),
          store,
        );
      }),
    );
}

/** out(i, j, f) = start + Σ image(i·s + m·d, j·s + n·d, c)·kernel(m, n, c, f), through the epilogue, for the rows of the call's parts. */
export function slideKernel(frame: Frame, slide: Slide, places: SlidePlaces): Statement {
  const { scope } = frame;
  const { channels, filters, groups, epilogue } = slide;
  const tiling = tilingOf(scope, slide);
  const groupBytes = (filters / groups) * FLOAT;
  const image = pointerTo(scope, "image", partOf(frame, places.image, tiling.imageRow));
  const output = pointerTo(scope, "out", partOf(frame, places.out, tiling.outputRow));
  const winner = epilogue?.pool && pointerTo(scope, "winner", partOf(frame, epilogue.pool.winner, tiling.outputRow));
  const matrix = pointerTo(scope, "kernel", frame.address(places.kernel));
  const first = pointerTo(scope, "first", frame.address(places.first));
  const outputs = winner ? [output, winner] : [output];
  const at = {
    image: image.pointer,
    matrix: matrix.pointer,
    output: output.pointer,
    first: first.pointer,
    ...(winner && { beside: winner.pointer }),
  };
  const row = slideRow(scope, slide, tiling, at);
  const back = (pointer: Local<"i32">, rowBytes: number, next: number) =>
    scope.set(
      pointer,
      i32.add(scope.get(pointer), i32.sub(i32.const(next), i32.mul(frame.parts, i32.const(rowBytes)))),
    );
  const nextGroup = [
    back(at.image, tiling.imageRow, (channels / groups) * FLOAT),
    ...outputs.map(({ pointer }) => back(pointer, tiling.outputRow, groupBytes)),
    advance(scope, at.matrix, groupBytes),
    advance(scope, at.first, groupBytes),
  ];
  return sequence(
    [image, matrix, first, ...outputs].map(({ start }) => start),
    repeat(scope, groups, repeatTimes(scope, frame.parts, row), ...(groups > 1 ? nextGroup : [])),
  );
}

/** One row of tiles; leaves the pointers at the next row. */
function slideRow(scope: Scope, slide: Slide, tiling: Tiling, at: Parameters<typeof sumTile>[2]): Statement {
  const { imageStep, imageRow, outputRow } = tiling;
  const pixel = slide.filters * FLOAT;
  const outputs = at.beside ? [at.output, at.beside] : [at.output];
  const done = tiling.pieces.reduce((sum, { size, count }) => sum + size * count, 0);
  const tiles = tiling.pieces.map(({ size, count }) =>
    repeat(
      scope,
      count,
      sumTile(scope, { ...tileSpec(slide), ...tiling.pixels(size) }, at),
      advance(scope, at.image, size * imageStep),
      ...outputs.map((pointer) => advance(scope, pointer, size * pixel)),
    ),
  );
  return sequence(
    tiles,
    advance(scope, at.image, imageRow - done * imageStep),
    outputs.map((pointer) => advance(scope, pointer, outputRow - done * pixel)),
  );
}

function tileSpec({ set, width, channels, filters, kernel, strides, dilation, groups, start }: Slide) {
  const groupChannels = channels / groups;
  // Neighbouring taps read neighbouring floats where nothing lies between them: one stretch for a whole row of the kernel.
  const merged = dilation[1] === 1 && groups === 1;
  return {
    set,
    imageStep: strides[1] * channels * FLOAT,
    outputStep: filters * FLOAT,
    columns: filters / groups,
    rowBytes: filters * FLOAT,
    start,
    stretches: {
      rows: kernel[0],
      columns: merged ? 1 : kernel[1],
      length: merged ? kernel[1] * channels : groupChannels,
      columnBytes: dilation[1] * channels * FLOAT,
      rowBytes: dilation[0] * width * channels * FLOAT,
    },
  };
}
