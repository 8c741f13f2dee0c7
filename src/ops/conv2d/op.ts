// conv2d: parameters, shape rule and checks. The formula and its numbered rules are in README.md.
import { fail } from "../../base/words/graph.ts";
import type { Op } from "../op.ts";
import { flag, type Padding, type Pair, padding, pair, size } from "../options.ts";
import { windowAxes } from "../window.ts";

export interface Conv2dOptions {
  readonly filters: number;
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilationRate: Pair;
  readonly groups: number;
  readonly useBias: boolean;
}

/** The two window axes of a convolution over an image. */
export function axesOf(options: Conv2dOptions, image: readonly number[], where?: string) {
  const { kernelSize: kernel, strides, dilationRate: dilation, padding } = options;
  return windowAxes({ kernel, strides, dilation, padding }, image, where);
}

export const op: Op<Conv2dOptions> = {
  prefix: "conv",
  arity: 1,
  options: {
    filters: size(),
    kernelSize: pair(),
    strides: pair(() => [1, 1]),
    padding: padding(),
    dilationRate: pair(() => [1, 1]),
    groups: size(1),
    useBias: flag(true),
  },
  shape(options, [image], where) {
    if (image.length !== 3) {
      const expected = "an image [height, width, channels]";
      fail("shape.rank", { where, expected, received: image, hint: "Put conv2d before flatten()." });
    }
    const { filters, groups } = options;
    const channels = image[2];
    if (channels % groups !== 0 || filters % groups !== 0) fail("shape.groups", { where, groups, channels, filters });
    const [rows, columns] = axesOf(options, image, where);
    return [rows.count, columns.count, filters];
  },
  parameters({ filters, kernelSize: [kh, kw], groups, useBias }, [image]) {
    const channels = image[2] / groups;
    const fans = { fanIn: kh * kw * channels, fanOut: (kh * kw * filters) / groups };
    return {
      kernel: { shape: [kh, kw, channels, filters], kind: "weight", ...fans },
      ...(useBias && { bias: { shape: [filters], kind: "bias", ...fans } }),
    };
  },
  window: (options, image) => axesOf(options, image),
  multiplyAdds({ options, inputs: [image], output: [height, width, filters] }) {
    const [kh, kw] = options.kernelSize;
    return height * width * filters * kh * kw * (image[2] / options.groups);
  },
};
