// What kernels are generated for: the instruction set, where tensors lie in the one memory, and how a kernel is called.
import {
  type Expression,
  f32x4,
  i32,
  type Local,
  loopWhile,
  type Scope,
  type Statement,
  sequence,
} from "./assembler.ts";

/** "simd" multiplies, rounds, then adds, the same bits on every machine; "relaxed-fma" rounds once. */
export type InstructionSet = "simd" | "relaxed-fma";

/** Bytes of a float32. */
export const FLOAT = 4;

/** What a tensor belongs to. `shared`: the whole network (parameters). `shard`: one shard of the batch (its part of the gradients).
 * `worker`: one thread (scratch). `image`: one of the images that a worker takes at a time. `record`: one sample of the batch. */
export type Region = "shared" | "shard" | "worker" | "image" | "record";

/** Where a tensor begins: bytes from the start of its region. */
export interface Place {
  readonly region: Region;
  readonly offset: number;
}

/** The place some bytes further on. */
export function placeAfter({ region, offset }: Place, bytes: number): Place {
  return { region, offset: offset + bytes };
}

/** Every kernel takes: where the shard, the worker, the first image and the first record begin; how many images, from 1 up;
 * and which of its parts to do, `from` … `to` − 1. */
export const callParameters = ["shard", "worker", "image", "record", "count", "from", "to"] as const;

/** Bytes from one image, and from one record, to the next. */
export interface Strides {
  readonly image: number;
  readonly record: number;
}

/** A function of the step. Kernels run in the order given; each may rely on what those before it wrote. */
export interface Kernel {
  /** "conv1.forward": the node, then what it does. */
  readonly name: string;
  /** How: "direct", "winograd", "slide" … for who asks which kernel ran. */
  readonly way: string;
  /** The work may be cut into so many parts, which may run at the same time on different workers; 1: it may not. */
  readonly parts: number;
  /** Multiply-adds, or numbers touched, for one image: whether a cut pays. */
  readonly work: number;
  readonly build: (frame: Frame) => Statement;
}

/** What a kernel's body is built with. */
export class Frame {
  readonly scope: Scope;
  readonly strides: Strides;

  constructor(scope: Scope, strides: Strides) {
    this.scope = scope;
    this.strides = strides;
  }

  #parameter(name: (typeof callParameters)[number]): Local<"i32"> {
    return this.scope.parameter(callParameters.indexOf(name));
  }

  get count(): Expression<"i32"> {
    return this.scope.get(this.#parameter("count"));
  }

  /** First of the parts to do. */
  get from(): Expression<"i32"> {
    return this.scope.get(this.#parameter("from"));
  }

  /** How many parts to do, from 1 up. */
  get parts(): Expression<"i32"> {
    return i32.sub(this.scope.get(this.#parameter("to")), this.from);
  }

  /** The address of a place; of the first image or record outside `eachImage`, of the current one inside. */
  address({ region, offset }: Place): Expression<"i32"> {
    if (region === "shared") return i32.const(offset);
    const base = this.scope.get(this.#parameter(region));
    return offset === 0 ? base : i32.add(base, i32.const(offset));
  }

  /** Bytes from a place to the same place of the next image. */
  strideOf({ region }: Place): number {
    return region === "image" || region === "record" ? this.strides[region] : 0;
  }

  /** Does the body for each image of the call. */
  eachImage(...body: readonly (Statement | readonly Statement[])[]): Statement {
    const { scope, strides } = this;
    const left = scope.local("i32", "imagesLeft");
    const [image, record] = [this.#parameter("image"), this.#parameter("record")];
    const move = (local: Local<"i32">, by: Expression<"i32">) => scope.set(local, i32.add(scope.get(local), by));
    const back = (stride: number) => i32.mul(this.count, i32.const(-stride));
    return sequence(
      scope.set(left, this.count),
      loopWhile(
        scope.get(left),
        ...body,
        move(image, i32.const(strides.image)),
        move(record, i32.const(strides.record)),
        scope.set(left, i32.sub(scope.get(left), i32.const(1))),
      ),
      move(image, back(strides.image)),
      move(record, back(strides.record)),
    );
  }
}

/** c + a·b. */
export function multiplyAdd(
  set: InstructionSet,
  a: Expression<"v128">,
  b: Expression<"v128">,
  c: Expression<"v128">,
): Expression<"v128"> {
  return set === "relaxed-fma" ? f32x4.relaxed_madd(a, b, c) : f32x4.add(c, f32x4.mul(a, b));
}
