// conv2d for WebAssembly: images inside zeros. The input as the windows see it, and ∂L/∂O on its way back through the epilogue.
import {
  type Expression,
  f32,
  f32x4,
  i32,
  type Local,
  type Scope,
  type Statement,
  sequence,
  v128,
} from "../../backend/wasm/assembler.ts";
import { spread } from "../../backend/wasm/blocks/copy.ts";
import { LANES, type LaneBlock, laneBlocks, storeLanes } from "../../backend/wasm/blocks/lanes.ts";
import { advance, pointerTo, repeat, repeatTimes } from "../../backend/wasm/blocks/loops.ts";
import { FLOAT, type Frame, type Kernel, type Place, placeAfter } from "../../backend/wasm/machine.ts";
import { sizeOf } from "../../base/shape.ts";
import type { KernelRequest } from "../kernels.ts";
import type { Pair } from "../options.ts";
import type { WindowAxis } from "../window.ts";
import { axesOf, type Conv2dOptions } from "./op.ts";

type Request = KernelRequest<Conv2dOptions>;

/** A buffer of `height`×`width` pixels whose cells outside the image stay zero; the image's first pixel lies at (top, left). */
export interface PaddedImage {
  readonly place: Place;
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
  /** Rows and columns of the buffer from one pixel of the image to the next; 1 where it is missing. */
  readonly apart?: Pair;
}

/** Rows or columns that the windows of an axis read, padding and all. */
const reach = ({ count, stride, kernel, dilation }: WindowAxis) => (count - 1) * stride + (kernel - 1) * dilation + 1;

/** The input as the windows see it: itself where they stay inside, else a copy in a border of zeros. */
export function inputSeen({ site, places }: Request): PaddedImage {
  const [height, width, channels] = site.inputs[0];
  const [rows, columns] = axesOf(site.options, site.inputs[0]);
  const inside = rows.before === 0 && columns.before === 0 && reach(rows) <= height && reach(columns) <= width;
  if (inside) return { place: places.inputs[0], height, width, top: 0, left: 0 };
  const size = { height: reach(rows), width: reach(columns), top: rows.before, left: columns.before };
  return { ...size, place: places.kept("image", size.height * size.width * channels) };
}

/** Where the image's first pixel lies, and bytes from row to row and from pixel to pixel of the image. */
export function layoutOf({ place, width, top, left, apart = [1, 1] }: PaddedImage, channels: number) {
  const pixel = channels * FLOAT;
  const corner = placeAfter(place, (top * width + left) * pixel);
  return { corner, row: apart[0] * width * pixel, step: apart[1] * pixel };
}

/** The address of the first of the parts to do, where each part has so many bytes. */
export function partOf(frame: Frame, place: Place, bytes: number): Expression<"i32"> {
  return i32.add(frame.address(place), i32.mul(frame.from, i32.const(bytes)));
}

/** Copies the layer's input into the middle of a buffer; what lies beyond the buffer's end is left out. */
export function padKernel({ name, site, places }: Request, to: PaddedImage): Kernel {
  const [height, width, channels] = site.inputs[0];
  const rows = Math.min(height, to.height - to.top);
  const columns = Math.min(width, to.width - to.left);
  const { corner, row, step } = layoutOf(to, channels);
  const fromRow = width * channels * FLOAT;
  const spec = { width: columns, channels, fromRow: [fromRow], toRow: row, toStep: step };
  const build = (frame: Frame) => {
    if (rows <= 0 || columns <= 0) return sequence();
    const from = partOf(frame, places.inputs[0], fromRow);
    const copy = spread(frame.scope, spec, frame.parts, [from], partOf(frame, corner, row), (value) => value);
    return frame.eachImage(copy);
  };
  return { name: `${name}.pad`, way: "pad", parts: Math.max(1, rows), work: sizeOf(site.inputs[0]), build };
}

/** Writes ∂L/∂O of the convolution itself, back through the epilogue, into the middle of a buffer. Rows and columns that the pooling
 * drops are never written: they stay zero, as the border does. */
export function gradientKernel(request: Request, output: Place, to: PaddedImage): Kernel {
  const { name, site, places, epilogue } = request;
  if (epilogue?.pool) return unpoolKernel(request, output, to);
  const [height, width, filters] = site.output;
  const { corner, row, step } = layoutOf(to, filters);
  const fromRow = width * filters * FLOAT;
  const sources = epilogue ? [output, places.output] : [output];
  const spec = { width, channels: filters, fromRow: sources.map(() => fromRow), toRow: row, toStep: step };
  const build = (frame: Frame) => {
    const from = sources.map((place) => partOf(frame, place, fromRow));
    return frame.eachImage(spread(frame.scope, spec, frame.parts, from, partOf(frame, corner, row), open));
  };
  return { name: `${name}.outputGradient`, way: "map", parts: height, work: sizeOf(site.output), build };
}

/** ∂L/∂O where the gate is open, else 0: ReLU lets through where its output is positive. Without a gate ∂L/∂O itself. */
function open(gradient: Expression<"v128">, gate?: Expression<"v128">): Expression<"v128"> {
  return gate ? v128.and(gradient, f32x4.gt(gate, v128.zero)) : gradient;
}

/** Of the four cells of each window the winner gets the gradient, where the pooled value is positive, and the others 0. */
function unpoolKernel({ name, site, places, epilogue }: Request, output: Place, to: PaddedImage): Kernel {
  const pool = epilogue?.pool as NonNullable<NonNullable<Request["epilogue"]>["pool"]>;
  const filters = site.output[2];
  const { corner, row, step } = layoutOf(to, filters);
  const pooledRow = pool.columns * filters * FLOAT;
  const build = (frame: Frame) => {
    const { scope } = frame;
    const starts = [output, places.output, pool.winner].map((place, k) =>
      pointerTo(scope, `pooled${k}`, partOf(frame, place, pooledRow)),
    );
    const cell = pointerTo(scope, "cell", partOf(frame, corner, 2 * row));
    const [gradient, gate, winner] = starts.map(({ pointer }) => v128.load(scope.get(pointer)));
    const [share, place] = [scope.local("v128", "share"), scope.local("v128", "winner")];
    const positions = [0, 1, 2, 3].map((k) => f32x4.splat(f32.const(k)));
    const one = (lanes: number) => [
      scope.set(share, open(gradient, gate)),
      scope.set(place, winner),
      ...positions.map((position, k) => {
        const value = v128.and(scope.get(share), f32x4.eq(scope.get(place), position));
        return storeLanes(scope.get(cell.pointer), value, lanes, (k >> 1) * row + (k & 1) * step);
      }),
      ...[...starts, cell].map(({ pointer }) => advance(scope, pointer, lanes * FLOAT)),
    ];
    const pixel = laneBlocks(filters, 1).map(({ lastLanes, repeats }) => repeat(scope, repeats, ...one(lastLanes)));
    const line = [
      repeat(scope, pool.columns, ...pixel, advance(scope, cell.pointer, 2 * step - filters * FLOAT)),
      advance(scope, cell.pointer, 2 * (row - pool.columns * step)),
    ];
    const begin = [...starts, cell].map(({ start }) => start);
    return frame.eachImage(begin, repeatTimes(scope, frame.parts, ...line));
  };
  return { name: `${name}.outputGradient`, way: "unpool", parts: pool.rows, work: sizeOf(site.output), build };
}

/** Sums side by side: fewer would wait for each other. Neighbouring filters where there are enough, else neighbouring pixels. */
const SUMS = 4;

/** Adds Σ_i Σ_j ∂L/∂O(i,j,f), back through the epilogue, to ∂L/∂β(f). `output` is the gradient of the epilogue's output: a window's
 * gradient reaches one cell, so that it is summed as it is. */
export function biasKernel({ name, site, places, epilogue }: Request, output: Place, bias: Place): Kernel {
  const [height, width, filters] = site.output;
  const pixels = epilogue?.pool ? epilogue.pool.rows * epilogue.pool.columns : height * width;
  const sources = epilogue ? [output, places.output] : [output];
  const build = (frame: Frame) => {
    const { scope } = frame;
    const starts = sources.map((place, k) => pointerTo(scope, `from${k}`, frame.address(place)));
    const sums = pointerTo(scope, "sums", frame.address(bias));
    const moving = [...starts, sums];
    const from = starts.map(({ pointer }) => pointer);
    const blocks = laneBlocks(filters, SUMS).map((block) =>
      repeat(
        scope,
        block.repeats,
        pixelSum(scope, { pixels, bytes: filters * FLOAT, block }, from, sums.pointer),
        ...moving.map(({ pointer }) => advance(scope, pointer, block.vectors * LANES * FLOAT)),
      ),
    );
    return frame.eachImage(
      moving.map(({ start }) => start),
      blocks,
    );
  };
  return { name: `${name}.biasGradient`, way: "direct", parts: 1, work: pixels * filters, build };
}

/** to += Σ_p open(from(p)) over pixels that lie `bytes` apart. */
function pixelSum(
  scope: Scope,
  spec: { readonly pixels: number; readonly bytes: number; readonly block: LaneBlock },
  from: readonly Local<"i32">[],
  to: Local<"i32">,
): Statement {
  const { pixels, bytes, block } = spec;
  const { vectors, lastLanes } = block;
  const at = from.map((pointer) => pointerTo(scope, "pixel", scope.get(pointer)));
  const chains = Array.from({ length: SUMS / vectors }, () => scope.locals("v128", "sum", vectors));
  const take = (count: number) => [
    ...chains.slice(0, count).flatMap((own, k) =>
      own.map((sum, v) => {
        const [gradient, gate] = at.map(({ pointer }) => v128.load(scope.get(pointer), k * bytes + v * LANES * FLOAT));
        return scope.set(sum, f32x4.add(scope.get(sum), open(gradient, gate)));
      }),
    ),
    ...at.map(({ pointer }) => advance(scope, pointer, count * bytes)),
  ];
  const total = (v: number) => chains.map((own) => scope.get(own[v])).reduce((a, b) => f32x4.add(a, b));
  return sequence(
    at.map(({ start }) => start),
    chains.flat().map((sum) => scope.set(sum, v128.zero)),
    repeat(scope, Math.floor(pixels / chains.length), ...take(chains.length)),
    take(pixels % chains.length),
    chains[0].map((_, v) => {
      const lanes = v === vectors - 1 ? lastLanes : LANES;
      const before = v128.load(scope.get(to), v * LANES * FLOAT);
      return storeLanes(scope.get(to), f32x4.add(before, total(v)), lanes, v * LANES * FLOAT);
    }),
  );
}
