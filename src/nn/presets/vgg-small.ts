// The preset "vgg-small": three pairs of 3×3 convolutions, then two dense layers; 550,570 parameters on 32×32 colour pictures of ten classes.
import { sequential } from "../build.ts";
import type { ImageShape } from "../input-form.ts";
import { conv2d, dense, flatten, maxPool2d, relu, rescale } from "../layers.ts";

export interface VggSmallOptions {
  /** Height, width, channels; default [32, 32, 3]; at least 8×8. */
  readonly shape?: ImageShape;
  /** Default 10. */
  readonly classes?: number;
}

/** rescale; three times conv 3×3 same, ReLU, conv 3×3 same, ReLU, pool 2, with 32, 64, 128 filters; flatten, dense 128, ReLU, dense. */
export function vggSmall({ shape: [height, width, channels] = [32, 32, 3], classes = 10 }: VggSmallOptions = {}) {
  return sequential(
    [height, width, channels],
    rescale(),
    conv2d({ filters: 32, kernelSize: 3, padding: "same" }),
    relu(),
    conv2d({ filters: 32, kernelSize: 3, padding: "same" }),
    relu(),
    maxPool2d({ poolSize: 2 }),
    conv2d({ filters: 64, kernelSize: 3, padding: "same" }),
    relu(),
    conv2d({ filters: 64, kernelSize: 3, padding: "same" }),
    relu(),
    maxPool2d({ poolSize: 2 }),
    conv2d({ filters: 128, kernelSize: 3, padding: "same" }),
    relu(),
    conv2d({ filters: 128, kernelSize: 3, padding: "same" }),
    relu(),
    maxPool2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 128 }),
    relu(),
    dense({ units: classes }),
  );
}
