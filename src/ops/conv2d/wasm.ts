// conv2d: direct kernels for WebAssembly, for every setting that the reference takes.
//
// Forward: the image is copied into a border of zeros where there is padding, then the kernel slides over it.
// Input gradient: ∂L/∂O is set apart by the strides inside zeros, and the kernel, turned by 180° and with its channels and filters
// exchanged, slides over that: every window (i,j) that reads (y,x) meets it at the tap that reads it.
// Kernel gradient: for each tap the outer products of I(y,x,·) and ∂L/∂O(i,j,·), summed over all windows in registers.
import {
  defineFunction,
  type Scope,
  type Statement,
  sequence,
  type WasmFunction,
} from "../../backend/wasm/assembler.ts";
import { reorder, spread } from "../../backend/wasm/blocks/copy.ts";
import { advance, pointerTo, repeat } from "../../backend/wasm/blocks/loops.ts";
import { addColumnSums, addOuterProducts } from "../../backend/wasm/blocks/outer.ts";
import { addressOf, FLOAT, type Place } from "../../backend/wasm/machine.ts";
import type { GradientPlaces, KernelRequest, Kernels } from "../kernels.ts";
import type { WindowAxis } from "../window.ts";
import { axesOf, type Conv2dOptions } from "./op.ts";
import { slideKernel } from "./slide.ts";

type Request = KernelRequest<Conv2dOptions>;

const at = (place: Place, bytes: number): Place => ({ ...place, offset: place.offset + bytes });

/** Rows or columns that the windows of an axis read, padding and all. */
const reach = ({ count, stride, kernel, dilation }: WindowAxis) => (count - 1) * stride + (kernel - 1) * dilation + 1;

/** The image as the windows see it: itself where they stay inside, else a copy in a border of zeros. */
function paddedImage({ site, places }: Request) {
  const [height, width, channels] = site.inputs[0];
  const [rows, columns] = axesOf(site.options, site.inputs[0]);
  const inside = rows.before === 0 && columns.before === 0 && reach(rows) <= height && reach(columns) <= width;
  if (inside) return { place: places.inputs[0], width };
  return { place: places.scratch("image", reach(rows) * reach(columns) * channels), width: reach(columns) };
}

function padImage(request: Request, scope: Scope, base: Parameters<typeof addressOf>[1]): Statement {
  const { site, places } = request;
  const padded = paddedImage(request);
  if (padded.place === places.inputs[0]) return sequence();
  const [height, width, channels] = site.inputs[0];
  const [rows, columns] = axesOf(site.options, site.inputs[0]);
  const pixel = channels * FLOAT;
  const spec = {
    height: Math.min(height, reach(rows) - rows.before),
    width: Math.min(width, reach(columns) - columns.before),
    channels,
    fromRow: width * pixel,
    toRow: padded.width * pixel,
    toStep: pixel,
  };
  const corner = at(padded.place, (rows.before * padded.width + columns.before) * pixel);
  return spread(scope, spec, addressOf(scope, base, places.inputs[0]), addressOf(scope, base, corner));
}

function forward(request: Request): WasmFunction[] {
  const { name, site, set, places } = request;
  const { filters, kernelSize, strides, dilationRate, groups, useBias } = site.options;
  const { place, width } = paddedImage(request);
  const [outHeight, outWidth] = site.output;
  const channels = site.inputs[0][2];
  const start = useBias ? "row" : "zero";
  const slide = {
    set,
    width,
    channels,
    outHeight,
    outWidth,
    filters,
    kernel: kernelSize,
    strides,
    dilation: dilationRate,
    groups,
    start,
  } as const;
  const { kernel, bias = kernel } = places.parameters;
  return [
    defineFunction(`${name}.forward`, ["base"], (scope, base) => {
      const address = (tensor: Place) => addressOf(scope, base, tensor);
      const from = {
        image: address(place),
        kernel: address(kernel),
        out: address(places.output),
        first: address(bias),
      };
      return sequence(padImage(request, scope, base), slideKernel(scope, slide, from));
    }),
  ];
}

/** Where the turned kernel lies: (kh, kw, filters/groups, channels). */
function turnedKernel({ site: { options, inputs }, places }: Request): Place {
  const [kh, kw] = options.kernelSize;
  return places.shared("turned", (kh * kw * options.filters * inputs[0][2]) / options.groups);
}

/** turned(kh−1−m, kw−1−n, f, c) = K(m, n, c, f), f and the second c counted inside the group. */
function refresh(request: Request): WasmFunction[] {
  const { name, site, places } = request;
  const { filters, groups, kernelSize } = site.options;
  const channels = site.inputs[0][2];
  const [groupChannels, groupFilters] = [channels / groups, filters / groups];
  const taps = kernelSize[0] * kernelSize[1];
  const tapBytes = groupChannels * filters * FLOAT;
  const levels = [
    { count: taps, fromStep: tapBytes, toStep: -tapBytes },
    { count: groupFilters, fromStep: FLOAT, toStep: channels * FLOAT },
    { count: groups, fromStep: groupFilters * FLOAT, toStep: groupChannels * FLOAT },
    { count: groupChannels, fromStep: filters * FLOAT, toStep: FLOAT },
  ];
  const last = at(turnedKernel(request), (taps - 1) * tapBytes);
  return [
    defineFunction(`${name}.refresh`, ["base"], (scope, base) =>
      reorder(scope, levels, addressOf(scope, base, places.parameters.kernel), addressOf(scope, base, last)),
    ),
  ];
}

function backward(request: Request, gradients: GradientPlaces): WasmFunction[] {
  const {
    inputs: [image],
    parameters: { kernel, bias },
  } = gradients;
  return [
    ...(image ? [inputGradient(request, gradients.output, image)] : []),
    ...(kernel ? [kernelGradient(request, gradients.output, kernel)] : []),
    ...(bias ? [biasGradient(request, gradients.output, bias)] : []),
  ];
}

/** Which windows of an axis put their gradient inside the `size` cells that the turned kernel slides over, and where the first goes. */
function landing({ count, stride, kernel, dilation, before }: WindowAxis, size: number) {
  const offset = (kernel - 1) * dilation - before;
  const first = Math.max(0, Math.ceil(-offset / stride));
  const last = Math.min(count - 1, Math.floor((size - 1 - offset) / stride));
  return { first, count: last - first + 1, at: first * stride + offset };
}

function inputGradient(request: Request, output: Place, image: Place): WasmFunction {
  const { name, site, set, places } = request;
  const { filters, kernelSize, dilationRate, groups } = site.options;
  const [height, width, channels] = site.inputs[0];
  const [rows, columns] = axesOf(site.options, site.inputs[0]);
  const tall = height + (rows.kernel - 1) * rows.dilation;
  const wide = width + (columns.kernel - 1) * columns.dilation;
  const scratch = places.scratch("gradient", tall * wide * filters);
  const [down, across] = [landing(rows, tall), landing(columns, wide)];
  const pixel = filters * FLOAT;
  const apart = {
    height: down.count,
    width: across.count,
    channels: filters,
    fromRow: site.output[1] * pixel,
    toRow: rows.stride * wide * pixel,
    toStep: columns.stride * pixel,
  };
  const slide = {
    set,
    width: wide,
    channels: filters,
    outHeight: height,
    outWidth: width,
    filters: channels,
    kernel: kernelSize,
    strides: [1, 1],
    dilation: dilationRate,
    groups,
    start: "output",
  } as const;
  return defineFunction(`${name}.inputGradient`, ["base"], (scope, base) => {
    const address = (place: Place) => addressOf(scope, base, place);
    const from = at(output, (down.first * site.output[1] + across.first) * pixel);
    const to = at(scratch, (down.at * wide + across.at) * pixel);
    const turned = address(turnedKernel(request));
    return sequence(
      spread(scope, apart, address(from), address(to)),
      slideKernel(scope, slide, { image: address(scratch), kernel: turned, out: address(image), first: turned }),
    );
  });
}

function kernelGradient(request: Request, output: Place, kernel: Place): WasmFunction {
  const { name, site, set } = request;
  const {
    filters,
    kernelSize: [kh, kw],
    strides,
    dilationRate,
    groups,
  } = site.options;
  const { place, width } = paddedImage(request);
  const channels = site.inputs[0][2];
  const [outHeight, outWidth] = site.output;
  const [groupChannels, groupFilters] = [channels / groups, filters / groups];
  const merged = dilationRate[1] === 1 && groups === 1;
  const rows = merged ? kw * channels : groupChannels;
  const spec = {
    set,
    height: outHeight,
    width: outWidth,
    imageStep: strides[1] * channels * FLOAT,
    imageRow: strides[0] * width * channels * FLOAT,
    gradientStep: filters * FLOAT,
    gradientRow: outWidth * filters * FLOAT,
    rows,
    columns: groupFilters,
    rowBytes: filters * FLOAT,
  };
  const stretches = merged ? 1 : kw;
  const column = dilationRate[1] * channels * FLOAT;
  const row = dilationRate[0] * width * channels * FLOAT;
  const tap = rows * filters * FLOAT;
  return defineFunction(`${name}.kernelGradient`, ["base"], (scope, base) => {
    const [image, gradient, result] = [place, output, kernel].map((tensor, k) =>
      pointerTo(scope, `p${k}`, addressOf(scope, base, tensor)),
    );
    const [x, y, k] = [image.pointer, gradient.pointer, result.pointer];
    const one = [
      addOuterProducts(scope, spec, scope.get(x), scope.get(y), scope.get(k)),
      advance(scope, x, column),
      advance(scope, k, tap),
    ];
    const line = [repeat(scope, stretches, ...one), advance(scope, x, row - stretches * column)];
    const group = [
      repeat(scope, kh, ...line),
      advance(scope, x, groupChannels * FLOAT - kh * row),
      advance(scope, y, groupFilters * FLOAT),
      advance(scope, k, groupFilters * FLOAT - kh * stretches * tap),
    ];
    return sequence(image.start, gradient.start, result.start, repeat(scope, groups, ...group));
  });
}

function biasGradient(
  {
    name,
    site: {
      output: [height, width, filters],
    },
  }: Request,
  output: Place,
  bias: Place,
): WasmFunction {
  return defineFunction(`${name}.biasGradient`, ["base"], (scope, base) =>
    addColumnSums(
      scope,
      { rows: height * width, columns: filters },
      addressOf(scope, base, output),
      addressOf(scope, base, bias),
    ),
  );
}

export const kernels: Kernels<Conv2dOptions> = { forward, backward, refresh };
