// The preset "lenet5": LeCun's network of 1998 as it is built today; 61,706 parameters on 28×28 grey pictures of ten classes.
import { sequential } from "../build.ts";
import type { ImageShape } from "../input-form.ts";
import { conv2d, dense, flatten, maxPool2d, relu, rescale } from "../layers.ts";

export interface Lenet5Options {
  /** Height, width, channels; default [28, 28, 1]; at least 12×12. */
  readonly shape?: ImageShape;
  /** Default 10. */
  readonly classes?: number;
}

/**
 * rescale, conv 5×5×6 (padding 2), ReLU, pool 2, conv 5×5×16, ReLU, pool 2, flatten, dense 120, ReLU, dense 84, ReLU, dense.
 * The original has scaled tanh, pools that average and learn two numbers a channel, a second convolution that sees some channels
 * only, and ends in distances to drawn digits; here stand ReLU, the maximum, all channels and softmax.
 */
export function lenet5({ shape: [height, width, channels] = [28, 28, 1], classes = 10 }: Lenet5Options = {}) {
  return sequential(
    [height, width, channels],
    rescale(),
    conv2d({ filters: 6, kernelSize: 5, padding: 2 }),
    relu(),
    maxPool2d({ poolSize: 2 }),
    conv2d({ filters: 16, kernelSize: 5 }),
    relu(),
    maxPool2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 120 }),
    relu(),
    dense({ units: 84 }),
    relu(),
    dense({ units: classes }),
  );
}
