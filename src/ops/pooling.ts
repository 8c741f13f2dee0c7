// What maximum and average pooling share: options, geometry and checks of a window that slides over each channel by itself.

import type { Shape } from "../base/shape.ts";
import { fail } from "../base/words/graph.ts";
import { type OptionTable, type Padding, type Pair, padding, pair } from "./options.ts";
import { windowAxes } from "./window.ts";

export interface PoolOptions {
  readonly poolSize: Pair;
  /** As large as the window where absent, so that windows lie side by side. */
  readonly strides: Pair;
  readonly padding: Padding;
}

export const poolOptions: OptionTable<PoolOptions> = {
  poolSize: pair(),
  strides: pair(({ poolSize }) => poolSize as Pair),
  padding: padding(),
};

/** The two window axes of a pooling over an image. */
export function poolAxes({ poolSize: kernel, strides, padding }: PoolOptions, image: Shape, where?: string) {
  return windowAxes({ kernel, strides, dilation: [1, 1], padding }, image, where);
}

/** The shape of the pooled image; `op` is the operation's name for the hint. Throws shape.rank, shape.padding, shape.window. */
export function poolShape(op: string, options: PoolOptions, image: Shape, where: string): Shape {
  if (image.length !== 3) {
    const expected = "an image [height, width, channels]";
    fail("shape.rank", { where, expected, received: image, hint: `Put ${op} before flatten().` });
  }
  const { poolSize: window, padding } = options;
  if (typeof padding !== "string" && padding.some((sides, axis) => sides.some((side) => side >= window[axis])))
    fail("shape.padding", { where, window, padding });
  const [rows, columns] = poolAxes(options, image, where);
  return [rows.count, columns.count, image[2]];
}
