// The assembler: bytes by hand, modules that run, and errors where a type or a local is wrong.
import { describe, expect, test } from "vitest";
import { exp, log } from "../../base/math.ts";
import { assemble, callHost, defineFunction, f32, f32x4, f64, i32, loopWhile, sequence, v128 } from "./assembler.ts";
import { flatten, signed, unsigned } from "./encoding.ts";
import { bestInstructionSet, createMemory, instantiate, type WasmMemory } from "./platform.ts";

describe("encoding", () => {
  test("unsigned and signed LEB128, by hand", () => {
    expect([0, 127, 128, 624485].map(unsigned)).toEqual([[0], [0x7f], [0x80, 1], [0xe5, 0x8e, 0x26]]);
    expect([0, 63, 64, -1, -64, -65, -123456].map(signed)).toEqual([
      [0],
      [0x3f],
      [0xc0, 0],
      [0x7f],
      [0x40],
      [0xbf, 0x7f],
      [0xc0, 0xbb, 0x78],
    ]);
  });
  test("nested bytes in a row", () => {
    expect([...flatten([1, [2, [3]], [], Uint8Array.of(7, 8), 4])]).toEqual([1, 2, 3, 7, 8, 4]);
  });
});

describe("modules", () => {
  const memory = createMemory(1) as WasmMemory;
  const numbers = new Float32Array(memory.buffer);

  test("an empty module is valid", () => {
    expect(WebAssembly.validate(assemble([]))).toBe(true);
  });
  test("a loop adds up ten numbers", () => {
    numbers.set(Array.from({ length: 10 }, (_, k) => k + 1));
    const sum = defineFunction("sum", ["base"], (scope, base) => {
      const [total, left, at] = [scope.local("f32", "total"), scope.local("i32", "left"), scope.local("i32", "at")];
      return sequence(
        scope.set(at, scope.get(base)),
        scope.set(left, i32.const(10)),
        loopWhile(
          scope.get(left),
          scope.set(total, f32.add(scope.get(total), f32.load(scope.get(at)))),
          scope.set(at, i32.add(scope.get(at), i32.const(4))),
          scope.set(left, i32.sub(scope.get(left), i32.const(1))),
        ),
        f32.store(scope.get(base), scope.get(total), 64),
      );
    });
    instantiate([sum], memory).sum(0);
    expect(numbers[16]).toBe(55);
  });
  test("vectors: four products at once, the last lane stored alone", () => {
    numbers.set([1, 2, 3, 4, 10, 20, 30, 40]);
    const multiply = defineFunction("multiply", ["base"], (scope, base) => {
      const at = scope.get(base);
      return v128.store32_lane(at, f32x4.mul(v128.load(at), v128.load(at, 16)), 3, 64);
    });
    instantiate([multiply], memory).multiply(0);
    expect(numbers[16]).toBe(160);
  });
  test("the host's functions are the library's own", () => {
    const both = defineFunction("both", ["base"], (scope, base) => {
      const x = () => f64.promote_f32(f32.load(scope.get(base)));
      return sequence(
        f32.store(scope.get(base), f32.demote_f64(callHost("exp", x())), 4),
        f32.store(scope.get(base), f32.demote_f64(callHost("log", x())), 8),
      );
    });
    numbers[0] = 1.25;
    instantiate([both], memory).both(0);
    expect([...numbers.subarray(1, 3)]).toEqual([Math.fround(exp(1.25)), Math.fround(log(1.25))]);
  });
});

describe("mistakes throw where they are written", () => {
  test("an operand of the wrong type", () => {
    expect(() => f32.add(f32.const(1), i32.const(1) as never)).toThrow(
      "f32.add, second operand: expected f32, got i32",
    );
    expect(() => v128.load(f32.const(1) as never)).toThrow("v128.load, address: expected i32, got f32");
  });
  test("a local of the wrong type, or of another function", () => {
    defineFunction("one", ["base"], (scope, base) => {
      expect(() => scope.set(base, f32.const(1) as never)).toThrow("local base of one: expected i32, got f32");
      defineFunction("two", [], (other) => {
        expect(() => other.get(base)).toThrow("local base does not belong to function two");
        return sequence();
      });
      return sequence();
    });
  });
});

test("the best instruction set of this Node is known, and fused only where one rounding was seen", () => {
  expect(["simd", "relaxed-fma"]).toContain(bestInstructionSet());
});
