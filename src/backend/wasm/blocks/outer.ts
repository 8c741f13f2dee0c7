// Outer products summed over pixels in registers: what the gradients of weights are made of.
import { type Expression, f32x4, type Local, type Scope, type Statement, sequence, v128 } from "../assembler.ts";
import { FLOAT, type InstructionSet, multiplyAdd } from "../machine.ts";
import { LANES, type LaneBlock, laneBlocks, storeLanes } from "./lanes.ts";
import { advance, repeat } from "./loops.ts";
import { evenly } from "./tile.ts";

/** Vectors side by side. */
const WIDTH = 2;

export interface OuterSpec {
  readonly set: InstructionSet;
  /** Rows and columns of pixels that are summed over. */
  readonly height: number;
  readonly width: number;
  /** Bytes from pixel to pixel and from row to row, of the image and of the gradient. */
  readonly imageStep: number;
  readonly imageRow: number;
  readonly gradientStep: number;
  readonly gradientRow: number;
  /** Rows of the result, one for each of so many neighbouring floats of the image; and its columns. */
  readonly rows: number;
  readonly columns: number;
  readonly rowBytes: number;
}

/** Sums held in registers at a time; a product that is rounded by itself needs registers of its own. */
const SUMS: Readonly<Record<InstructionSet, number>> = { simd: 10, "relaxed-fma": 12 };

/** result(k, f) += Σ_pixels image(pixel, k)·gradient(pixel, f). */
export function addOuterProducts(
  scope: Scope,
  spec: OuterSpec,
  image: Expression<"i32">,
  gradient: Expression<"i32">,
  result: Expression<"i32">,
): Statement {
  const [from, to] = [scope.local("i32", "from"), scope.local("i32", "to")];
  const chunk = (rows: number) => [
    outerRows(scope, spec, rows, from, gradient, to),
    advance(scope, from, rows * FLOAT),
    advance(scope, to, rows * spec.rowBytes),
  ];
  const chunks = evenly(spec.rows, SUMS[spec.set] / WIDTH);
  return sequence(
    scope.set(from, image),
    scope.set(to, result),
    chunks.map(({ size, count }) => repeat(scope, count, ...chunk(size))),
  );
}

function outerRows(
  scope: Scope,
  spec: OuterSpec,
  rows: number,
  image: Local<"i32">,
  gradient: Expression<"i32">,
  result: Local<"i32">,
): Statement {
  const [x, y, cell] = ["x", "y", "cell"].map((name) => scope.local("i32", name));
  const start = scope.local("i32", "start");
  const parts = laneBlocks(spec.columns, WIDTH).map((block) => {
    const bytes = block.vectors * LANES * FLOAT;
    const one = outerBlock(scope, spec, rows, block, { image, start, x, y, cell });
    return repeat(scope, block.repeats, one, advance(scope, start, bytes), advance(scope, cell, bytes));
  });
  return sequence(scope.set(start, gradient), scope.set(cell, scope.get(result)), parts);
}

interface OuterPointers {
  readonly image: Local<"i32">;
  readonly start: Local<"i32">;
  readonly x: Local<"i32">;
  readonly y: Local<"i32">;
  readonly cell: Local<"i32">;
}

/** One block of the result. Few sums would wait for each other: then neighbouring pixels have sums of their own, added up at the end. */
function outerBlock(scope: Scope, spec: OuterSpec, rows: number, block: LaneBlock, at: OuterPointers): Statement {
  const { vectors, lastLanes } = block;
  const chains = Math.max(1, Math.min(4, spec.width, Math.floor(SUMS[spec.set] / (rows * vectors))));
  const sums = Array.from({ length: chains }, () =>
    Array.from({ length: rows }, (_, r) => scope.locals("v128", `sum${r}_`, vectors)),
  );
  const place = (r: number, v: number) => r * spec.rowBytes + v * LANES * FLOAT;
  const each = (own: (typeof sums)[number], f: (sum: Local<"v128">, r: number, v: number) => Statement) =>
    own.flatMap((row, r) => row.map((sum, v) => f(sum, r, v)));
  const pixels = (count: number) => [
    ...sums.slice(0, count).flatMap((own, c) => addPixel(scope, spec, own, at, c)),
    advance(scope, at.x, count * spec.imageStep),
    advance(scope, at.y, count * spec.gradientStep),
  ];
  const total = (r: number, v: number) => sums.map((own) => scope.get(own[r][v])).reduce((a, b) => f32x4.add(a, b));
  return sequence(
    each(sums[0], (sum, r, v) => scope.set(sum, v128.load(scope.get(at.cell), place(r, v)))),
    sums.slice(1).flatMap((own) => each(own, (sum) => scope.set(sum, v128.zero))),
    scope.set(at.x, scope.get(at.image)),
    scope.set(at.y, scope.get(at.start)),
    repeat(
      scope,
      spec.height,
      repeat(scope, Math.floor(spec.width / chains), ...pixels(chains)),
      ...pixels(spec.width % chains),
      advance(scope, at.x, spec.imageRow - spec.width * spec.imageStep),
      advance(scope, at.y, spec.gradientRow - spec.width * spec.gradientStep),
    ),
    each(sums[0], (_, r, v) =>
      storeLanes(scope.get(at.cell), total(r, v), v === vectors - 1 ? lastLanes : LANES, place(r, v)),
    ),
  );
}

/** sums(r, v) += image(pixel, r)·gradient(pixel, v) for the pixel so many steps on. */
function addPixel(
  scope: Scope,
  { set, imageStep, gradientStep }: OuterSpec,
  sums: readonly (readonly Local<"v128">[])[],
  { x, y }: OuterPointers,
  steps: number,
): Statement[] {
  const columns = scope.locals("v128", "column", sums[0].length);
  const pixel = scope.local("v128", "pixel");
  return [
    ...columns.map((c, v) => scope.set(c, v128.load(scope.get(y), steps * gradientStep + v * LANES * FLOAT))),
    ...sums.flatMap((own, r) => [
      scope.set(pixel, v128.load32_splat(scope.get(x), steps * imageStep + r * FLOAT)),
      ...own.map((sum, v) => scope.set(sum, multiplyAdd(set, scope.get(pixel), scope.get(columns[v]), scope.get(sum)))),
    ]),
  ];
}
