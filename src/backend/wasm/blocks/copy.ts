// Copies of images: into the middle of a larger one, apart by strides, transposed.
import { type Expression, f32, type Scope, type Statement, sequence } from "../assembler.ts";
import { FLOAT } from "../machine.ts";
import { mapVectors } from "./lanes.ts";
import { advance, pointerTo, repeat } from "./loops.ts";

export interface SpreadSpec {
  /** Rows, and pixels of a row, that are copied. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Bytes from row to row and from pixel to pixel, where it comes from and where it goes to. */
  readonly fromRow: number;
  readonly toRow: number;
  readonly toStep: number;
}

/** Copies pixels whose channels lie in a row; rows in one piece where the pixels lie side by side on both ends. */
export function spread(scope: Scope, spec: SpreadSpec, from: Expression<"i32">, to: Expression<"i32">): Statement {
  const { height, width, channels, fromRow, toRow, toStep } = spec;
  if (height <= 0 || width <= 0) return sequence();
  const source = pointerTo(scope, "from", from);
  const target = pointerTo(scope, "to", to);
  const piece = (floats: number) =>
    mapVectors(scope, floats, scope.get(target.pointer), [scope.get(source.pointer)], (value) => value);
  const dense = toStep === channels * FLOAT;
  const pixel = [
    piece(channels),
    advance(scope, source.pointer, channels * FLOAT),
    advance(scope, target.pointer, toStep),
  ];
  const row = dense
    ? [piece(width * channels), advance(scope, source.pointer, fromRow), advance(scope, target.pointer, toRow)]
    : [
        repeat(scope, width, ...pixel),
        advance(scope, source.pointer, fromRow - width * channels * FLOAT),
        advance(scope, target.pointer, toRow - width * toStep),
      ];
  return sequence(source.start, target.start, repeat(scope, height, ...row));
}

/** One level of a nest of loops over single floats: how often, and how far both pointers go each time. */
export interface CopyLevel {
  readonly count: number;
  readonly fromStep: number;
  readonly toStep: number;
}

/** Copies single floats in any order that nested loops can give; levels from the outermost to the innermost, steps in bytes. */
export function reorder(
  scope: Scope,
  levels: readonly CopyLevel[],
  from: Expression<"i32">,
  to: Expression<"i32">,
): Statement {
  const source = pointerTo(scope, "from", from);
  const target = pointerTo(scope, "to", to);
  const nest = (level: number): Statement => {
    if (level === levels.length) return f32.store(scope.get(target.pointer), f32.load(scope.get(source.pointer)));
    const { count, fromStep, toStep } = levels[level];
    return sequence(
      repeat(
        scope,
        count,
        nest(level + 1),
        advance(scope, source.pointer, fromStep),
        advance(scope, target.pointer, toStep),
      ),
      advance(scope, source.pointer, -count * fromStep),
      advance(scope, target.pointer, -count * toStep),
    );
  };
  return sequence(source.start, target.start, nest(0));
}
