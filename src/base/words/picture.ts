// Words for errors about bringing one decoded picture to a model's input form.
import { type Fail, failing } from "../errors.ts";

const words = {
  "picture.bytes": (f: { where: string; width: number; height: number; channels: number; received: number }) => ({
    where: f.where,
    expected: `${f.width} × ${f.height} pixels of ${f.channels} channels, one byte each (1 to 4 channels)`,
    received: `${f.received} bytes`,
    hint: "Give the decoder's width, height, channels and pixels unchanged.",
  }),
  "picture.form": (f: { where: string; received: string }) => ({
    where: f.where,
    expected: 'an input form for pictures: "grey" with 1 channel or "rgb" with 3; centring needs 28×28 grey',
    received: f.received,
    hint: "Give this model arrays instead of pictures, or train it with a form that pictures have.",
  }),
  "picture.size": (f: { where: string; height: number; width: number; received: readonly [number, number] }) => ({
    where: f.where,
    expected: `a picture ${f.height} high and ${f.width} wide, because the model's form does not resize`,
    received: `${f.received[0]} high and ${f.received[1]} wide`,
    hint: "Resize the picture first.",
  }),
  "picture.ink": (f: { where: string; paper: number; brightest: number }) => ({
    where: f.where,
    expected: "a digit that stands out from its ground",
    received: `an empty picture (ground ${f.paper}, brightest ${f.brightest}, transparency laid over white)`,
    hint: "Draw dark on light or light on dark, with some ground around the digit.",
  }),
};

/** Throws the error of a code of this room. */
export const fail: Fail<typeof words> = failing(words);
