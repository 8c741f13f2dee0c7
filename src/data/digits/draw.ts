// One picture: the pen's path as ink on 28×28 pixels, in the box and at the centre that every digit of this kind has.
import type { Dice } from "./dice.ts";
import { type Messes, type Path, write } from "./pen.ts";
import { recipe } from "./recipe.ts";
import { skeletons } from "./skeletons.ts";

/** Pixels a side. */
export const SIDE = 28;
/** Pixels of the ink's longer side. */
const BOX = 20;
/** The pixel, row and column, that the centre of mass is put at. */
const CENTRE = 14;

/** The pen of one picture, in pixels. */
interface Pen {
  readonly radius: number;
  /** Width of the grey edge. */
  readonly soft: number;
  /** Relative change of the radius with direction. */
  readonly nib: number;
}

function choosePen(weight: number, dice: Dice): Pen {
  const { mean, spread, least, most } = recipe.pen;
  const radius = Math.min(most, Math.max(least, mean + dice.normal(spread))) * weight;
  return { radius, soft: dice.uniform(recipe.soft), nib: dice.normal(recipe.nib) };
}

/** Scales and moves the paths, in place, so that their ink fills the box in the middle of the picture; proportions are kept. */
function fitBox(paths: readonly Path[], pen: Pen): void {
  let [left, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [right, bottom] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x, y } of paths) {
    for (let i = 0; i < x.length; i++) {
      left = Math.min(left, x[i]);
      right = Math.max(right, x[i]);
      top = Math.min(top, y[i]);
      bottom = Math.max(bottom, y[i]);
    }
  }
  const scale = (BOX - 2 * pen.radius - pen.soft) / Math.max(right - left, bottom - top);
  for (const { x, y } of paths) {
    for (let i = 0; i < x.length; i++) {
      x[i] = SIDE / 2 + scale * (x[i] - (left + right) / 2);
      y[i] = SIDE / 2 + scale * (y[i] - (top + bottom) / 2);
    }
  }
}

/** Full ink closer than r − soft/2 to the segment a + h·d, 0 ≤ h ≤ 1, none beyond r + soft/2, linear between. */
function inkSegment(ink: Float64Array, ax: number, ay: number, dx: number, dy: number, r: number, soft: number): void {
  const reach = Math.max(0, r + soft / 2);
  const length2 = dx * dx + dy * dy + 1e-9;
  const left = Math.max(0, Math.floor(Math.min(ax, ax + dx) - reach));
  const right = Math.min(SIDE - 1, Math.floor(Math.max(ax, ax + dx) + reach));
  const top = Math.max(0, Math.floor(Math.min(ay, ay + dy) - reach));
  const bottom = Math.min(SIDE - 1, Math.floor(Math.max(ay, ay + dy) + reach));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const ex = x + 0.5 - ax;
      const ey = y + 0.5 - ay;
      const h = Math.min(1, Math.max(0, (ex * dx + ey * dy) / length2));
      const qx = ex - h * dx;
      const qy = ey - h * dy;
      const distance2 = qx * qx + qy * qy;
      if (distance2 >= reach * reach) continue;
      const value = Math.min(1, (r - Math.sqrt(distance2)) / soft + 0.5);
      const pixel = y * SIDE + x;
      if (value > ink[pixel]) ink[pixel] = value;
    }
  }
}

/** Draws the paths: 0 is paper, 1 full ink. The radius changes along each stroke and with the direction of the line. */
function layInk(paths: readonly Path[], pen: Pen, dice: Dice): Float64Array {
  const ink = new Float64Array(SIDE * SIDE);
  for (const { x, y } of paths) {
    const start = dice.normal(recipe.pressure);
    const end = dice.normal(recipe.pressure);
    const middle = dice.normal(4 * recipe.pressure);
    for (let i = 0; i + 1 < x.length; i++) {
      const dx = x[i + 1] - x[i];
      const dy = y[i + 1] - y[i];
      const t = i / x.length;
      const pressed = start * (1 - t) + end * t + middle * t * (1 - t);
      const turned = (pen.nib * dx * dy) / (dx * dx + dy * dy + 1e-9);
      inkSegment(ink, x[i], y[i], dx, dy, pen.radius * (1 + pressed + turned), pen.soft);
    }
  }
  return ink;
}

/** Ink 0 … 1 → levels 0 … 255, with grain; paper stays clean. */
function toLevels(ink: Float64Array, dice: Dice): Uint8Array {
  const levels = new Uint8Array(ink.length);
  for (let i = 0; i < ink.length; i++) {
    if (ink[i] > 0) levels[i] = Math.min(255, Math.max(0, Math.round(255 * (ink[i] + dice.normal(recipe.grain)))));
  }
  return levels;
}

/** Copies the picture to `out`, moved by whole pixels so that its centre of mass is nearest to the central pixel. */
function centreMass(levels: Uint8Array, out: Uint8Array): void {
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const level = levels[y * SIDE + x];
      mass += level;
      sumX += level * x;
      sumY += level * y;
    }
  }
  const moveX = Math.floor(CENTRE - sumX / mass + 0.5);
  const moveY = Math.floor(CENTRE - sumY / mass + 0.5);
  for (let y = Math.max(0, moveY); y < Math.min(SIDE, SIDE + moveY); y++) {
    for (let x = Math.max(0, moveX); x < Math.min(SIDE, SIDE + moveX); x++) {
      out[y * SIDE + x] = levels[(y - moveY) * SIDE + x - moveX];
    }
  }
}

/** Draws a digit (0 … 9) on `out`, 28×28 levels that are 0: 0 paper … 255 ink. */
export function drawDigit(digit: number, messes: Messes, dice: Dice, out: Uint8Array): void {
  const ways = skeletons[digit];
  const paths = write(ways[dice.pick(ways.map((way) => way.weight))], digit, messes, dice);
  drawPaths(paths, recipe.weight[digit], dice, out);
}

/** Draws paths with a pen that the dice choose, its radius times `weight`, in the box and at the centre of every picture of this kind. */
export function drawPaths(paths: readonly Path[], weight: number, dice: Dice, out: Uint8Array): void {
  const pen = choosePen(weight, dice);
  fitBox(paths, pen);
  centreMass(toLevels(layInk(paths, pen, dice), dice), out);
}
