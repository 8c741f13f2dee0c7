// conv2d for WebAssembly: direct kernels, for every setting that the reference takes.
//
// Forward: the image is copied into a border of zeros where there is padding, then the kernel slides over it.
// Refresh: the kernel turned by 180°, its channels and filters exchanged, for the way back (direct-backward.ts).
import { sequence } from "../../backend/wasm/assembler.ts";
import { reorder } from "../../backend/wasm/blocks/copy.ts";
import { advance, pointerTo, repeatTimes } from "../../backend/wasm/blocks/loops.ts";
import { FLOAT, type Frame, type Kernel, placeAfter } from "../../backend/wasm/machine.ts";
import type { KernelRequest, Kernels } from "../kernels.ts";
import { backward, turnedKernel } from "./direct-backward.ts";
import type { Conv2dOptions } from "./op.ts";
import { inputSeen, padKernel, partOf } from "./padded.ts";
import { type Slide, slideKernel, slideParts } from "./slide.ts";

type Request = KernelRequest<Conv2dOptions>;

function forward(request: Request): Kernel[] {
  const { name, site, set, places, epilogue } = request;
  const { filters, kernelSize, strides, dilationRate, groups, useBias } = site.options;
  const [outHeight, outWidth] = site.output;
  const channels = site.inputs[0][2];
  const seen = inputSeen(request);
  const slide: Slide = {
    set,
    width: seen.width,
    channels,
    outHeight,
    outWidth,
    filters,
    kernel: kernelSize,
    strides,
    dilation: dilationRate,
    groups,
    start: useBias ? "row" : "zero",
    epilogue,
  };
  const { kernel, bias = kernel } = places.parameters;
  const from = { image: seen.place, kernel, out: places.output, first: bias };
  const pool = epilogue?.pool;
  const cells = (pool ? 4 * pool.rows * pool.columns : outHeight * outWidth) * filters;
  const slid: Kernel = {
    name: `${name}.forward`,
    way: pool ? "direct+relu+pool" : epilogue ? "direct+relu" : "direct",
    parts: slideParts(slide),
    work: (cells * kernelSize[0] * kernelSize[1] * channels) / groups,
    build: (frame) => frame.eachImage(slideKernel(frame, slide, from)),
  };
  return seen.place === places.inputs[0] ? [slid] : [padKernel(request, seen), slid];
}

/** turned(kh−1−m, kw−1−n, f, c) = K(m, n, c, f), f and the second c counted inside the group. Only the way back reads it. */
function refresh(request: Request, training: boolean): Kernel[] {
  if (!training) return [];
  const { name, site, places } = request;
  const { filters, groups, kernelSize } = site.options;
  const channels = site.inputs[0][2];
  const [groupChannels, groupFilters] = [channels / groups, filters / groups];
  const taps = kernelSize[0] * kernelSize[1];
  const tapBytes = groupChannels * filters * FLOAT;
  const levels = [
    { count: groupFilters, fromStep: FLOAT, toStep: channels * FLOAT },
    { count: groups, fromStep: groupFilters * FLOAT, toStep: groupChannels * FLOAT },
    { count: groupChannels, fromStep: filters * FLOAT, toStep: FLOAT },
  ];
  const last = placeAfter(turnedKernel(request), (taps - 1) * tapBytes);
  const build = (frame: Frame) => {
    const { scope } = frame;
    const from = pointerTo(scope, "tap", partOf(frame, places.parameters.kernel, tapBytes));
    const to = pointerTo(scope, "turned", partOf(frame, last, -tapBytes));
    const copy = reorder(scope, levels, scope.get(from.pointer), scope.get(to.pointer));
    const next = [advance(scope, from.pointer, tapBytes), advance(scope, to.pointer, -tapBytes)];
    return sequence(from.start, to.start, repeatTimes(scope, frame.parts, copy, ...next));
  };
  return [{ name: `${name}.refresh`, way: "turn", parts: taps, work: taps * groupChannels * filters, build }];
}

export const direct: Required<Omit<Kernels<Conv2dOptions>, "slack">> = { forward, backward, refresh, fuses: true };
