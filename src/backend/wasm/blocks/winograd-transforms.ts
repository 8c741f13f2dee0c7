// Winograd's F(4×4, 3×3): tiles into the domain where a convolution is a product of numbers, and back.
//
// For a line of six inputs d, three weights g and four outputs y, y = Aᵀ[(G·g) ⊙ (Bᵀ·d)]; on a tile both ways, Y = Aᵀ[(G·K·Gᵀ) ⊙ (Bᵀ·D·B)]·A.
// The same bilinear form read backwards gives the gradient of the weights: ∂L/∂K = Gᵀ[(Bᵀ·D·B) ⊙ (A·∂L/∂Y·Aᵀ)]·G. Points 0, ±1, ±2, ∞:
//
//        4  0 −5  0  1  0           1/4    0     0           1  1  1  1  1  0
//        0 −4 −4  1  1  0          −1/6  −1/6  −1/6          0  1 −1  2 −2  0
//   Bᵀ = 0  4 −4 −1  1  0      G = −1/6   1/6  −1/6     Aᵀ = 0  1  1  4  4  0
//        0 −2 −1  2  1  0          1/24  1/12   1/6          0  1 −1  8 −8  1
//        0  2 −1 −2  1  0          1/24 −1/12   1/6
//        0  4  0 −5  0  1            0     0     1
import { type Expression, f32, f32x4, type Scope, type Statement, sequence, v128 } from "../assembler.ts";
import { type InstructionSet, multiplyAdd } from "../machine.ts";
import { advance, pointerTo, repeat } from "./loops.ts";

type Vector = Expression<"v128">;

/** Frequencies of a tile: the 6×6 places where numbers are multiplied. */
export const FREQUENCIES = 36;

/** Rows and columns of outputs in a tile. */
export const TILE_SIDE = 4;

/** Bytes of a vector. */
export const VECTOR = 16;

/** Bytes that both passes of a transform share. */
export const TRANSFORM_ROOM = FREQUENCIES * VECTOR;

/** Arithmetic on vectors with constants that sit in registers before a loop begins. */
interface Arithmetic {
  /** factor·x, and factor·x + y. */
  times(factor: number, x: Vector): Vector;
  plus(factor: number, x: Vector, y: Vector): Vector;
  /** Keeps a value that is used more than once. */
  hold(value: Vector): Vector;
}

/** One of the matrices: what it makes of a line. */
export interface Transform {
  readonly inputs: number;
  readonly outputs: number;
  readonly factors: readonly number[];
  line(x: readonly Vector[], arithmetic: Arithmetic): readonly Vector[];
}

const { add, sub } = f32x4;

/** Bᵀ: image into the domain. */
export const imageTransform: Transform = {
  inputs: 6,
  outputs: 6,
  factors: [4, -4],
  line([d0, d1, d2, d3, d4, d5], { plus, hold }) {
    const [a, b] = [hold(plus(-4, d2, d4)), hold(plus(-4, d1, d3))];
    const [c, e] = [hold(sub(d4, d2)), hold(sub(d3, d1))];
    const twice = hold(add(e, e));
    return [plus(4, sub(d0, d2), c), add(a, b), sub(a, b), add(c, twice), sub(c, twice), plus(-4, e, sub(d5, d3))];
  },
};

/** Aᵀ: sums of products into outputs. */
export const outputTransform: Transform = {
  inputs: 6,
  outputs: 4,
  factors: [2, 4, 8],
  line([m0, m1, m2, m3, m4, m5], { plus, hold }) {
    const [p, q] = [hold(add(m1, m2)), hold(sub(m1, m2))];
    const [r, s] = [hold(add(m3, m4)), hold(sub(m3, m4))];
    return [add(add(m0, p), r), plus(2, s, q), plus(4, r, p), add(plus(8, s, q), m5)];
  },
};

/** A: gradients of outputs into the domain. */
export const gradientTransform: Transform = {
  inputs: 4,
  outputs: 6,
  factors: [4],
  line([y0, y1, y2, y3], { plus, hold }) {
    const [p, q] = [hold(add(y0, y2)), hold(add(y1, y3))];
    const [r, s] = [hold(plus(4, y2, y0)), hold(plus(4, y3, y1))];
    const twice = hold(add(s, s));
    return [y0, add(p, q), sub(p, q), add(r, twice), sub(r, twice), y3];
  },
};

/** G: weights into the domain. */
export const weightTransform: Transform = {
  inputs: 3,
  outputs: 6,
  factors: [1 / 4, -1 / 6, 1 / 6, 1 / 24, 1 / 12],
  line([g0, g1, g2], { times, plus, hold }) {
    const [s, t] = [hold(times(-1 / 6, add(g0, g2))), hold(times(1 / 6, g1))];
    const [u, v] = [hold(plus(1 / 24, g0, times(1 / 6, g2))), hold(times(1 / 12, g1))];
    return [times(1 / 4, g0), sub(s, t), add(s, t), add(u, v), sub(u, v), g2];
  },
};

/** Gᵀ: sums of products into gradients of weights. */
export const weightGradientTransform: Transform = {
  inputs: 6,
  outputs: 3,
  factors: [1 / 4, -1 / 6, 1 / 6, 1 / 24, 1 / 12],
  line([m0, m1, m2, m3, m4, m5], { times, plus, hold }) {
    const [p, r] = [hold(times(-1 / 6, add(m1, m2))), hold(add(m3, m4))];
    return [
      plus(1 / 4, m0, plus(1 / 24, r, p)),
      plus(1 / 12, sub(m3, m4), times(1 / 6, sub(m2, m1))),
      add(plus(1 / 6, r, p), m5),
    ];
  },
};

/** A transform in a function: its constants once, its lines as often as wanted. */
export class Transformer {
  readonly scope: Scope;
  readonly set: InstructionSet;
  readonly transform: Transform;
  /** Where the room between the passes begins. */
  readonly room: Expression<"i32">;
  readonly #constants: Map<number, { value: Vector; start: Statement }>;

  constructor(scope: Scope, set: InstructionSet, transform: Transform, room: Expression<"i32">) {
    this.scope = scope;
    this.set = set;
    this.transform = transform;
    this.room = room;
    const entry = (factor: number) => {
      const local = scope.local("v128", "factor");
      return [factor, { value: scope.get(local), start: scope.set(local, f32x4.splat(f32.const(factor))) }] as const;
    };
    this.#constants = new Map(transform.factors.map(entry));
  }

  /** Comes before the loops. */
  get start(): Statement {
    return sequence([...this.#constants.values()].map(({ start }) => start));
  }

  #constant(factor: number): Vector {
    const found = this.#constants.get(factor);
    if (!found) throw new RangeError(`no constant ${factor}`);
    return found.value;
  }

  /** One line: what has to be done first, then its outputs, each to be used once. */
  line(read: (k: number) => Vector): { readonly start: Statement; readonly values: readonly Vector[] } {
    const { scope, set, transform } = this;
    const held: Statement[] = [];
    const hold = (value: Vector) => {
      const local = scope.local("v128", "line");
      held.push(scope.set(local, value));
      return scope.get(local);
    };
    const inputs = Array.from({ length: transform.inputs }, (_, k) => hold(read(k)));
    const times = (factor: number, x: Vector) => f32x4.mul(this.#constant(factor), x);
    const plus = (factor: number, x: Vector, y: Vector) => multiplyAdd(set, this.#constant(factor), x, y);
    const values = transform.line(inputs, { times, plus, hold });
    return { start: sequence(held), values };
  }

  /** The first pass: columns of a tile, from memory to the room. Neighbours lie `row` and `column` bytes apart. `turned`: the last first,
   * `from` being where the last column begins. */
  columns(from: Expression<"i32">, row: number, column: number, turned = false): Statement {
    const { scope, transform } = this;
    const { inputs } = transform;
    const [source, target] = [pointerTo(scope, "tile", from), pointerTo(scope, "room", this.room)];
    const place = (k: number) => (turned ? inputs - 1 - k : k) * row;
    const { start, values } = this.line((k) => v128.load(scope.get(source.pointer), place(k)));
    const pass = [
      start,
      ...values.map((value, k) => v128.store(scope.get(target.pointer), value, k * inputs * VECTOR)),
      advance(scope, source.pointer, turned ? -column : column),
      advance(scope, target.pointer, VECTOR),
    ];
    return sequence(source.start, target.start, repeat(scope, inputs, ...pass));
  }

  /** A line of the second pass: a row out of the room, `ahead` rows after the one that `at` points to. */
  row(at: Expression<"i32">, ahead = 0): ReturnType<Transformer["line"]> {
    return this.line((k) => v128.load(at, (ahead * this.transform.inputs + k) * VECTOR));
  }

  /** Bytes from a row to the next in the room. */
  get roomRow(): number {
    return this.transform.inputs * VECTOR;
  }

  /** Both passes, with a store for each number of a row; rows lie `toRow` bytes apart. */
  tile(
    columns: Statement,
    to: Expression<"i32">,
    toRow: number,
    store: (address: Expression<"i32">, value: Vector, k: number) => Statement,
  ): Statement {
    const { scope } = this;
    const [room, target] = [pointerTo(scope, "room", this.room), pointerTo(scope, "to", to)];
    const { start, values } = this.row(scope.get(room.pointer));
    const pass = [
      start,
      ...values.map((value, k) => store(scope.get(target.pointer), value, k)),
      advance(scope, room.pointer, this.roomRow),
      advance(scope, target.pointer, toRow),
    ];
    return sequence(columns, room.start, target.start, repeat(scope, this.transform.outputs, ...pass));
  }
}
