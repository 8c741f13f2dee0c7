// Outer products summed over pixels in registers, and sums of columns: what the gradients of weights and biases are made of.
import { type Expression, f32x4, type Local, type Scope, type Statement, sequence, v128 } from "../assembler.ts";
import { FLOAT, type InstructionSet, multiplyAdd } from "../machine.ts";
import { LANES, type LaneBlock, laneBlocks, storeLanes } from "./lanes.ts";
import { advance, pointerTo, repeat } from "./loops.ts";

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

/** Rows of the result held in registers at a time. */
const HEIGHT = 4;

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
  const whole = Math.floor(spec.rows / HEIGHT);
  const rest = spec.rows % HEIGHT;
  return sequence(
    scope.set(from, image),
    scope.set(to, result),
    repeat(scope, whole, ...(whole > 0 ? chunk(HEIGHT) : [])),
    rest > 0 ? chunk(rest) : sequence(),
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

function outerBlock(scope: Scope, spec: OuterSpec, rows: number, block: LaneBlock, at: OuterPointers): Statement {
  const { vectors, lastLanes } = block;
  const sums = Array.from({ length: rows }, (_, r) => scope.locals("v128", `sum${r}_`, vectors));
  const columns = scope.locals("v128", "column", vectors);
  const pixel = scope.local("v128", "pixel");
  const place = (r: number, v: number) => r * spec.rowBytes + v * LANES * FLOAT;
  const eachSum = (f: (sum: Local<"v128">, r: number, v: number) => Statement) =>
    sums.flatMap((own, r) => own.map((sum, v) => f(sum, r, v)));
  const step = [
    ...columns.map((c, v) => scope.set(c, v128.load(scope.get(at.y), v * LANES * FLOAT))),
    ...sums.flatMap((own, r) => [
      scope.set(pixel, v128.load32_splat(scope.get(at.x), r * FLOAT)),
      ...own.map((sum, v) =>
        scope.set(sum, multiplyAdd(spec.set, scope.get(pixel), scope.get(columns[v]), scope.get(sum))),
      ),
    ]),
    advance(scope, at.x, spec.imageStep),
    advance(scope, at.y, spec.gradientStep),
  ];
  return sequence(
    eachSum((sum, r, v) => scope.set(sum, v128.load(scope.get(at.cell), place(r, v)))),
    scope.set(at.x, scope.get(at.image)),
    scope.set(at.y, scope.get(at.start)),
    repeat(
      scope,
      spec.height,
      repeat(scope, spec.width, ...step),
      advance(scope, at.x, spec.imageRow - spec.width * spec.imageStep),
      advance(scope, at.y, spec.gradientRow - spec.width * spec.gradientStep),
    ),
    eachSum((sum, r, v) =>
      storeLanes(scope.get(at.cell), scope.get(sum), v === vectors - 1 ? lastLanes : LANES, place(r, v)),
    ),
  );
}

/** sums(f) += Σ_rows values(row, f); rows lie one after the other. */
export function addColumnSums(
  scope: Scope,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  values: Expression<"i32">,
  sums: Expression<"i32">,
): Statement {
  const from = pointerTo(scope, "from", values);
  const to = pointerTo(scope, "to", sums);
  const value = scope.local("i32", "value");
  const parts = laneBlocks(columns, WIDTH).map(({ vectors, lastLanes, repeats }) => {
    const own = scope.locals("v128", "sum", vectors);
    const bytes = vectors * LANES * FLOAT;
    const add = own.map((sum, v) =>
      scope.set(sum, f32x4.add(scope.get(sum), v128.load(scope.get(value), v * LANES * FLOAT))),
    );
    const one = [
      ...own.map((sum, v) => scope.set(sum, v128.load(scope.get(to.pointer), v * LANES * FLOAT))),
      scope.set(value, scope.get(from.pointer)),
      repeat(scope, rows, ...add, advance(scope, value, columns * FLOAT)),
      ...own.map((sum, v) => {
        const lanes = v === vectors - 1 ? lastLanes : LANES;
        return storeLanes(scope.get(to.pointer), scope.get(sum), lanes, v * LANES * FLOAT);
      }),
    ];
    return repeat(scope, repeats, ...one, advance(scope, from.pointer, bytes), advance(scope, to.pointer, bytes));
  });
  return sequence(from.start, to.start, parts);
}
