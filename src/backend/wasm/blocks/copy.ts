// Copies of images: into the middle of a larger one, apart by strides, transposed.
import { type Expression, f32, type Scope, type Statement, sequence } from "../assembler.ts";
import { FLOAT } from "../machine.ts";
import { mapVectors } from "./lanes.ts";
import { advance, pointerTo, repeat, repeatTimes } from "./loops.ts";

export interface SpreadSpec {
  /** Pixels of a row. */
  readonly width: number;
  readonly channels: number;
  /** Bytes from row to row of each tensor that is read; its pixels lie side by side. */
  readonly fromRow: readonly number[];
  /** Bytes from row to row and from pixel to pixel where it goes to. */
  readonly toRow: number;
  readonly toStep: number;
}

/** to(pixel, c) = f(from(pixel, c) …) for so many rows of pixels, from 1 up; a row goes in one piece where its pixels lie side by side. */
export function spread(
  scope: Scope,
  spec: SpreadSpec,
  rows: Expression<"i32">,
  from: readonly Expression<"i32">[],
  to: Expression<"i32">,
  f: (...vectors: Expression<"v128">[]) => Expression<"v128">,
): Statement {
  const { width, channels, fromRow, toRow, toStep } = spec;
  const sources = from.map((start, k) => pointerTo(scope, `from${k}`, start));
  const target = pointerTo(scope, "to", to);
  const piece = (floats: number) =>
    mapVectors(
      scope,
      floats,
      scope.get(target.pointer),
      sources.map(({ pointer }) => scope.get(pointer)),
      f,
    );
  const move = (bytes: readonly number[], toBytes: number) => [
    ...sources.map(({ pointer }, k) => advance(scope, pointer, bytes[k])),
    advance(scope, target.pointer, toBytes),
  ];
  const pixel = channels * FLOAT;
  const done = fromRow.map((bytes) => bytes - width * pixel);
  const row =
    toStep === pixel
      ? [piece(width * channels), ...move(fromRow, toRow)]
      : [
          repeat(
            scope,
            width,
            piece(channels),
            ...move(
              sources.map(() => pixel),
              toStep,
            ),
          ),
          ...move(done, toRow - width * toStep),
        ];
  return sequence(
    sources.map(({ start }) => start),
    target.start,
    repeatTimes(scope, rows, ...row),
  );
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
