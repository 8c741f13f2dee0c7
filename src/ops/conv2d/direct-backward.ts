// conv2d for WebAssembly: the direct way back.
//
// ∂L/∂O goes back through the epilogue into a buffer of zeros, set apart by the strides. Then
// input gradient: the kernel, turned by 180° and with its channels and filters exchanged, slides over the buffer: every window (i,j)
// that reads (y,x) meets it at the tap that reads it;
// kernel gradient: for each tap the outer products of I(y,x,·) and ∂L/∂O(i,j,·), summed over all windows in registers.
import { i32, type Local, type Statement, sequence } from "../../backend/wasm/assembler.ts";
import { advance, pointerTo, repeat, repeatTimes } from "../../backend/wasm/blocks/loops.ts";
import { addOuterProducts } from "../../backend/wasm/blocks/outer.ts";
import { FLOAT, type Frame, type Kernel, type Place, placeAfter } from "../../backend/wasm/machine.ts";
import { sizeOf } from "../../base/shape.ts";
import type { GradientPlace, GradientPlaces, KernelRequest } from "../kernels.ts";
import type { WindowAxis } from "../window.ts";
import { axesOf, type Conv2dOptions } from "./op.ts";
import { biasKernel, gradientKernel, inputSeen, layoutOf, type PaddedImage, partOf } from "./padded.ts";
import { type Slide, slideKernel, slideParts } from "./slide.ts";

type Request = KernelRequest<Conv2dOptions>;

/** Where the turned kernel lies: (kh, kw, filters/groups, channels). */
export function turnedKernel({ site: { options, inputs }, places }: Request): Place {
  const [kh, kw] = options.kernelSize;
  return places.shared("turned", (kh * kw * options.filters * inputs[0][2]) / options.groups);
}

export function backward(request: Request, gradients: GradientPlaces): Kernel[] {
  const { output, inputs, parameters } = gradients;
  const [image] = inputs;
  const { kernel, bias } = parameters;
  const seen = image || kernel ? gradientSeen(request, output, image !== undefined) : undefined;
  return [
    ...(seen && seen.place !== output ? [gradientKernel(request, output, seen)] : []),
    ...(seen && image ? [inputGradient(request, seen, image)] : []),
    ...(seen && kernel ? [kernelGradient(request, seen, kernel)] : []),
    ...(bias ? [biasKernel(request, output, bias)] : []),
  ];
}

/** Along one axis: where the first window's gradient lies in the buffer, the first cell that the turned kernel reads, and how many cells
 * hold all windows and all that it reads. Windows before that first cell read padding only, as those behind the last do. */
function spanOf({ size, count, stride, kernel, dilation, before }: WindowAxis) {
  const reach = (kernel - 1) * dilation;
  const first = Math.max(0, reach - before);
  const start = Math.max(0, before - reach);
  return { first, start, size: Math.max(first + (count - 1) * stride + 1, start + size + reach) };
}

/** ∂L/∂O of the convolution itself: the given gradient where nothing comes between and no zeros are needed around it, else a buffer. */
function gradientSeen({ site, places, epilogue }: Request, output: Place, wanted: boolean): PaddedImage {
  const [outHeight, outWidth, filters] = site.output;
  const plain = { height: outHeight, width: outWidth, top: 0, left: 0 };
  const [rows, columns] = axesOf(site.options, site.inputs[0]).map(spanOf);
  const padded = {
    height: rows.size,
    width: columns.size,
    top: rows.first,
    left: columns.first,
    apart: site.options.strides,
  };
  const spread = wanted && (rows.size !== outHeight || columns.size !== outWidth);
  const seen = spread ? padded : plain;
  if (!spread && !epilogue) return { ...seen, place: output };
  return { ...seen, place: places.kept("gradient", seen.height * seen.width * filters) };
}

function inputGradient(request: Request, seen: PaddedImage, { place, add }: GradientPlace): Kernel {
  const { name, site, set } = request;
  const { filters, kernelSize, dilationRate, groups } = site.options;
  const [height, width, channels] = site.inputs[0];
  const [rows, columns] = axesOf(site.options, site.inputs[0]).map(spanOf);
  const slide: Slide = {
    set,
    width: seen.width,
    channels: filters,
    outHeight: height,
    outWidth: width,
    filters: channels,
    kernel: kernelSize,
    strides: [1, 1],
    dilation: dilationRate,
    groups,
    start: add ? "output" : "zero",
  };
  const turned = turnedKernel(request);
  const image = placeAfter(seen.place, (rows.start * seen.width + columns.start) * filters * FLOAT);
  return {
    name: `${name}.inputGradient`,
    way: "direct",
    parts: slideParts(slide),
    work: (sizeOf(site.inputs[0]) * kernelSize[0] * kernelSize[1] * filters) / groups,
    build: (frame) => frame.eachImage(slideKernel(frame, slide, { image, kernel: turned, out: place, first: turned })),
  };
}

/** What one row of the kernel, or one tap of it, is summed from. */
function outerOf(request: Request, seen: PaddedImage) {
  const { site, set, epilogue } = request;
  const { filters, kernelSize, strides, dilationRate, groups } = site.options;
  const { place: image, width } = inputSeen(request);
  const channels = site.inputs[0][2];
  const { corner, row: gradientRow, step: gradientStep } = layoutOf(seen, filters);
  const pool = epilogue?.pool;
  // Neighbouring taps read neighbouring floats where nothing lies between them: one product for a whole row of the kernel.
  const merged = dilationRate[1] === 1 && groups === 1;
  const rows = merged ? kernelSize[1] * channels : channels / groups;
  const spec = {
    set,
    // What the pooling drops has no gradient.
    height: pool ? 2 * pool.rows : site.output[0],
    width: pool ? 2 * pool.columns : site.output[1],
    imageStep: strides[1] * channels * FLOAT,
    imageRow: strides[0] * width * channels * FLOAT,
    gradientStep,
    gradientRow,
    rows,
    columns: filters / groups,
    rowBytes: filters * FLOAT,
  };
  const column = dilationRate[1] * channels * FLOAT;
  const row = dilationRate[0] * width * channels * FLOAT;
  return { spec, image, gradient: corner, taps: merged ? 1 : kernelSize[1], column, row, tap: rows * filters * FLOAT };
}

/** Cut into rows of the kernel. */
function kernelGradient(request: Request, seen: PaddedImage, kernel: Place): Kernel {
  const { name, site } = request;
  const { groups, kernelSize } = site.options;
  const { spec, image, gradient, taps, column, row, tap } = outerOf(request, seen);
  const build = (frame: Frame): Statement => {
    const { scope } = frame;
    const starts = [
      pointerTo(scope, "x", partOf(frame, image, row)),
      pointerTo(scope, "y", frame.address(gradient)),
      pointerTo(scope, "k", partOf(frame, kernel, taps * tap)),
    ];
    const [x, y, k] = starts.map(({ pointer }) => pointer);
    const one = [
      addOuterProducts(scope, spec, scope.get(x), scope.get(y), scope.get(k)),
      advance(scope, x, column),
      advance(scope, k, tap),
    ];
    const line = [repeat(scope, taps, ...one), advance(scope, x, row - taps * column)];
    const back = (pointer: Local<"i32">, bytes: number) =>
      scope.set(pointer, i32.sub(scope.get(pointer), i32.mul(frame.parts, i32.const(bytes))));
    const nextGroup = [
      back(x, row),
      back(k, taps * tap),
      advance(scope, x, spec.rows * FLOAT),
      advance(scope, y, spec.columns * FLOAT),
      advance(scope, k, spec.columns * FLOAT),
    ];
    return sequence(
      starts.map(({ start }) => start),
      repeat(scope, groups, repeatTimes(scope, frame.parts, ...line), ...(groups > 1 ? nextGroup : [])),
    );
  };
  return {
    name: `${name}.kernelGradient`,
    way: "direct",
    parts: kernelSize[0],
    work: spec.height * spec.width * kernelSize[0] * taps * spec.rows * spec.columns * groups,
    build: (frame) => frame.eachImage(build(frame)),
  };
}
