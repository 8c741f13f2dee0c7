// Sums of products kept in registers, several pixels and columns at a time: what convolution and dense layers are made of.
import { type Local, type Scope, type Statement, sequence, v128 } from "../assembler.ts";
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
  readonly outputStep: number;
  /** Columns of the matrix that are taken, and bytes from one of its rows to the next. */
  readonly columns: number;
  readonly rowBytes: number;
  readonly stretches: Stretches;
  readonly start: Start;
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
}

/** output(p, f) = start + Σ_k image(p, k)·matrix(k, f) for every pixel of the tile and every column. Leaves the pointers as they were. */
export function sumTile(scope: Scope, spec: TileSpec, at: TilePointers): Statement {
  const matrix = scope.local("i32", "column");
  const output = scope.local("i32", "target");
  const first = scope.local("i32", "first");
  const own = { ...at, matrix, output, first };
  const parts = laneBlocks(spec.columns, WIDTH).map((block) => {
    const bytes = block.vectors * LANES * FLOAT;
    const steps = [matrix, output, first].map((pointer) => advance(scope, pointer, bytes));
    return repeat(scope, block.repeats, tileBlock(scope, spec, block, own), ...steps);
  });
  return sequence(
    scope.set(matrix, scope.get(at.matrix)),
    scope.set(output, scope.get(at.output)),
    scope.set(first, scope.get(at.first)),
    parts,
  );
}

/** All sums of one block of columns: started, added up over the stretches, stored. */
function tileBlock(scope: Scope, spec: TileSpec, { vectors, lastLanes }: LaneBlock, at: TilePointers): Statement {
  const { pixels, outputStep, start } = spec;
  const sums = Array.from({ length: pixels }, (_, p) => scope.locals("v128", `sum${p}_`, vectors));
  const each = (f: (sum: Local<"v128">, p: number, v: number) => Statement) =>
    sums.flatMap((own, p) => own.map((sum, v) => f(sum, p, v)));
  const startOf = (p: number, v: number) => {
    if (start === "zero") return v128.zero;
    if (start === "row") return v128.load(scope.get(at.first), v * LANES * FLOAT);
    return v128.load(scope.get(at.output), p * outputStep + v * LANES * FLOAT);
  };
  return sequence(
    each((sum, p, v) => scope.set(sum, startOf(p, v))),
    addStretches(scope, spec, vectors, sums, at),
    each((sum, p, v) => {
      const lanes = v === vectors - 1 ? lastLanes : LANES;
      return storeLanes(scope.get(at.output), scope.get(sum), lanes, p * outputStep + v * LANES * FLOAT);
    }),
  );
}

/** sums(p, v) += Σ_k image(p, k)·matrix(k, v), one factor after the other. */
function addStretches(
  scope: Scope,
  { set, imageStep, rowBytes, stretches }: TileSpec,
  vectors: number,
  sums: readonly (readonly Local<"v128">[])[],
  at: TilePointers,
): Statement {
  const { rows, columns, length, columnBytes, rowBytes: nextRow } = stretches;
  const factor = scope.local("i32", "factor");
  const row = scope.local("i32", "row");
  const row128 = scope.locals("v128", "row", vectors);
  const pixel = scope.local("v128", "pixel");
  const step = [
    ...row128.map((part, v) => scope.set(part, v128.load(scope.get(row), v * LANES * FLOAT))),
    ...sums.flatMap((own, p) => [
      scope.set(pixel, v128.load32_splat(scope.get(factor), p * imageStep)),
      ...own.map((sum, v) => scope.set(sum, multiplyAdd(set, scope.get(pixel), scope.get(row128[v]), scope.get(sum)))),
    ]),
    advance(scope, factor, FLOAT),
    advance(scope, row, rowBytes),
  ];
  const stretch = [repeat(scope, length, ...step), advance(scope, factor, columnBytes - length * FLOAT)];
  const line = [repeat(scope, columns, ...stretch), advance(scope, factor, nextRow - columns * columnBytes)];
  return sequence(
    scope.set(factor, scope.get(at.image)),
    scope.set(row, scope.get(at.matrix)),
    repeat(scope, rows, ...line),
  );
}
