// Pictures that are no digit: random strokes by the pen of the digits, to ask a model what it takes for none of its classes.

import { randomStream } from "../../base/random.ts";
import { type Dice, diceOf } from "./dice.ts";
import { checkWhole, MOST } from "./digits.ts";
import { drawPaths, SIDE } from "./draw.ts";
import { write } from "./pen.ts";
import { recipe } from "./recipe.ts";
import type { Point, Skeleton, Stroke } from "./skeletons.ts";

/** Which scribbles are drawn. */
export interface ScribblesOptions {
  /** How many: 1 … 1,000,000; default 1,000. */
  readonly count?: number | undefined;
  /** A whole number 0 … 2³² − 1, default 1. */
  readonly seed?: number | undefined;
}

/** Straight pieces of a spiral in one turn. */
const PER_TURN = 12;

/** Cosine and sine of a twelfth of a turn. */
const STEP = { cos: Math.sqrt(3) / 2, sin: 0.5 };

/**
 * Draws scribbles: pictures [28, 28, 1] of light ink (255) on dark paper (0), one array each, with the pen, the box and the centre of `digits`.
 * Seven kinds in turn: a tangle, a few lines, a zigzag, a spiral, some rings, a figure with corners, a stem with branches. Picture k is a function of the seed and k alone.
 * @throws CutawayError `option.value` for a count or seed out of range.
 */
export function scribbles({ count = 1000, seed = 1 }: ScribblesOptions = {}): Uint8Array[] {
  checkWhole("scribbles", "count", count, 1, MOST);
  checkWhole("scribbles", "seed", seed, 0, 0xffffffff);
  return Array.from({ length: count }, (_, k) => {
    const dice = diceOf(randomStream(seed, "scribble", k));
    const picture = new Uint8Array(SIDE * SIDE);
    drawPaths(write(kinds[k % kinds.length](dice), 0, recipe.mess.train, dice), 1, dice, picture);
    return picture;
  });
}

const kinds: readonly ((dice: Dice) => Skeleton)[] = [tangle, lines, zigzag, spiral, rings, figure, branches];

const skeletonOf = (strokes: readonly Stroke[]): Skeleton => ({ weight: 1, strokes });

/** A whole number from `least` to `most`, both included. */
const whole = (dice: Dice, least: number, most: number) => Math.floor(dice.uniform([least, most + 1]));

function somewhere(dice: Dice, corner: boolean): Point {
  return { x: dice.uniform([-0.45, 0.45]), y: dice.uniform([-0.5, 0.5]), corner };
}

function open(points: readonly Point[]): Stroke {
  return { points, closed: false };
}

/** One long stroke that goes anywhere. */
function tangle(dice: Dice): Skeleton {
  const corner = dice.uniform([0, 1]) < 0.5;
  return skeletonOf([open(Array.from({ length: whole(dice, 7, 14) }, () => somewhere(dice, corner)))]);
}

/** A few strokes, straight or bent, across one another. */
function lines(dice: Dice): Skeleton {
  return skeletonOf(
    Array.from({ length: whole(dice, 3, 6) }, () =>
      open(Array.from({ length: whole(dice, 2, 3) }, () => somewhere(dice, false))),
    ),
  );
}

/** To and fro, and a little further each time. */
function zigzag(dice: Dice): Skeleton {
  const turns = whole(dice, 5, 11);
  const corner = dice.uniform([0, 1]) < 0.5;
  const lying = dice.uniform([0, 1]) < 0.5;
  const points = Array.from({ length: turns }, (_, k): Point => {
    const far = (k % 2 === 0 ? -1 : 1) * dice.uniform([0.25, 0.5]);
    const along = k / (turns - 1) - 0.5 + dice.normal(0.04);
    return lying ? { x: along, y: far, corner } : { x: far, y: along, corner };
  });
  return skeletonOf([open(points)]);
}

/** Round and round, inwards, one way or the other. */
function spiral(dice: Dice): Skeleton {
  const pieces = whole(dice, 2 * PER_TURN, 4 * PER_TURN);
  const side = dice.uniform([0, 1]) < 0.5 ? 1 : -1;
  let [cos, sin] = [dice.normal(1), dice.normal(1)];
  const size = Math.sqrt(cos * cos + sin * sin) + 1e-9;
  [cos, sin] = [cos / size, sin / size];
  const points = Array.from({ length: pieces + 1 }, (_, k): Point => {
    const radius = 0.5 * (1 - (0.9 * k) / pieces);
    const point = { x: radius * cos, y: radius * sin, corner: false };
    [cos, sin] = [cos * STEP.cos - side * sin * STEP.sin, side * cos * STEP.sin + sin * STEP.cos];
    return point;
  });
  return skeletonOf([open(points)]);
}

/** Three to five rings beside or across one another. */
function rings(dice: Dice): Skeleton {
  return skeletonOf(
    Array.from({ length: whole(dice, 3, 5) }, () => {
      const { x, y } = somewhere(dice, false);
      const [width, height] = [dice.uniform([0.08, 0.25]), dice.uniform([0.08, 0.25])];
      const around = [
        [0, -1],
        [1, 0],
        [0, 1],
        [-1, 0],
        [0, -1],
      ];
      return {
        closed: true,
        points: around.map(([dx, dy]) => ({ x: x + dx * width, y: y + dy * height, corner: false })),
      };
    }),
  );
}

/** A closed figure of three to six corners, with a line or two across it. */
function figure(dice: Dice): Skeleton {
  const corners = Array.from({ length: whole(dice, 3, 6) }, () => somewhere(dice, true));
  const across = Array.from({ length: whole(dice, 0, 2) }, () => open([somewhere(dice, true), somewhere(dice, true)]));
  return skeletonOf([open([...corners, corners[0]]), ...across]);
}

/** A straight stem, and straight lines that start on it or cross it. */
function branches(dice: Dice): Skeleton {
  const [a, b] = [somewhere(dice, true), somewhere(dice, true)];
  const arms = Array.from({ length: whole(dice, 2, 4) }, () => {
    const t = dice.uniform([0, 1]);
    const root: Point = { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t, corner: true };
    const end = somewhere(dice, true);
    const start = dice.uniform([0, 1]) < 0.5 ? root : { x: 2 * root.x - end.x, y: 2 * root.y - end.y, corner: true };
    return open([start, end]);
  });
  return skeletonOf([open([a, b]), ...arms]);
}
