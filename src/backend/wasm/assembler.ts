// A small assembler for WebAssembly: one expression a line, named as in the specification, checked as it is built.
// An expression knows its type and a local its function; a wrong type or a stranger's local throws where it is written.
import { type Code, flatten, floatBytes, signed, sized, text, unsigned, vector } from "./encoding.ts";

export type Type = "i32" | "f32" | "f64" | "v128";

export interface Expression<T extends Type = Type> {
  readonly type: T;
  readonly code: Code;
}

/** Something done for its effect. */
export interface Statement {
  readonly type: "none";
  readonly code: Code;
}

export interface Local<T extends Type = Type> {
  readonly name: string;
  readonly type: T;
  readonly index: number;
  readonly owner: Scope;
}

const typeByte: Readonly<Record<Type, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** The locals of one function. */
export class Scope {
  readonly #function: string;
  readonly #locals: Local[] = [];
  readonly parameters: number;

  constructor(name: string, parameters: readonly string[]) {
    this.#function = name;
    this.parameters = parameters.length;
    for (const parameter of parameters) this.local("i32", parameter);
  }

  /** A new local; the name is for error messages. */
  local<T extends Type>(type: T, name: string): Local<T> {
    const local = { name, type, index: this.#locals.length, owner: this };
    this.#locals.push(local);
    return local;
  }

  /** `count` new locals of one type. */
  locals<T extends Type>(type: T, name: string, count: number): Local<T>[] {
    return Array.from({ length: count }, (_, k) => this.local(type, `${name}${k}`));
  }

  /** A parameter by its position; parameters are i32. */
  parameter(position: number): Local<"i32"> {
    return this.#locals[position] as Local<"i32">;
  }

  get<T extends Type>(local: Local<T>): Expression<T> {
    return { type: local.type, code: [0x20, unsigned(this.#own(local))] };
  }

  set<T extends Type>(local: Local<T>, value: Expression<T>): Statement {
    expectType(value, local.type, `local ${local.name} of ${this.#function}`);
    return { type: "none", code: [value.code, 0x21, unsigned(this.#own(local))] };
  }

  #own(local: Local): number {
    if (local.owner !== this) throw new TypeError(`local ${local.name} does not belong to function ${this.#function}`);
    return local.index;
  }

  /** Types of the locals after the parameters, as the code section has them. */
  declarations(): Code {
    return vector(this.#locals.slice(this.parameters).map(({ type }) => [1, typeByte[type]]));
  }
}

function expectType(value: Expression, type: Type, where: string): void {
  if (value.type !== type) throw new TypeError(`${where}: expected ${type}, got ${value.type}`);
}

type Unary<A extends Type, R extends Type> = (a: Expression<A>) => Expression<R>;
type Binary<A extends Type, R extends Type> = (a: Expression<A>, b: Expression<A>) => Expression<R>;

function unary<A extends Type, R extends Type>(name: string, operand: A, result: R, opcode: Code): Unary<A, R> {
  return (a) => {
    expectType(a, operand, name);
    return { type: result, code: [a.code, opcode] };
  };
}

function binary<A extends Type, R extends Type>(name: string, operand: A, result: R, opcode: Code): Binary<A, R> {
  return (a, b) => {
    expectType(a, operand, `${name}, first operand`);
    expectType(b, operand, `${name}, second operand`);
    return { type: result, code: [a.code, b.code, opcode] };
  };
}

/** A load: address, alignment (as a power of two), offset in bytes. */
function load<R extends Type>(name: string, result: R, opcode: Code, align: number) {
  return (address: Expression<"i32">, offset = 0): Expression<R> => {
    expectType(address, "i32", `${name}, address`);
    return { type: result, code: [address.code, opcode, align, unsigned(offset)] };
  };
}

function store<A extends Type>(name: string, operand: A, opcode: Code, align: number) {
  return (address: Expression<"i32">, value: Expression<A>, offset = 0): Statement => {
    expectType(address, "i32", `${name}, address`);
    expectType(value, operand, `${name}, value`);
    return { type: "none", code: [address.code, value.code, opcode, align, unsigned(offset)] };
  };
}

export const i32 = {
  const: (value: number): Expression<"i32"> => ({ type: "i32", code: [0x41, signed(value)] }),
  add: binary("i32.add", "i32", "i32", [0x6a]),
  sub: binary("i32.sub", "i32", "i32", [0x6b]),
  mul: binary("i32.mul", "i32", "i32", [0x6c]),
  div_u: binary("i32.div_u", "i32", "i32", [0x6e]),
  rem_u: binary("i32.rem_u", "i32", "i32", [0x70]),
  lt_s: binary("i32.lt_s", "i32", "i32", [0x48]),
  gt_s: binary("i32.gt_s", "i32", "i32", [0x4a]),
  load: load("i32.load", "i32", [0x28], 2),
};

export const f32 = {
  const: (value: number): Expression<"f32"> => ({ type: "f32", code: [0x43, floatBytes(value, 4)] }),
  load: load("f32.load", "f32", [0x2a], 2),
  store: store("f32.store", "f32", [0x38], 2),
  add: binary("f32.add", "f32", "f32", [0x92]),
  sub: binary("f32.sub", "f32", "f32", [0x93]),
  mul: binary("f32.mul", "f32", "f32", [0x94]),
  div: binary("f32.div", "f32", "f32", [0x95]),
  max: binary("f32.max", "f32", "f32", [0x97]),
  demote_f64: unary("f32.demote_f64", "f64", "f32", [0xb6]),
};

export const f64 = {
  const: (value: number): Expression<"f64"> => ({ type: "f64", code: [0x44, floatBytes(value, 8)] }),
  add: binary("f64.add", "f64", "f64", [0xa0]),
  sub: binary("f64.sub", "f64", "f64", [0xa1]),
  div: binary("f64.div", "f64", "f64", [0xa3]),
  promote_f32: unary("f64.promote_f32", "f32", "f64", [0xbb]),
};

/** Functions of the host that kernels may call, from f64 to f64: the library's own definitions, so that kernels give the same bits. */
export const hostFunctions = ["exp", "log"] as const;
export type HostFunction = (typeof hostFunctions)[number];

export function callHost(name: HostFunction, argument: Expression<"f64">): Expression<"f64"> {
  expectType(argument, "f64", `call ${name}`);
  return { type: "f64", code: [argument.code, 0x10, unsigned(hostFunctions.indexOf(name))] };
}

/** The opcode of a vector instruction. */
const simd = (opcode: number): Code => [0xfd, unsigned(opcode)];

export const v128 = {
  zero: { type: "v128", code: [simd(12), new Array<number>(16).fill(0)] } as Expression<"v128">,
  load: load("v128.load", "v128", simd(0), 2),
  load32_splat: load("v128.load32_splat", "v128", simd(9), 2),
  store: store("v128.store", "v128", simd(11), 2),
  and: binary("v128.and", "v128", "v128", simd(78)),
  or: binary("v128.or", "v128", "v128", simd(80)),
  /** Bits of the first operand where the mask is set, else of the second. */
  bitselect(a: Expression<"v128">, b: Expression<"v128">, mask: Expression<"v128">): Expression<"v128"> {
    for (const operand of [a, b, mask]) expectType(operand, "v128", "v128.bitselect");
    return { type: "v128", code: [a.code, b.code, mask.code, simd(82)] };
  },
  andnot: binary("v128.andnot", "v128", "v128", simd(79)),
  /** Stores one of the four 32-bit lanes. */
  store32_lane(address: Expression<"i32">, value: Expression<"v128">, lane: number, offset = 0): Statement {
    expectType(address, "i32", "v128.store32_lane, address");
    expectType(value, "v128", "v128.store32_lane, value");
    return { type: "none", code: [address.code, value.code, simd(90), 2, unsigned(offset), lane] };
  },
};

export const f32x4 = {
  splat: unary("f32x4.splat", "f32", "v128", simd(0x13)),
  add: binary("f32x4.add", "v128", "v128", simd(0xe4)),
  sub: binary("f32x4.sub", "v128", "v128", simd(0xe5)),
  mul: binary("f32x4.mul", "v128", "v128", simd(0xe6)),
  div: binary("f32x4.div", "v128", "v128", simd(0xe7)),
  /** NaN where either operand is. */
  max: binary("f32x4.max", "v128", "v128", simd(0xe9)),
  pmax: binary("f32x4.pmax", "v128", "v128", simd(0xeb)),
  eq: binary("f32x4.eq", "v128", "v128", simd(0x41)),
  gt: binary("f32x4.gt", "v128", "v128", simd(0x44)),
  /** a·b + c; rounded once where the machine fuses. */
  relaxed_madd(a: Expression<"v128">, b: Expression<"v128">, c: Expression<"v128">): Expression<"v128"> {
    for (const operand of [a, b, c]) expectType(operand, "v128", "f32x4.relaxed_madd");
    return { type: "v128", code: [a.code, b.code, c.code, simd(0x105)] };
  },
};

/** Statements one after the other. */
export function sequence(...statements: readonly (Statement | readonly Statement[])[]): Statement {
  return { type: "none", code: statements.flat().map(({ code }) => code) };
}

/** Runs the body at least once, and again while the condition, which follows it, is not 0. */
export function loopWhile(
  condition: Expression<"i32">,
  ...body: readonly (Statement | readonly Statement[])[]
): Statement {
  expectType(condition, "i32", "loop condition");
  return { type: "none", code: [0x03, 0x40, sequence(...body).code, condition.code, 0x0d, 0, 0x0b] };
}

/** Runs the body where the condition is not 0. */
export function when(condition: Expression<"i32">, ...body: readonly (Statement | readonly Statement[])[]): Statement {
  expectType(condition, "i32", "condition");
  return { type: "none", code: [condition.code, 0x04, 0x40, sequence(...body).code, 0x0b] };
}

/** Sets bytes of memory to 0. */
export function clearMemory(address: Expression<"i32">, bytes: Expression<"i32">): Statement {
  expectType(address, "i32", "memory.fill, address");
  expectType(bytes, "i32", "memory.fill, length");
  return { type: "none", code: [address.code, 0x41, 0, bytes.code, 0xfc, 11, 0] };
}

/** A function without results; its parameters are i32. */
export interface WasmFunction {
  readonly name: string;
  readonly scope: Scope;
  readonly body: Statement;
}

/** Builds a function; `build` gets the scope and the parameters as locals. */
export function defineFunction(
  name: string,
  parameters: readonly string[],
  build: (scope: Scope, ...parameters: Local<"i32">[]) => Statement,
): WasmFunction {
  const scope = new Scope(name, parameters);
  return { name, scope, body: build(scope, ...parameters.map((_, k) => scope.parameter(k))) };
}

/** Most pages of 64 KiB that a memory can have. */
const mostPages = 65536;

/** The bytes of a module that imports "host"."memory" (at least one page of 64 KiB; `shared`: one that threads share) and the host's
 * functions, and exports the functions by name. */
export function assemble(functions: readonly WasmFunction[], shared = false): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: Code): Code => [id, sized(content)];
  const hostType: Code = [0x60, vector([[typeByte.f64]]), vector([[typeByte.f64]])];
  const types = functions.map(({ scope }) => [
    0x60,
    vector(new Array<Code>(scope.parameters).fill([typeByte.i32])),
    vector([]),
  ]);
  const limits: Code = shared ? [3, unsigned(1), unsigned(mostPages)] : [0, unsigned(1)];
  const memory: Code = [text("host"), text("memory"), 2, limits];
  const imports = [memory, ...hostFunctions.map((name): Code => [text("host"), text(name), 0, unsigned(0)])];
  const bodies = functions.map(({ scope, body }) => sized([scope.declarations(), body.code, 0x0b]));
  return flatten([
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, vector([hostType, ...types])),
    section(2, vector(imports)),
    section(3, vector(functions.map((_, k) => unsigned(k + 1)))),
    section(7, vector(functions.map(({ name }, k) => [text(name), 0, unsigned(k + hostFunctions.length)]))),
    section(10, vector(bodies)),
  ]);
}
