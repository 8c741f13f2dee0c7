// Any decoded picture → a model's input: transparency, channels, polarity, then digits centred or the whole picture resized.

import type { DecodedImage } from "../base/host.ts";
import { fail } from "../base/words/picture.ts";
import type { InputForm } from "./dataset.ts";
import { borderLevel, placeInk } from "./place-ink.ts";
import { resample, toBytes } from "./resample.ts";

/** A picture in a model's form, and what was done to it. */
export interface FormedPicture {
  /** H×W×C of the form, row first; the given array itself where nothing had to be done. */
  readonly pixels: Uint8Array;
  /** In plain words, in order; what changed nothing is left out. */
  readonly steps: string[];
}

/**
 * Brings a picture to `form`: transparency over white → grey or rgb → polarity → ink centred ("mass-20") or resized.
 * A picture that has the form already keeps its bytes; so does a normalised 28×28 digit (see `placeInk`).
 * `where` names the picture in errors.
 * @throws CutawayError `picture.bytes` (pixels do not fit the size), `picture.form` (no picture has this form),
 * `picture.size` (wrong size where the form does not resize), `picture.ink` (nothing to centre).
 */
export function toForm(picture: DecodedImage, form: InputForm, where = "picture"): FormedPicture {
  check(picture, form, where);
  const steps: string[] = [];
  const opaque = overWhite(picture, steps);
  const coloured = form.channels === "rgb" ? toRgb(opaque, steps) : toGrey(opaque, steps);
  const polar = form.polarity === "light-on-dark" ? toLightOnDark(coloured, steps) : coloured;
  const pixels = form.centring === "mass-20" ? placeInk(polar, steps, where) : toSize(polar, form, steps, where);
  return { pixels, steps };
}

function check(picture: DecodedImage, form: InputForm, where: string): void {
  const { width, height, channels, pixels } = picture;
  const whole = [width, height].every((n) => Number.isInteger(n) && n > 0) && [1, 2, 3, 4].includes(channels);
  if (!whole || pixels.length !== width * height * channels) {
    fail("picture.bytes", { where, width, height, channels, received: pixels.length });
  }
  const [h, w, c] = form.shape;
  const known = (form.channels === "grey" && c === 1) || (form.channels === "rgb" && c === 3);
  const centred = form.centring === "none" || (h === 28 && w === 28 && c === 1);
  if (!known || !centred) {
    fail("picture.form", { where, received: `${h}×${w}×${c}, ${form.channels}, centring ${form.centring}` });
  }
}

/** Without its alpha channel: v·a/255 + 255·(1 − a/255), rounded half up. */
function overWhite(picture: DecodedImage, steps: string[]): DecodedImage {
  const { channels, pixels } = picture;
  if (channels === 1 || channels === 3) return picture;
  const colours = channels === 2 ? 1 : 3;
  const out = new Uint8Array((pixels.length / channels) * colours);
  let opaque = true;
  for (let from = 0, to = 0; from < pixels.length; from += channels, to += colours) {
    const alpha = pixels[from + colours];
    if (alpha < 255) opaque = false;
    for (let c = 0; c < colours; c++) {
      out[to + c] = Math.floor((pixels[from + c] * alpha + 255 * (255 - alpha)) / 255 + 0.5);
    }
  }
  if (!opaque) steps.push("alpha over white");
  return { ...picture, channels: colours, pixels: out };
}

/** Rec. 601 luma of RGB, rounded half up: (299 R + 587 G + 114 B) / 1000. Equal R, G and B keep their value. */
function luma(pixels: Uint8Array): Uint8Array {
  const out = new Uint8Array(pixels.length / 3);
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.floor((299 * pixels[3 * i] + 587 * pixels[3 * i + 1] + 114 * pixels[3 * i + 2] + 500) / 1000);
  }
  return out;
}

function toGrey(picture: DecodedImage, steps: string[]): DecodedImage {
  if (picture.channels === 1) return picture;
  steps.push("grey from RGB (0.299 R + 0.587 G + 0.114 B)");
  return { ...picture, channels: 1, pixels: luma(picture.pixels) };
}

function toRgb(picture: DecodedImage, steps: string[]): DecodedImage {
  if (picture.channels === 3) return picture;
  steps.push("grey repeated in R, G and B");
  const pixels = new Uint8Array(picture.pixels.length * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = picture.pixels[Math.floor(i / 3)];
  return { ...picture, channels: 3, pixels };
}

/** Inverts, 255 − v, where the border's median grey is above the middle between the darkest and the brightest pixel. */
function toLightOnDark(picture: DecodedImage, steps: string[]): DecodedImage {
  const grey = picture.channels === 3 ? luma(picture.pixels) : picture.pixels;
  let [darkest, brightest] = [255, 0];
  for (const value of grey) {
    darkest = Math.min(darkest, value);
    brightest = Math.max(brightest, value);
  }
  const border = borderLevel({ ...picture, pixels: grey }, 1 / 2);
  if (2 * border <= darkest + brightest) return picture;
  steps.push("inverted (255 − v): border brighter than ink");
  return { ...picture, pixels: picture.pixels.map((value) => 255 - value) };
}

/** The whole picture at the form's height and width. */
function toSize(picture: DecodedImage, form: InputForm, steps: string[], where: string): Uint8Array {
  const [height, width] = form.shape;
  if (picture.height === height && picture.width === width) return picture.pixels;
  if (form.resize === "none") {
    fail("picture.size", { where, height, width, received: [picture.height, picture.width] });
  }
  steps.push(`${picture.height} high, ${picture.width} wide resampled to ${height} high, ${width} wide`);
  return toBytes(resample(picture.pixels, picture, picture.channels, { height, width }));
}
