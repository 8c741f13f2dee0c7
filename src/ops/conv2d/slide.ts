// conv2d for WebAssembly: a kernel that slides over an image without padding. Forward and input gradient are both made of it.

import type { Expression } from "../../backend/wasm/assembler.ts";
import { type Scope, type Statement, sequence } from "../../backend/wasm/assembler.ts";
import { advance, pointerTo, repeat } from "../../backend/wasm/blocks/loops.ts";
import { type Start, sumTile, type TileSpec } from "../../backend/wasm/blocks/tile.ts";
import { FLOAT, type InstructionSet } from "../../backend/wasm/machine.ts";
import type { Pair } from "../options.ts";

/** Sizes of a sliding kernel; every window lies inside the image. */
export interface Slide {
  readonly set: InstructionSet;
  /** Columns and channels of the image. */
  readonly width: number;
  readonly channels: number;
  /** Rows, columns and channels of what comes out. */
  readonly outHeight: number;
  readonly outWidth: number;
  readonly filters: number;
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  readonly start: Start;
}

/** Pixels of one tile: with two vectors of filters they fill the registers. */
const TILE = 4;

/** out(i, j, f) = start + Σ image(i·s + m·d, j·s + n·d, c)·kernel(m, n, c, f). `first` holds one number a filter. */
export function slideKernel(
  scope: Scope,
  slide: Slide,
  from: { image: Expression<"i32">; kernel: Expression<"i32">; out: Expression<"i32">; first: Expression<"i32"> },
): Statement {
  const { width, channels, outHeight, outWidth, filters, strides, groups } = slide;
  const groupFilters = filters / groups;
  const image = pointerTo(scope, "image", from.image);
  const matrix = pointerTo(scope, "kernel", from.kernel);
  const output = pointerTo(scope, "out", from.out);
  const first = pointerTo(scope, "first", from.first);
  const at = { image: image.pointer, matrix: matrix.pointer, output: output.pointer, first: first.pointer };
  const imageStep = strides[1] * channels * FLOAT;
  const outputStep = filters * FLOAT;
  const tile = (pixels: number) => [
    sumTile(scope, tileSpec(slide, pixels), at),
    advance(scope, at.image, pixels * imageStep),
    advance(scope, at.output, pixels * outputStep),
  ];
  const rest = outWidth % TILE;
  const whole = Math.floor(outWidth / TILE);
  const imageRow = strides[0] * width * channels * FLOAT;
  const row = [
    repeat(scope, whole, ...(whole > 0 ? tile(TILE) : [])),
    ...(rest > 0 ? tile(rest) : []),
    advance(scope, at.image, imageRow - outWidth * imageStep),
  ];
  const group = [
    repeat(scope, outHeight, ...row),
    advance(scope, at.image, (channels / groups) * FLOAT - outHeight * imageRow),
    advance(scope, at.output, groupFilters * FLOAT - outHeight * outWidth * outputStep),
    advance(scope, at.matrix, groupFilters * FLOAT),
    advance(scope, at.first, groupFilters * FLOAT),
  ];
  return sequence(image.start, matrix.start, output.start, first.start, repeat(scope, groups, ...group));
}

function tileSpec(
  { set, width, channels, filters, kernel, strides, dilation, groups, start }: Slide,
  pixels: number,
): TileSpec {
  const groupChannels = channels / groups;
  // Neighbouring taps read neighbouring floats where nothing lies between them: one stretch for a whole row of the kernel.
  const merged = dilation[1] === 1 && groups === 1;
  return {
    set,
    pixels,
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
