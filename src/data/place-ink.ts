// A digit of any size on any paper → 28×28, as the digits of handwriting sets are: 20 pixels long, centre of mass in the middle.

import type { DecodedImage } from "../base/host.ts";
import { fail } from "../base/words/picture.ts";
import { resample, type Size, toBytes } from "./resample.ts";

/** Height and width of the result. */
const SIDE = 28;
/** The ink's longer side. */
const BOX = 20;
/** A 28×28 picture whose ink is off by no more is not scaled: resampling would blur more than it mends. */
const BOX_TOLERANCE = 1;
/** Row and column of the pixel that the centre of mass comes nearest to. */
const CENTRE = 14;
/** Levels above the paper from where on a pixel is ink; at most half of the contrast. */
const INK = 32;
/** Less contrast than this, in levels, is an empty picture. */
const LEAST_CONTRAST = 16;
/** Ink that is nowhere brighter is brightened: thin lines of a large picture grow faint when it shrinks. */
const FAINT = 192;

/** Grey pixels, row first. */
interface Grey extends Size {
  readonly pixels: Uint8Array;
}

/** Light ink on paper of level 0. */
interface CleanGrey extends Grey {
  /** The paper's level before. */
  readonly paper: number;
  /** The brightest level above the paper. */
  readonly contrast: number;
}

/** Rows top … bottom and columns left … right, all inclusive. */
interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The level that the part `share` (0 … 1) of the outermost pixels, one channel, does not exceed; ½ is their median. */
export function borderLevel({ height, width, pixels }: Grey, share: number): number {
  const counts = new Uint32Array(256);
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) counts[pixels[y * width + x]]++;
  }
  let left = share * counts.reduce((sum, count) => sum + count, 0);
  let level = 0;
  while (level < 255 && counts[level] < left) {
    left -= counts[level];
    level++;
  }
  return level;
}

/** The paper is the border's median p, its noise reaches to p + 6·(upper quartile − p): up to there 0, above v − p. */
function clearPaper(grey: Grey, steps: string[], where: string): CleanGrey {
  const paper = borderLevel(grey, 1 / 2);
  const brightest = grey.pixels.reduce((most, value) => Math.max(most, value), 0);
  const contrast = brightest - paper;
  if (contrast < LEAST_CONTRAST) fail("picture.ink", { where, paper, brightest });
  const noise = Math.min(6 * (borderLevel(grey, 3 / 4) - paper), Math.floor(contrast / 2));
  if (paper === 0 && noise === 0) return { ...grey, paper, contrast };
  steps.push(`paper of level ${paper} taken as 0, differences up to ${noise} as noise`);
  const pixels = grey.pixels.map((value) => (value - paper > noise ? value - paper : 0));
  return { ...grey, pixels, paper, contrast };
}

/** The rows and columns that hold ink: 1 pixel of it, and 1 more for every 200 pixels of the longer side, so that specks do not count. */
function inkBox({ height, width, pixels, paper, contrast }: CleanGrey, where: string): Box {
  const threshold = Math.min(INK, contrast / 2);
  const least = 1 + Math.floor(Math.max(height, width) / 200);
  const rows = new Uint32Array(height);
  const columns = new Uint32Array(width);
  for (let i = 0; i < pixels.length; i++) {
    if (pixels[i] <= threshold) continue;
    rows[Math.floor(i / width)]++;
    columns[i % width]++;
  }
  const enough = (count: number) => count >= least;
  const box = {
    top: rows.findIndex(enough),
    bottom: rows.findLastIndex(enough),
    left: columns.findIndex(enough),
    right: columns.findLastIndex(enough),
  };
  if (box.top < 0 || box.left < 0) fail("picture.ink", { where, paper, brightest: paper + contrast });
  return box;
}

const sizeOf = (box: Box): Size => ({ height: box.bottom - box.top + 1, width: box.right - box.left + 1 });

/** The part of a picture in a box. */
function cut({ width, pixels }: Grey, box: Box): Grey {
  const size = sizeOf(box);
  const out = new Uint8Array(size.height * size.width);
  for (let y = 0; y < size.height; y++) {
    const from = (box.top + y) * width + box.left;
    out.set(pixels.subarray(from, from + size.width), y * size.width);
  }
  return { ...size, pixels: out };
}

/** The ink with its longer side BOX pixels, proportions kept, no side less than one pixel. */
function scaled(ink: Grey, steps: string[]): Grey {
  const longer = Math.max(ink.height, ink.width);
  const side = (n: number) => Math.max(1, Math.floor((n * BOX) / longer + 0.5));
  const size = { height: side(ink.height), width: side(ink.width) };
  steps.push(`ink ${ink.height} high, ${ink.width} wide scaled to ${size.height} high, ${size.width} wide`);
  return { ...size, pixels: toBytes(resample(ink.pixels, ink, 1, size)) };
}

function brightened(ink: Grey, steps: string[]): Grey {
  const brightest = ink.pixels.reduce((most, value) => Math.max(most, value), 1);
  if (brightest >= FAINT) return ink;
  steps.push(`faint ink brightened: ${brightest} to 255`);
  return { ...ink, pixels: ink.pixels.map((value) => Math.floor((value * 255) / brightest + 0.5)) };
}

/** Where row 0 and column 0 go, so that the centre of mass is nearest to the central pixel and nothing of the box is cut off. */
function placeOf({ width, pixels }: Grey, box: Box): { top: number; left: number } {
  let [mass, sumY, sumX] = [0, 0, 0];
  for (let i = 0; i < pixels.length; i++) {
    mass += pixels[i];
    sumY += pixels[i] * Math.floor(i / width);
    sumX += pixels[i] * (i % width);
  }
  const inside = (place: number, first: number, last: number) =>
    Math.max(-first, Math.min(SIDE - 1 - last, Math.floor(place + 0.5)));
  return {
    top: inside(CENTRE - sumY / mass, box.top, box.bottom),
    left: inside(CENTRE - sumX / mass, box.left, box.right),
  };
}

/** The picture on SIDE×SIDE levels, its row 0 and column 0 at the given place, which may lie outside. */
function onFrame({ height, width, pixels }: Grey, place: { top: number; left: number }): Uint8Array {
  const out = new Uint8Array(SIDE * SIDE);
  for (let y = Math.max(0, place.top); y < Math.min(SIDE, place.top + height); y++) {
    for (let x = Math.max(0, place.left); x < Math.min(SIDE, place.left + width); x++) {
      out[y * SIDE + x] = pixels[(y - place.top) * width + x - place.left];
    }
  }
  return out;
}

const signed = (n: number) => (n < 0 ? `−${-n}` : `${n}`);

/**
 * Brings light ink on dark paper, one channel, to 28×28 levels: paper to 0, the ink's longer side to 20 pixels, its centre of
 * mass by whole pixels to row 14, column 14. A 28×28 picture with ink 19 to 21 pixels long is not scaled; where its paper is
 * 0 and its centre of mass in place, every pixel stays.
 * @throws CutawayError `picture.ink` where nothing stands out from the border.
 */
export function placeInk(picture: DecodedImage, steps: string[], where: string): Uint8Array {
  const clean = clearPaper(picture, steps, where);
  const box = inkBox(clean, where);
  const { height, width } = sizeOf(box);
  const fits = Math.abs(Math.max(height, width) - BOX) <= BOX_TOLERANCE;
  const stays = fits && clean.height === SIDE && clean.width === SIDE;
  const ink = brightened(stays ? clean : scaled(cut(clean, box), steps), steps);
  const place = placeOf(ink, stays ? box : { top: 0, bottom: ink.height - 1, left: 0, right: ink.width - 1 });
  const down = place.top - Math.floor((SIDE - ink.height) / 2);
  const right = place.left - Math.floor((SIDE - ink.width) / 2);
  if (!stays) steps.push(`put in the middle of ${SIDE}×${SIDE}`);
  if (right !== 0 || down !== 0) {
    steps.push(`centre of mass moved by (${signed(right)}, ${signed(down)}) pixels (right, down)`);
  }
  return onFrame(ink, place);
}
