// Where the matrices of the strip stand: how large their cells are, which part of a large one is shown, which of them fit. Only sizes, no numbers.

/** A matrix before it has a place. */
export interface Plane {
  readonly rows: number;
  readonly columns: number;
  /** The framed cell. */
  readonly row: number;
  readonly column: number;
}

/** The shown part of one side: first index and count. */
export interface Span {
  readonly first: number;
  readonly count: number;
}

export interface Placed {
  readonly index: number;
  readonly left: number;
  readonly width: number;
  readonly rows: Span;
  readonly columns: Span;
  /** The middle of the framed cell: from the strip's left edge, and from the top of all matrices, the same for each. */
  readonly x: number;
  /** How far the matrix is pushed down, so that all framed cells stand in one line. */
  readonly top: number;
}

export interface Strip {
  readonly pitch: number;
  readonly gap: number;
  readonly y: number;
  readonly height: number;
  readonly planes: readonly Placed[];
}

/** Largest side shown whole and, of larger ones, the side of the window. */
const whole = 16;
const windowSide = 9;
const captionWidth = 58;

/** `count` indices around one, inside 0…size. */
export function around(size: number, middle: number, count: number): Span {
  const shown = Math.min(size, count);
  return { first: Math.max(0, Math.min(size - shown, middle - (shown >> 1))), count: shown };
}

interface Choice {
  readonly most: number;
  readonly pitch: number;
}

/** Whole matrices with large cells first, then smaller cells, then smaller parts. */
const choices: readonly Choice[] = [
  ...[40, 36, 32, 28, 24].map((pitch) => ({ most: whole, pitch })),
  { most: 7, pitch: 24 },
  { most: 5, pitch: 24 },
];
const lastResort: Choice = { most: 3, pitch: 24 };

const sideOf = (size: number, { most }: Choice) => (size <= most ? size : Math.min(windowSide, most));
const widthOf = (plane: Plane, choice: Choice) => Math.max(captionWidth, sideOf(plane.columns, choice) * choice.pitch);

/** Places the planes in a width; where not all fit, a stretch of them that holds the current hop's two. */
export function stripOf(planes: readonly Plane[], width: number, current: number): Strip {
  const gap = width < 480 ? 24 : 22;
  const total = (choice: Choice, list: readonly Plane[]) =>
    list.reduce((sum, plane) => sum + widthOf(plane, choice), (list.length - 1) * gap);
  const all = choices.find((choice) => choice.most === whole && total(choice, planes) <= width);
  const pairs = planes.slice(1).map((plane, k) => [planes[k] ?? plane, plane]);
  const two = choices.find((choice) => pairs.every((pair) => total(choice, pair) <= width)) ?? lastResort;
  const roomy = choices.find((choice) => choice.pitch <= 24 && total(choice, planes) <= width);
  const choice = all ?? roomy ?? (width > 480 && two.pitch > 24 ? { ...two, pitch: 24 } : two);
  const [first, last] =
    all || roomy ? [0, planes.length] : stretch(planes, width, current, (list) => total(choice, list));
  return place(planes, choice, gap, first, last);
}

/** Grows from the two planes of the current hop, forward first, while there is room. */
function stretch(
  planes: readonly Plane[],
  width: number,
  current: number,
  total: (list: readonly Plane[]) => number,
): [number, number] {
  let [first, last] = [Math.min(current, planes.length - 1), Math.min(planes.length, current + 2)];
  for (let grown = true; grown; ) {
    grown = false;
    if (last < planes.length && total(planes.slice(first, last + 1)) <= width) {
      last++;
      grown = true;
    }
    if (first > 0 && total(planes.slice(first - 1, last)) <= width) {
      first--;
      grown = true;
    }
  }
  return [first, last];
}

function place(planes: readonly Plane[], choice: Choice, gap: number, first: number, last: number): Strip {
  const { pitch } = choice;
  const parts = planes.slice(first, last).map((plane) => ({
    plane,
    rows: around(plane.rows, plane.row, sideOf(plane.rows, choice)),
    columns: around(plane.columns, plane.column, sideOf(plane.columns, choice)),
  }));
  const middle = ({ plane, rows }: (typeof parts)[number]) => (plane.row - rows.first + 0.5) * pitch;
  const y = Math.max(0, ...parts.map(middle));
  let left = 0;
  const placed = parts.map((part, k): Placed => {
    const { plane, rows, columns } = part;
    const width = widthOf(plane, choice);
    const own = {
      index: first + k,
      left,
      width,
      rows,
      columns,
      x: left + (plane.column - columns.first + 0.5) * pitch,
      top: y - middle(part),
    };
    left += width + gap;
    return own;
  });
  return {
    pitch,
    gap,
    y,
    height: Math.max(0, ...placed.map(({ top, rows }) => top + rows.count * pitch)),
    planes: placed,
  };
}
