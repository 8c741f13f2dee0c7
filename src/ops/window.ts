// A window that slides over an image: its geometry along rows and columns, shared by convolution and pooling.

import type { Shape } from "../base/shape.ts";
import { fail } from "../base/words/graph.ts";
import type { Padding, Pair } from "./options.ts";

/** One axis: output position i reads input positions i·stride − before + m·dilation, m = 0 … kernel − 1. */
export interface WindowAxis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding cells before the first. */
  readonly before: number;
  /** How many windows fit; those that reach beyond the padded end are dropped. */
  readonly count: number;
}

export interface WindowOptions {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  readonly padding: Padding;
}

/** The two axes of a window over an image [height, width, channels]; throws `shape.window` where none fits. */
export function windowAxes(window: WindowOptions, image: Shape, where = ""): readonly [WindowAxis, WindowAxis] {
  const rows = windowAxis(window, image[0], 0);
  const columns = windowAxis(window, image[1], 1);
  if (rows.count < 1 || columns.count < 1) {
    const spans = [rows, columns].map(({ kernel, dilation }) => (kernel - 1) * dilation + 1);
    fail("shape.window", { where, window: spans, strides: window.strides, image });
  }
  return [rows, columns];
}

function windowAxis(window: WindowOptions, size: number, axis: 0 | 1): WindowAxis {
  const kernel = window.kernel[axis];
  const stride = window.strides[axis];
  const dilation = window.dilation[axis];
  const span = (kernel - 1) * dilation + 1;
  const [before, after] = paddingOf(window.padding, axis, size, span, stride);
  const count = Math.floor((size + before + after - span) / stride) + 1;
  return { size, kernel, stride, dilation, before, count };
}

/** "same" is TensorFlow's: ⌈size/stride⌉ windows, the odd padding cell at the bottom and right. */
function paddingOf(padding: Padding, axis: 0 | 1, size: number, span: number, stride: number): Pair {
  if (padding === "valid") return [0, 0];
  if (padding !== "same") return padding[axis];
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + span - size);
  const before = Math.floor(total / 2);
  return [before, total - before];
}

/** The input position that tap m of window i reads, or −1 where that is padding. */
export function positionOf({ size, stride, dilation, before }: WindowAxis, i: number, m: number): number {
  const position = i * stride - before + m * dilation;
  return position < size ? Math.max(position, -1) : -1;
}

/** The window whose tap m reads input position y, or −1 where there is none. */
function windowReading({ stride, dilation, before, count }: WindowAxis, y: number, m: number): number {
  const reach = y + before - m * dilation;
  const i = reach / stride;
  return reach >= 0 && Number.isInteger(i) && i < count ? i : -1;
}

/** The windows that read a position, in ascending order, each with the tap that reads it. */
export function windowsOver(axis: WindowAxis, position: number): [window: number, tap: number][] {
  const found: [number, number][] = [];
  for (let m = axis.kernel - 1; m >= 0; m--) {
    const i = windowReading(axis, position, m);
    if (i >= 0) found.push([i, m]);
  }
  return found;
}

/** Neighbouring windows of an axis that read the same taps, the others lying in padding. */
export interface WindowSegment {
  /** The first window, how many, and the taps first … last that lie inside. */
  readonly start: number;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

/** Cuts the windows of an axis into segments: one where nothing is padded, else the edges apart from the middle. */
export function windowSegments(axis: WindowAxis): WindowSegment[] {
  const segments: { start: number; count: number; first: number; last: number }[] = [];
  for (let i = 0; i < axis.count; i++) {
    const taps = Array.from({ length: axis.kernel }, (_, m) => m).filter((m) => positionOf(axis, i, m) >= 0);
    const [first, last] = [taps[0], taps[taps.length - 1]];
    const open = segments[segments.length - 1];
    if (open && open.first === first && open.last === last) open.count++;
    else segments.push({ start: i, count: 1, first, last });
  }
  return segments;
}
