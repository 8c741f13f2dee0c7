// Products of the vectors of several images with one matrix: how many images is known at run time.
// Blocks of columns are the outer loop and images the inner one, so that the matrix comes from memory once for all of them.
import {
  type Expression,
  f32,
  f32x4,
  i32,
  type Local,
  loopWhile,
  type Statement,
  sequence,
  v128,
  when,
} from "../assembler.ts";
import { FLOAT, type Frame, type InstructionSet, multiplyAdd, type Place } from "../machine.ts";
import { LANES, storeLanes } from "./lanes.ts";
import { advance, repeat } from "./loops.ts";
import { eachPiece, firstPiece } from "./pieces.ts";

/** A matrix whose columns are taken in blocks; the last one may be narrower. */
export interface BlockedMatrix {
  readonly place: Place;
  readonly rows: number;
  readonly columns: number;
  /** Columns of a block. */
  readonly block: number;
  /** From a row to the next, and from a block to the next. */
  readonly rowBytes: number;
  readonly blockBytes: number;
}

export interface ProductSpec {
  readonly set: InstructionSet;
  /** Images of a call at most. */
  readonly group: number;
  readonly matrix: BlockedMatrix;
  readonly from: Place;
  readonly to: Place;
  /** What sums start from: zero, what the output holds already, or one number a column that lies at a place. */
  readonly start: "zero" | "output" | Place;
  /** Whether max(0, sum) is stored. */
  readonly relu: boolean;
  /** A part is a block of columns: only where none is narrower. */
  readonly cut: boolean;
}

/** Images whose sums stand in registers together; those left over are done one by one, with the same bits. */
const IMAGES = 4;

/** Columns whose sums registers hold: two vectors for each of four images, or eight for a single one. */
export function blockFor(group: number): number {
  return group < IMAGES ? 32 : 8;
}

/** The block of the matrix; where its sums start from; bytes to its columns in an output. */
interface BlockPointers {
  readonly matrix: Local<"i32">;
  readonly first: Local<"i32">;
  readonly column: Local<"i32">;
}

/** to(f) = start(f) + Σ_k from(k)·matrix(k, f) for every image, k in order. */
export function products(frame: Frame, spec: ProductSpec): Statement {
  const { scope } = frame;
  const { matrix, cut, start } = spec;
  const [own, first, column] = ["matrix", "first", "column"].map((name) => scope.local("i32", name));
  const at = { matrix: own, first, column };
  const bytes = matrix.block * FLOAT;
  const pieces = { cut, count: Math.floor(matrix.columns / matrix.block) };
  const rest = matrix.columns % matrix.block;
  const firstOf = typeof start === "string" ? i32.const(0) : frame.address(start);
  return sequence(
    scope.set(own, i32.add(frame.address(matrix.place), firstPiece(frame, pieces, matrix.blockBytes))),
    scope.set(first, i32.add(firstOf, firstPiece(frame, pieces, bytes))),
    scope.set(column, firstPiece(frame, pieces, bytes)),
    eachPiece(
      frame,
      pieces,
      eachTile(frame, spec, matrix.block, at),
      advance(scope, own, matrix.blockBytes),
      advance(scope, first, bytes),
      advance(scope, column, bytes),
    ),
    rest > 0 ? eachTile(frame, spec, rest, at) : [],
  );
}

/** Does a block of columns for all images: by fours while they last, then one by one. */
function eachTile(frame: Frame, spec: ProductSpec, columns: number, at: BlockPointers): Statement {
  const { scope } = frame;
  const [image, output, left] = ["image", "output", "left"].map((name) => scope.local("i32", name));
  const more = (images: number) => i32.gt_s(scope.get(left), i32.const(images - 1));
  const tiles = (images: number) =>
    when(
      more(images),
      loopWhile(
        more(images),
        tile(frame, spec, { images, columns }, { ...at, image, output }),
        advance(scope, image, images * frame.strideOf(spec.from)),
        advance(scope, output, images * frame.strideOf(spec.to)),
        advance(scope, left, -images),
      ),
    );
  return sequence(
    scope.set(image, frame.address(spec.from)),
    scope.set(output, i32.add(frame.address(spec.to), scope.get(at.column))),
    scope.set(left, frame.count),
    spec.group < IMAGES ? [] : tiles(IMAGES),
    tiles(1),
  );
}

interface TilePointers extends BlockPointers {
  readonly image: Local<"i32">;
  readonly output: Local<"i32">;
}

interface TileSize {
  readonly images: number;
  readonly columns: number;
}

/** The sums of a few images and columns: started, added up over the rows of the matrix, stored. */
function tile(frame: Frame, spec: ProductSpec, { images, columns }: TileSize, at: TilePointers): Statement {
  const { scope } = frame;
  const { to, start, relu } = spec;
  const vectors = Math.ceil(columns / LANES);
  const sums = Array.from({ length: images }, (_, p) => scope.locals("v128", `sum${p}_`, vectors));
  const each = (f: (sum: Local<"v128">, p: number, v: number) => Statement) =>
    sums.flatMap((own, p) => own.map((sum, v) => f(sum, p, v)));
  const cell = (p: number, v: number) => p * frame.strideOf(to) + v * LANES * FLOAT;
  const startOf = (p: number, v: number) => {
    if (start === "zero") return v128.zero;
    if (start === "output") return v128.load(scope.get(at.output), cell(p, v));
    return v128.load(scope.get(at.first), v * LANES * FLOAT);
  };
  const value = (sum: Local<"v128">) => (relu ? f32x4.pmax(scope.get(sum), v128.zero) : scope.get(sum));
  const lanes = (v: number) => Math.min(LANES, columns - v * LANES);
  return sequence(
    each((sum, p, v) => scope.set(sum, startOf(p, v))),
    addRows(frame, spec, sums, at),
    each((sum, p, v) => storeLanes(scope.get(at.output), value(sum), lanes(v), cell(p, v))),
  );
}

/** sums(p, v) += Σ_k image(p, k)·matrix(k, v). Of one image the vectors of a row are loaded one at a time: its sums take up the registers. */
function addRows(
  frame: Frame,
  { set, matrix, from }: ProductSpec,
  sums: readonly (readonly Local<"v128">[])[],
  at: TilePointers,
): Statement {
  const { scope } = frame;
  const [factor, row] = ["factor", "row"].map((name) => scope.local("i32", name));
  const pixel = scope.local("v128", "pixel");
  const parts = scope.locals("v128", "part", sums[0].length);
  const take = (v: number) => scope.set(parts[v], v128.load(scope.get(row), v * LANES * FLOAT));
  const splat = (p: number) => scope.set(pixel, v128.load32_splat(scope.get(factor), p * frame.strideOf(from)));
  const add = (sum: Local<"v128">, v: number) =>
    scope.set(sum, multiplyAdd(set, scope.get(pixel), scope.get(parts[v]), scope.get(sum)));
  const single = sums.length === 1;
  return sequence(
    scope.set(factor, scope.get(at.image)),
    scope.set(row, scope.get(at.matrix)),
    repeat(
      scope,
      matrix.rows,
      ...(single ? [] : parts.map((_, v) => take(v))),
      ...sums.flatMap((own, p) => [
        splat(p),
        ...own.flatMap((sum, v) => (single ? [take(v), add(sum, v)] : [add(sum, v)])),
      ]),
      advance(scope, factor, FLOAT),
      advance(scope, row, matrix.rowBytes),
    ),
  );
}

/** Copies a matrix that lies row by row, turned over: out(k, i) = matrix(i, k). */
export function turnMatrix(frame: Frame, matrix: Expression<"i32">, out: BlockedMatrix, cut: boolean): Statement {
  const { scope } = frame;
  const { rows, columns, block, rowBytes, blockBytes } = out;
  const [from, to] = ["from", "to"].map((name) => scope.local("i32", name));
  const step = rows * FLOAT;
  const strip = (width: number) => {
    const cells = Array.from({ length: width }, (_, i) =>
      f32.store(scope.get(to), f32.load(scope.get(from), i * step), i * FLOAT),
    );
    return [
      repeat(scope, rows, ...cells, advance(scope, from, FLOAT), advance(scope, to, rowBytes)),
      advance(scope, from, (block - 1) * step),
      advance(scope, to, blockBytes - rows * rowBytes),
    ];
  };
  const pieces = { cut, count: Math.floor(columns / block) };
  const rest = columns % block;
  return sequence(
    scope.set(from, i32.add(matrix, firstPiece(frame, pieces, block * step))),
    scope.set(to, i32.add(frame.address(out.place), firstPiece(frame, pieces, blockBytes))),
    eachPiece(frame, pieces, ...strip(block)),
    rest > 0 ? strip(rest) : [],
  );
}
