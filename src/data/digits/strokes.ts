// What a person draws on a pad, made a picture as the digits are made: the mean pen, ink in the box, its mass at the centre.

import { fail } from "../../base/words/picture.ts";
import type { InputForm } from "../dataset.ts";
import { toForm } from "../picture-form.ts";
import type { Dice } from "./dice.ts";
import { digitsForm } from "./digits.ts";
import { drawPaths, SIDE } from "./draw.ts";
import type { Path } from "./pen.ts";

/** The pen's way from where it went down to where it went up: points (x, y) in any one unit, y downwards. */
export type DrawnStroke = readonly (readonly [x: number, y: number])[];

/** No accident of the hand: every draw is its mean. */
const calm: Dice = {
  uniform: ([low, high]) => (low + high) / 2,
  normal: () => 0,
  pick: () => 0,
};

/**
 * Draws strokes as the pictures of `digits` are drawn, light ink (255) on dark paper (0): scaled to a box of 20 pixels, proportions kept, by a
 * pen of mean width, the centre of mass at pixel (14, 14). Where they lie and how large they are makes no difference. A `form` other than
 * `digitsForm` is brought about from that 28×28 picture.
 * @returns H×W×C levels of the form, row first.
 * @throws CutawayError `picture.ink` where no stroke has two different points; `picture.form`, `picture.size` for a form that no such picture has.
 */
export function drawStrokes(strokes: readonly DrawnStroke[], form: InputForm = digitsForm): Uint8Array {
  if (!strokes.some(isLine)) fail("picture.ink", { where: "drawStrokes", paper: 0, brightest: 0 });
  const pixels = new Uint8Array(SIDE * SIDE);
  drawPaths(strokes.filter((stroke) => stroke.length > 0).map(pathOf), 1, calm, pixels);
  const { shape, channels } = form;
  const [height, width] = shape;
  if (height === SIDE && width === SIDE && channels === "grey") return pixels;
  return toForm({ width: SIDE, height: SIDE, channels: 1, pixels }, form, "drawStrokes").pixels;
}

function isLine([first, ...others]: DrawnStroke): boolean {
  return others.some(([x, y]) => x !== first[0] || y !== first[1]);
}

/** A dot is a line to itself. */
function pathOf(stroke: DrawnStroke): Path {
  const points = stroke.length === 1 ? [stroke[0], stroke[0]] : stroke;
  return { x: Float64Array.from(points, ([x]) => x), y: Float64Array.from(points, ([, y]) => y) };
}
