// The pen's path: a skeleton, written by a hand of its own. Points jitter, ends vary, curves run through them, the plane bends.
import type { Dice } from "./dice.ts";
import { recipe } from "./recipe.ts";
import type { Point, Skeleton, Stroke } from "./skeletons.ts";

/** A polyline: x[i], y[i]. Digit heights around the origin, y downwards. */
export interface Path {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Neat to messy, as factors of the recipe's jitter. */
export type Messes = readonly [neat: number, messy: number];

/** Writes (x, y) of the plane to the place `i` of a path. */
type Plane = (x: number, y: number, path: Path, i: number) => void;

/** Straight pieces between two points of a stroke. */
const PIECES = 5;

/**
 * One writer's distortion of the plane: width, bends, shear, rotation. The rotation's cosine and sine are
 * (1 − t²)/(1 + t²) and 2t/(1 + t²) with t half the angle, which is exact for the angle 2·arctan t.
 */
function plane(digit: number, dice: Dice): Plane {
  const { slant, slantOfOnes, bend } = recipe;
  const aspect = dice.uniform(recipe.aspect);
  const lean = digit === 1 ? slantOfOnes.mean + dice.normal(slantOfOnes.spread) : 0;
  const shear = slant.mean + dice.normal(slant.spread) + lean;
  const t = dice.normal(recipe.turn) / 2;
  const cos = (1 - t * t) / (1 + t * t);
  const sin = (2 * t) / (1 + t * t);
  const bow = dice.normal(bend);
  const halves = dice.normal(bend);
  const sag = dice.normal(bend);
  const fan = dice.normal(2 * bend);
  return (x, y, path, i) => {
    const v = y + halves * (0.25 - y * y) + sag * x * x;
    const u = x * aspect * (1 + fan * y) + bow * (0.25 - y * y) - shear * v;
    path.x[i] = cos * u - sin * v;
    path.y[i] = sin * u + cos * v;
  };
}

/** The points of a stroke as this hand puts them: moved as a whole, and each by a jitter that drifts along the stroke. */
function jitter(points: readonly Point[], mess: number, dice: Dice): Point[] {
  const { drift } = recipe;
  const spread = recipe.jitter * mess;
  const fresh = spread * Math.sqrt(1 - drift * drift);
  const offsetX = dice.normal(recipe.offset);
  const offsetY = dice.normal(recipe.offset);
  let dx = dice.normal(spread);
  let dy = dice.normal(spread);
  return points.map(({ x, y, corner }) => {
    dx = dx * drift + dice.normal(fresh);
    dy = dy * drift + dice.normal(fresh);
    return { x: x + offsetX + dx, y: y + offsetY + dy, corner };
  });
}

/** The point a, moved away from b (f < 0) or towards it by the part f of their distance. */
function towards(a: Point, b: Point, f: number): Point {
  return { x: a.x + (b.x - a.x) * f, y: a.y + (b.y - a.y) * f, corner: a.corner };
}

/** Joins the ends of a ring half way; makes the ends of an open stroke shorter or longer. */
function settleEnds(points: Point[], closed: boolean, dice: Dice): void {
  const last = points.length - 1;
  if (closed) {
    points[0] = { ...towards(points[0], points[last], 0.5), corner: false };
    points[last] = points[0];
  } else {
    points[0] = towards(points[0], points[1], dice.uniform([-recipe.trim, recipe.trim]));
    points[last] = towards(points[last], points[last - 1], dice.uniform([-recipe.trim, recipe.trim]));
  }
}

/**
 * A smooth path through the points: between a and b a cubic Bézier whose handles are `round` times the chords
 * (before → b) and (a → after), as Catmull and Rom's; a corner is its own neighbour, and so is an open end.
 * B(t) = a·(m³ + 3m²t) + b·(t³ + 3mt²) + round·(3m²t·(b − before) − 3mt²·(after − a)), m = 1 − t.
 */
function curve(points: readonly Point[], closed: boolean, round: number, put: Plane): Path {
  const last = points.length - 1;
  const size = last * PIECES + 1;
  const path = { x: new Float64Array(size), y: new Float64Array(size) };
  for (let i = 0; i < last; i++) {
    const a = points[i];
    const b = points[i + 1];
    const before = a.corner ? a : (points[i - 1] ?? (closed ? points[last - 1] : a));
    const after = b.corner ? b : (points[i + 2] ?? (closed ? points[1] : b));
    for (let piece = i === 0 ? 0 : 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      const m = 1 - t;
      const nearA = 3 * m * m * t;
      const nearB = 3 * m * t * t;
      const atA = m * m * m + nearA;
      const atB = t * t * t + nearB;
      const x = atA * a.x + atB * b.x + round * (nearA * (b.x - before.x) - nearB * (after.x - a.x));
      const y = atA * a.y + atB * b.y + round * (nearA * (b.y - before.y) - nearB * (after.y - a.y));
      put(x, y, path, i * PIECES + piece);
    }
  }
  return path;
}

/** Writes a skeleton once, as a writer of the range `messes` from neat to messy does: one path a stroke. */
export function write(skeleton: Skeleton, digit: number, messes: Messes, dice: Dice): Path[] {
  const mess = dice.uniform(messes);
  const round = dice.uniform(recipe.round);
  const put = plane(digit, dice);
  return skeleton.strokes.map(({ points, closed }: Stroke) => {
    const placed = jitter(points, mess, dice);
    settleEnds(placed, closed, dice);
    return curve(placed, closed, round, put);
  });
}
