// Where the blocks of a graph stand: a rank for every step from the input, lanes for branches, lines where the ranks do not fit side by side.

export interface GraphNode {
  readonly name: string;
  /** Names of the nodes it reads. */
  readonly inputs: readonly string[];
}

export interface Measures {
  /** All that there is. */
  readonly width: number;
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** Between ranks, lanes and lines. */
  readonly gap: number;
  readonly laneGap: number;
  readonly lineGap: number;
}

export interface Block {
  readonly name: string;
  readonly rank: number;
  readonly lane: number;
  readonly x: number;
  readonly y: number;
}

export type Point = readonly [x: number, y: number];

export interface Wire {
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
}

export interface Layout {
  readonly blocks: readonly Block[];
  readonly wires: readonly Wire[];
  readonly width: number;
  readonly height: number;
  /** How many ranks stand in one line. */
  readonly across: number;
}

/** Room beside the lines, where wires turn to the next one; and a lane that only wires use. */
const margin = 12;
const thinLane = 8;

interface Place {
  readonly rank: number;
  readonly lane: number;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  /** Of the ranks between the two, where it passes. */
  readonly lane: number;
}

/** Lays a graph out whose nodes stand behind all that they read. Blocks do not overlap, and no wire crosses a block. */
export function layoutOf(nodes: readonly GraphNode[], measures: Measures): Layout {
  const places = new Map<string, Place>();
  const taken: Set<number>[] = [];
  for (const node of nodes) placeNode(node, places, taken);
  const real = taken.map((lanes) => new Set(lanes));
  const edges = nodes.flatMap(({ name, inputs }) =>
    [...new Set(inputs)].map((from) => placeEdge(from, name, places, taken)),
  );
  return draw({ places, edges, real, taken }, measures);
}

function placeNode({ name, inputs }: GraphNode, places: Map<string, Place>, taken: Set<number>[]): void {
  const sources = inputs.flatMap((input) => places.get(input) ?? []);
  const rank = Math.max(-1, ...sources.map((source) => source.rank)) + 1;
  const nearest = sources.find((source) => source.rank === rank - 1) ?? sources[0];
  const lanes = lanesAt(taken, rank);
  const lane = nearest && !lanes.has(nearest.lane) ? nearest.lane : lowest([lanes]);
  lanes.add(lane);
  places.set(name, { rank, lane });
}

function placeEdge(from: string, to: string, places: ReadonlyMap<string, Place>, taken: Set<number>[]): Edge {
  const [first = 0, last = 0] = [places.get(from)?.rank, places.get(to)?.rank];
  const between = Array.from({ length: Math.max(0, last - first - 1) }, (_, k) => lanesAt(taken, first + 1 + k));
  const lane = lowest(between);
  for (const lanes of between) lanes.add(lane);
  return { from, to, lane };
}

function lanesAt(taken: Set<number>[], rank: number): Set<number> {
  for (let k = taken.length; k <= rank; k++) taken.push(new Set());
  return taken[rank] ?? new Set();
}

/** The lowest lane that is free in all of them. */
function lowest(ranks: readonly ReadonlySet<number>[]): number {
  let lane = 0;
  while (ranks.some((lanes) => lanes.has(lane))) lane++;
  return lane;
}

interface Placed {
  readonly places: ReadonlyMap<string, Place>;
  readonly edges: readonly Edge[];
  /** Lanes with blocks, and with blocks or wires, by rank. */
  readonly real: readonly ReadonlySet<number>[];
  readonly taken: readonly ReadonlySet<number>[];
}

/** Heights of the lanes of each line, and where things stand. */
class Grid {
  readonly across: number;
  readonly left: number;
  readonly height: number;
  readonly #measures: Measures;
  readonly #lines: readonly { readonly top: number; readonly bottom: number; readonly middles: readonly number[] }[];

  constructor({ real, taken }: Placed, measures: Measures) {
    const { width, blockWidth, blockHeight, gap, laneGap, lineGap } = measures;
    const fit = (room: number) => Math.max(1, Math.floor((room + gap) / (blockWidth + gap)));
    const whole = taken.length <= fit(width);
    this.#measures = measures;
    this.across = whole ? Math.max(1, taken.length) : fit(width - 2 * margin);
    this.left = whole ? 0 : margin;
    let top = 0;
    this.#lines = Array.from({ length: Math.ceil(taken.length / this.across) }, (_, line) => {
      const ranks = Array.from({ length: this.across }, (_, k) => line * this.across + k);
      const lanes = Math.max(0, ...ranks.flatMap((rank) => [...(taken[rank] ?? [])])) + 1;
      let y = top;
      const middles = Array.from({ length: lanes }, (_, lane) => {
        const high = ranks.some((rank) => real[rank]?.has(lane)) ? blockHeight : thinLane;
        y += high + laneGap;
        return y - laneGap - high / 2;
      });
      const found = { top, bottom: y - laneGap, middles };
      top = found.bottom + lineGap;
      return found;
    });
    this.height = this.#lines.at(-1)?.bottom ?? 0;
  }

  /** The left edge of a rank and the middle of a lane. */
  at({ rank, lane }: Place): Point {
    const { blockWidth, gap } = this.#measures;
    const x = this.left + (rank % this.across) * (blockWidth + gap);
    return [x, this.#lines[this.lineOf(rank)]?.middles[lane] ?? 0];
  }

  lineOf(rank: number): number {
    return Math.floor(rank / this.across);
  }

  /** From the right edge of one place to the left edge of one in the next rank. */
  hop(from: Place, to: Place): readonly Point[] {
    const { blockWidth, gap, lineGap } = this.#measures;
    const [x1, y1] = [this.at(from)[0] + blockWidth, this.at(from)[1]];
    const [x2, y2] = this.at(to);
    const line = this.lineOf(from.rank);
    if (line === this.lineOf(to.rank)) {
      const middle = x1 + gap / 2;
      return y1 === y2
        ? [
            [x1, y1],
            [x2, y2],
          ]
        : [
            [x1, y1],
            [middle, y1],
            [middle, y2],
            [x2, y2],
          ];
    }
    // Wires of several lanes turn beside one another.
    const aside = Math.min(from.lane, 2) * 4;
    const below = (this.#lines[line]?.bottom ?? 0) + lineGap / 2 - aside;
    const [right, left] = [x1 + margin - 2 - aside, x2 - margin + 2 + aside];
    return [
      [x1, y1],
      [right, y1],
      [right, below],
      [left, below],
      [left, y2],
      [x2, y2],
    ];
  }
}

function draw(placed: Placed, measures: Measures): Layout {
  const { places, edges, taken } = placed;
  const grid = new Grid(placed, measures);
  const { blockWidth, blockHeight, gap } = measures;
  const blocks = [...places].map(([name, place]) => {
    const [x, y] = grid.at(place);
    return { name, ...place, x, y: y - blockHeight / 2 };
  });
  const wires = edges.map(({ from, to, lane }): Wire => {
    const [first = { rank: 0, lane: 0 }, last = first] = [places.get(from), places.get(to)];
    const between = Array.from({ length: Math.max(0, last.rank - first.rank - 1) }, (_, k) => ({
      rank: first.rank + 1 + k,
      lane,
    }));
    const stops = [first, ...between, last];
    return { from, to, points: stops.slice(1).flatMap((stop, k) => grid.hop(stops[k] ?? stop, stop)) };
  });
  const columns = Math.min(grid.across, taken.length);
  const width = columns * (blockWidth + gap) - gap + 2 * grid.left;
  return { blocks, wires, width, height: grid.height, across: grid.across };
}
