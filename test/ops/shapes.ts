// Random settings for fast-check: windows that fit by construction, images that need not be square.
import fc from "fast-check";
import type { Operation } from "../../src/ops/op.ts";
import type { Trial } from "./checks.ts";

const upTo = (max: number) => fc.integer({ min: 1, max });
const side = (max: number) => fc.integer({ min: 0, max });
export const seeds = fc.integer({ min: 0, max: 0x7fffffff });

/** Along one axis: a window, how it moves, and an image in which at least one stands. */
const axis = fc
  .record({ kernel: upTo(3), stride: upTo(3), dilation: upTo(2), before: side(3), after: side(3), more: side(4) })
  .map((drawn) => ({ ...drawn, span: (drawn.kernel - 1) * drawn.dilation + 1 }));

const paddingKind = fc.constantFrom("valid" as const, "same" as const, "explicit" as const, "explicit" as const);

/** conv2d with strides, padding, dilation, groups and with or without bias. */
export function convolutions(operation: Operation<object>): fc.Arbitrary<Trial> {
  return fc
    .record({
      rows: axis,
      columns: axis,
      padding: paddingKind,
      groups: upTo(3),
      channels: upTo(2),
      filters: upTo(2),
      useBias: fc.boolean(),
      seed: seeds,
    })
    .map(({ rows, columns, padding, groups, channels, filters, useBias, seed }) => ({
      operation,
      seed,
      inputs: [[rows.span + rows.more, columns.span + columns.more, groups * channels]],
      options: {
        filters: groups * filters,
        kernelSize: [rows.kernel, columns.kernel],
        strides: [rows.stride, columns.stride],
        dilationRate: [rows.dilation, columns.dilation],
        padding: padding === "explicit" ? [sides(rows), sides(columns)] : padding,
        groups,
        useBias,
      },
    }));
}

const sides = ({ before, after }: { before: number; after: number }) => [before, after];

/** Pooling with strides and padding, which is smaller than the window. */
export function poolings(operation: Operation<object>): fc.Arbitrary<Trial> {
  return fc
    .record({ rows: axis, columns: axis, channels: upTo(3), padding: paddingKind, seed: seeds })
    .map(({ rows, columns, channels, padding, seed }) => ({
      operation,
      seed,
      inputs: [[rows.kernel + rows.more, columns.kernel + columns.more, channels]],
      options: {
        poolSize: [rows.kernel, columns.kernel],
        strides: [rows.stride, columns.stride],
        padding: padding === "explicit" ? [within(rows), within(columns)] : padding,
      },
    }));
}

const within = ({ before, after, kernel }: { before: number; after: number; kernel: number }) => [
  before % kernel,
  after % kernel,
];

/** Images [height, width, channels] and flat vectors [n]. */
export const anyShape = fc.oneof(fc.tuple(upTo(5), upTo(6), upTo(3)), fc.tuple(upTo(12)));
