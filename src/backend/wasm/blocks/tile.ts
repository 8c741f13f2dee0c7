// Sums of products kept in registers, several pixels and columns at a time: what convolution and dense layers are made of.
import { type Expression, type Local, type Scope, type Statement, sequence, v128 } from "../assembler.ts";
import { FLOAT, type InstructionSet, multiplyAdd } from "../machine.ts";
import { LANES, type LaneBlock, laneBlocks, storeLanes } from "./lanes.ts";
import { advance, repeat } from "./loops.ts";

/** The factors of one sum: `rows` × `columns` stretches of `length` neighbouring floats of the image, and as many rows of the matrix,
 * which lie one after the other. */
export interface Stretches {
  readonly rows: number;
  readonly columns: number;
  readonly length: number;
  /** Bytes in the image from one stretch to the next one beside it, and to the first of the next row. */
  readonly columnBytes: number;
  readonly rowBytes: number;
}

/** What a sum starts from: zero, one number a column, or what the output holds already. */
export type Start = "zero" | "row" | "output";

export interface TileSpec {
  readonly set: InstructionSet;
  /** How many pixels one tile holds; each has its own sums. */
  readonly pixels: number;
  /** Bytes between two pixels of the image, and of the output. */
  readonly imageStep: number;
  /** Bytes from the tile's first pixel of the image to each, where they do not lie in a row. */
  readonly imageOffsets?: readonly number[];
  readonly outputStep: number;
  /** Columns of the matrix that are taken, and bytes from one of its rows to the next. */
  readonly columns: number;
  readonly rowBytes: number;
  readonly stretches: Stretches;
  readonly start: Start;
  /** What becomes of the sums; they go to the output where it is missing. */
  readonly finish?: (sums: TileSums) => Statement;
}

/** The finished sums of a block of columns. */
export interface TileSums {
  /** One row a pixel, one vector for four columns. */
  readonly sums: readonly (readonly Local<"v128">[])[];
  /** Lanes of the last vector that count. */
  readonly lastLanes: number;
  /** Addresses of the block's first column. */
  readonly output: Expression<"i32">;
  readonly beside: Expression<"i32">;
}

/** Vectors side by side: two leave room in fifteen registers for four pixels. */
const WIDTH = 2;

export interface TilePointers {
  /** First factor of the tile's first pixel. */
  readonly image: Local<"i32">;
  readonly matrix: Local<"i32">;
  readonly output: Local<"i32">;
  /** Where sums start from, one number a column; only read where `start` is "row". */
  readonly first: Local<"i32">;
  /** A second output, which `finish` may write. */
  readonly beside?: Local<"i32">;
}

/** Cuts a length into pieces of at most `most`, as alike as can be, the longer ones first: a short rest would leave registers empty. */
export function evenly(length: number, most: number): { readonly size: number; readonly count: number }[] {
  const pieces = Math.ceil(length / most);
  const size = Math.floor(length / pieces);
  const longer = length - pieces * size;
  return [
    { size: size + 1, count: longer },
    { size, count: pieces - longer },
  ].filter(({ count }) => count > 0);
}

/** output(p, f) = start + Σ_k image(p, k)·matrix(k, f) for every pixel of the tile and every column. Leaves the pointers as they were. */
export function sumTile(scope: Scope, spec: TileSpec, at: TilePointers): Statement {
  const moving = [at.matrix, at.output, ...(spec.start === "row" ? [at.first] : []), ...(at.beside ? [at.beside] : [])];
  const own = new Map(moving.map((pointer) => [pointer, scope.local("i32", pointer.name)]));
  const moved = (pointer: Local<"i32">) => own.get(pointer) ?? pointer;
  const inside = {
    image: at.image,
    matrix: moved(at.matrix),
    output: moved(at.output),
    first: moved(at.first),
    beside: moved(at.beside ?? at.output),
  };
  const parts = laneBlocks(spec.columns, WIDTH).map((block) => {
    const bytes = block.vectors * LANES * FLOAT;
    const steps = [...own.values()].map((pointer) => advance(scope, pointer, bytes));
    return repeat(scope, block.repeats, tileBlock(scope, spec, block, inside), ...steps);
  });
  return sequence(
    [...own].map(([pointer, copy]) => scope.set(copy, scope.get(pointer))),
    parts,
  );
}

/** All sums of one block of columns: started, added up over the stretches, stored. */
function tileBlock(
  scope: Scope,
  spec: TileSpec,
  { vectors, lastLanes }: LaneBlock,
  at: Required<TilePointers>,
): Statement {
  const { pixels, outputStep, start } = spec;
  const sums = Array.from({ length: pixels }, (_, p) => scope.locals("v128", `sum${p}_`, vectors));
  const place = (p: number, v: number) => p * outputStep + v * LANES * FLOAT;
  const each = (f: (sum: Local<"v128">, p: number, v: number) => Statement) =>
    sums.flatMap((own, p) => own.map((sum, v) => f(sum, p, v)));
  const startOf = (p: number, v: number) => {
    if (start === "zero") return v128.zero;
    if (start === "row") return v128.load(scope.get(at.first), v * LANES * FLOAT);
    return v128.load(scope.get(at.output), place(p, v));
  };
  const [output, beside] = [scope.get(at.output), scope.get(at.beside)];
  const store = (sum: Local<"v128">, p: number, v: number) =>
    storeLanes(output, scope.get(sum), v === vectors - 1 ? lastLanes : LANES, place(p, v));
  return sequence(
    each((sum, p, v) => scope.set(sum, startOf(p, v))),
    addStretches(scope, spec, sums, at),
    spec.finish ? spec.finish({ sums, lastLanes, output, beside }) : each(store),
  );
}

/** Factors of a sum that is written out: so few take less time than loops around them. Longer sums lose by it, since the compiler moves
 * loads to the front until they no longer fit the registers. */
const WRITTEN_OUT = 9;

/** sums(p, v) += Σ_k image(p, k)·matrix(k, v), one factor after the other. */
function addStretches(
  scope: Scope,
  spec: TileSpec,
  sums: readonly (readonly Local<"v128">[])[],
  at: TilePointers,
): Statement {
  const { rows, columns, length, columnBytes, rowBytes: nextRow } = spec.stretches;
  const begin = { factor: at.image, row: at.matrix };
  if (rows * columns * length <= WRITTEN_OUT) {
    const factors = Array.from({ length: rows * columns * length }, (_, k) => {
      const [m, n, c] = [Math.floor(k / (columns * length)), Math.floor(k / length) % columns, k % length];
      return addFactor(scope, spec, sums, begin, {
        factor: m * nextRow + n * columnBytes + c * FLOAT,
        row: k * spec.rowBytes,
      });
    });
    return sequence(factors.flat());
  }
  const [factor, row] = [scope.local("i32", "factor"), scope.local("i32", "row")];
  const step = [
    ...addFactor(scope, spec, sums, { factor, row }, { factor: 0, row: 0 }),
    advance(scope, factor, FLOAT),
    advance(scope, row, spec.rowBytes),
  ];
  const stretch = [repeat(scope, length, ...step), advance(scope, factor, columnBytes - length * FLOAT)];
  const line = [repeat(scope, columns, ...stretch), advance(scope, factor, nextRow - columns * columnBytes)];
  return sequence(
    scope.set(factor, scope.get(begin.factor)),
    scope.set(row, scope.get(begin.row)),
    repeat(scope, rows, ...line),
  );
}

/** sums(p, v) += image(p, k)·matrix(k, v) for one k; offsets in bytes. */
function addFactor(
  scope: Scope,
  { set, imageStep, imageOffsets }: TileSpec,
  sums: readonly (readonly Local<"v128">[])[],
  at: { readonly factor: Local<"i32">; readonly row: Local<"i32"> },
  offset: { readonly factor: number; readonly row: number },
): Statement[] {
  const row = scope.locals("v128", "row", sums[0].length);
  const pixel = scope.local("v128", "pixel");
  const start = (p: number) => offset.factor + (imageOffsets?.[p] ?? p * imageStep);
  return [
    ...row.map((part, v) => scope.set(part, v128.load(scope.get(at.row), offset.row + v * LANES * FLOAT))),
    ...sums.flatMap((own, p) => [
      scope.set(pixel, v128.load32_splat(scope.get(at.factor), start(p))),
      ...own.map((sum, v) => scope.set(sum, multiplyAdd(set, scope.get(pixel), scope.get(row[v]), scope.get(sum)))),
    ]),
  ];
}
