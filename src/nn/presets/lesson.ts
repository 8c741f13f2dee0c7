// The preset "lesson": two convolutions and one dense layer; 5,258 parameters on 28×28 grey pictures of ten classes.
import { sequential } from "../build.ts";
import type { ImageShape } from "../input-form.ts";
import { conv2d, dense, flatten, maxPool2d, relu, rescale } from "../layers.ts";

export interface LessonOptions {
  /** Height, width, channels; default [28, 28, 1]; at least 10×10. */
  readonly shape?: ImageShape;
  /** Default 10. */
  readonly classes?: number;
}

/** rescale, conv 3×3×8, ReLU, pool 2, conv 3×3×16, ReLU, pool 2, flatten, dense. */
export function lesson({ shape: [height, width, channels] = [28, 28, 1], classes = 10 }: LessonOptions = {}) {
  return sequential(
    [height, width, channels],
    rescale(),
    conv2d({ filters: 8, kernelSize: 3 }),
    relu(),
    maxPool2d({ poolSize: 2 }),
    conv2d({ filters: 16, kernelSize: 3 }),
    relu(),
    maxPool2d({ poolSize: 2 }),
    flatten(),
    dense({ units: classes }),
  );
}
