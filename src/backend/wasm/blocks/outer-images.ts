// Outer products of two vectors of each image, summed over the images of a call in registers: the result comes from memory once for all.
import { i32, type Local, type Statement, sequence, v128 } from "../assembler.ts";
import { FLOAT, type Frame, type InstructionSet, multiplyAdd, type Place } from "../machine.ts";
import { LANES, type LaneBlock, laneBlocks, storeLanes } from "./lanes.ts";
import { advance, repeat, repeatTimes } from "./loops.ts";
import { eachPiece, firstPiece } from "./pieces.ts";

export interface OuterImagesSpec {
  readonly set: InstructionSet;
  /** A vector of so many rows, and one of so many columns, of each image. */
  readonly rows: number;
  readonly columns: number;
  readonly left: Place;
  readonly right: Place;
  readonly result: Place;
  /** A part is HEIGHT rows: only where they divide. */
  readonly cut: boolean;
}

/** Rows, and vectors side by side, of the result that registers hold. */
export const HEIGHT = 4;
const WIDTH = 2;

/** result(k, f) += Σ_images left(k)·right(f), one image after the other. */
export function addOuterImages(frame: Frame, spec: OuterImagesSpec): Statement {
  const { scope } = frame;
  const { rows, columns, left, result, cut } = spec;
  const [from, to] = ["from", "to"].map((name) => scope.local("i32", name));
  const rowBytes = columns * FLOAT;
  const pieces = { cut, count: Math.floor(rows / HEIGHT) };
  const piece = (height: number) => [
    outerRows(frame, spec, height, { from, to }),
    advance(scope, from, height * FLOAT),
    advance(scope, to, height * rowBytes),
  ];
  const rest = rows % HEIGHT;
  return sequence(
    scope.set(from, i32.add(frame.address(left), firstPiece(frame, pieces, HEIGHT * FLOAT))),
    scope.set(to, i32.add(frame.address(result), firstPiece(frame, pieces, HEIGHT * rowBytes))),
    eachPiece(frame, pieces, ...piece(HEIGHT)),
    rest > 0 ? piece(rest) : [],
  );
}

interface OuterPointers {
  readonly from: Local<"i32">;
  readonly to: Local<"i32">;
}

function outerRows(frame: Frame, spec: OuterImagesSpec, height: number, { from, to }: OuterPointers): Statement {
  const { scope } = frame;
  const [right, cell] = ["right", "cell"].map((name) => scope.local("i32", name));
  const parts = laneBlocks(spec.columns, WIDTH).map((block) => {
    const bytes = block.vectors * LANES * FLOAT;
    const sums = outerBlock(frame, spec, height, block, { from, right, cell });
    return repeat(scope, block.repeats, sums, advance(scope, right, bytes), advance(scope, cell, bytes));
  });
  return sequence(scope.set(right, frame.address(spec.right)), scope.set(cell, scope.get(to)), parts);
}

function outerBlock(
  frame: Frame,
  { set, columns, left, right }: OuterImagesSpec,
  height: number,
  { vectors, lastLanes }: LaneBlock,
  at: { readonly from: Local<"i32">; readonly right: Local<"i32">; readonly cell: Local<"i32"> },
): Statement {
  const { scope } = frame;
  const [x, y] = ["x", "y"].map((name) => scope.local("i32", name));
  const factor = scope.local("v128", "factor");
  const row = scope.locals("v128", "row", vectors);
  const sums = Array.from({ length: height }, (_, r) => scope.locals("v128", `sum${r}_`, vectors));
  const place = (r: number, v: number) => (r * columns + v * LANES) * FLOAT;
  const each = (f: (sum: Local<"v128">, r: number, v: number) => Statement) =>
    sums.flatMap((own, r) => own.map((sum, v) => f(sum, r, v)));
  const add = (sum: Local<"v128">, v: number) =>
    scope.set(sum, multiplyAdd(set, scope.get(factor), scope.get(row[v]), scope.get(sum)));
  const image = [
    ...row.map((part, v) => scope.set(part, v128.load(scope.get(y), v * LANES * FLOAT))),
    ...sums.flatMap((own, r) => [scope.set(factor, v128.load32_splat(scope.get(x), r * FLOAT)), ...own.map(add)]),
    advance(scope, x, frame.strideOf(left)),
    advance(scope, y, frame.strideOf(right)),
  ];
  const lanes = (v: number) => (v === vectors - 1 ? lastLanes : LANES);
  return sequence(
    each((sum, r, v) => scope.set(sum, v128.load(scope.get(at.cell), place(r, v)))),
    scope.set(x, scope.get(at.from)),
    scope.set(y, scope.get(at.right)),
    repeatTimes(scope, frame.count, ...image),
    each((sum, r, v) => storeLanes(scope.get(at.cell), scope.get(sum), lanes(v), place(r, v))),
  );
}
