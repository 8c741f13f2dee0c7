// Safetensors: bytes made by hand, a file that PyTorch's users wrote, every lie a header can tell, and seeded damage.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dataPath, missing } from "../../test/data.ts";
import { CutawayError } from "../base/errors.ts";
import { randomStream } from "../base/random.ts";
import { readSafetensors, type TensorToWrite, writeSafetensors } from "./safetensors.ts";

/** A file with this header (text, or what JSON makes of it) and this data. */
function fileOf(header: unknown, data: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const f32 = (begin: number, end: number, shape: readonly unknown[] = [(end - begin) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

const codeOf = (bytes: Uint8Array) => {
  try {
    readSafetensors(bytes, "test");
  } catch (error) {
    if (error instanceof CutawayError) return error.code;
    throw error;
  }
  return "read";
};

describe("by hand", () => {
  const ONE = [0, 0, 0x80, 0x3f];
  const MINUS_TWO = [0, 0, 0, 0xc0];

  test("two float32 numbers are written as these bytes and read back", () => {
    const bytes = writeSafetensors({
      metadata: {},
      tensors: [{ name: "a", shape: [2], data: Float32Array.of(1, -2) }],
    });
    const header = '{"__metadata__":{},"a":{"data_offsets":[0,8],"dtype":"F32","shape":[2]}}';
    expect(header.length).toBe(72);
    expect(bytes).toEqual(fileOf(header, [...ONE, ...MINUS_TWO]));
    expect(readSafetensors(bytes, "test")).toEqual({
      metadata: {},
      tensors: new Map([["a", { dtype: "F32", shape: [2], data: Float32Array.of(1, -2) }]]),
    });
  });

  test("a header without metadata, data that is not aligned, tensors in any order", () => {
    const header = { b: f32(4, 8, []), a: f32(0, 4, [1, 1]) };
    const file = fileOf(JSON.stringify(header).padEnd(89), [...ONE, ...MINUS_TWO]);
    const { metadata, tensors } = readSafetensors(Uint8Array.of(7, 7, 7, ...file).subarray(3), "test");
    expect(metadata).toEqual({});
    expect([...tensors]).toEqual([
      ["a", { dtype: "F32", shape: [1, 1], data: Float32Array.of(1) }],
      ["b", { dtype: "F32", shape: [], data: Float32Array.of(-2) }],
    ]);
  });

  test("half precision: ±0, the smallest, the largest of the small, 1, the largest, ±∞, NaN", () => {
    const bits = [0x0000, 0x8000, 0x0001, 0x83ff, 0x3c00, 0xc100, 0x7bff, 0x7c00, 0xfc00, 0x7e00];
    const header = { h: { dtype: "F16", shape: [10], data_offsets: [0, 20] } };
    const { tensors } = readSafetensors(
      fileOf(
        header,
        bits.flatMap((half) => [half & 255, half >> 8]),
      ),
      "test",
    );
    const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN];
    const values = [0, -0, 2 ** -24, -1023 * 2 ** -24, 1, -2.5, 65504, inf, -inf, nan];
    expect([...tensors.get("h")!.data]).toEqual(values);
  });

  test("bfloat16 is the upper half of a float32", () => {
    const bits = [0x3f80, 0xc020, 0x0001, 0x7f80, 0x7fc0, 0x8000];
    const header = { h: { dtype: "BF16", shape: [2, 3], data_offsets: [0, 12] } };
    const { tensors } = readSafetensors(
      fileOf(
        header,
        bits.flatMap((half) => [half & 255, half >> 8]),
      ),
      "test",
    );
    expect(tensors.get("h")!.data).toBeInstanceOf(Float32Array);
    expect([...tensors.get("h")!.data]).toEqual([1, -2.5, 2 ** -133, Number.POSITIVE_INFINITY, Number.NaN, -0]);
  });

  test("what is read shares no memory with the file", () => {
    const bytes = writeSafetensors({ metadata: {}, tensors: [{ name: "a", shape: [1], data: Float64Array.of(5) }] });
    const { data } = readSafetensors(bytes, "test").tensors.get("a")!;
    bytes.fill(0);
    expect(data).toEqual(Float64Array.of(5));
  });
});

describe("writing", () => {
  const a = { name: "a", shape: [1], data: Float32Array.of(1) };
  const b = { name: "b", shape: [1], data: Float64Array.of(2) };

  test("equal contents give equal bytes, float64 first, each aligned to its size", () => {
    const bytes = writeSafetensors({ metadata: { x: "1", y: "2" }, tensors: [a, b] });
    expect(writeSafetensors({ metadata: { y: "2", x: "1" }, tensors: [b, a] })).toEqual(bytes);
    const length = new DataView(bytes.buffer).getUint32(0, true);
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect([header.b.data_offsets, header.a.data_offsets]).toEqual([
      [0, 8],
      [8, 12],
    ]);
    expect(Object.keys(header)).toEqual(["__metadata__", "a", "b"]);
  });

  test.each<[string, TensorToWrite[], string]>([
    ["a name twice", [a, { ...b, name: "a" }], "safetensors.duplicate"],
    ["the header's own name", [{ ...a, name: "__metadata__" }], "safetensors.name"],
    ["__proto__", [{ ...a, name: "__proto__" }], "safetensors.name"],
    ["a shape of another size", [{ ...a, shape: [2] }], "safetensors.size"],
    ["a shape with a fraction", [{ ...a, shape: [0.5, 2] }], "safetensors.entry"],
    ["a shape below zero", [{ ...a, shape: [-1, -1] }], "safetensors.entry"],
  ])("refuses %s", (_what, tensors, code) => {
    expect(() => writeSafetensors({ metadata: {}, tensors })).toThrow(expect.objectContaining({ code }));
  });

  test("any tensors and any metadata come back as they were", () => {
    const shape = fc.array(fc.nat(4), { maxLength: 4 });
    const tensor = fc.tuple(shape, fc.boolean(), fc.infiniteStream(fc.double())).map(([sizes, wide, numbers]) => {
      const values = numbers.take(sizes.reduce((product, n) => product * n, 1));
      return { shape: sizes, data: wide ? Float64Array.from(values) : Float32Array.from(values) };
    });
    const notReserved = fc.string({ unit: "binary" }).filter((name) => !/^__(metadata|proto)__$/.test(name));
    const contents = fc.record({
      metadata: fc.dictionary(notReserved, fc.string({ unit: "binary" }), { noNullPrototype: true }),
      tensors: fc.uniqueArray(fc.tuple(notReserved, tensor), { selector: ([name]) => name }),
    });
    fc.assert(
      fc.property(contents, ({ metadata, tensors }) => {
        const given = tensors.map(([name, content]) => ({ name, ...content }));
        const read = readSafetensors(writeSafetensors({ metadata, tensors: given }), "test");
        expect(read.metadata).toEqual(metadata);
        expect(read.tensors.size).toBe(given.length);
        for (const { name, shape, data } of given)
          expect(read.tensors.get(name)).toEqual({ dtype: data instanceof Float64Array ? "F64" : "F32", shape, data });
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

const real = dataPath("models", "safetensors-format", "multi_layer.safetensors");

describe.skipIf(missing(real, "a file from elsewhere", "models/safetensors-format is not in the data folder"))(
  "a file from elsewhere",
  () => {
    const bytes = real ? new Uint8Array(readFileSync(real)) : new Uint8Array(0);

    test("is refused for its whole numbers, and the tensor is named", () => {
      expect(() => readSafetensors(bytes, "model.safetensors")).toThrow(
        expect.objectContaining({
          code: "safetensors.dtype",
          where: 'model.safetensors, tensor "norm1.num_batches_tracked"',
          received: '"I64"',
        }),
      );
    });

    test("is read whole once these eight bytes are called a float64", () => {
      const patched = bytes.slice();
      patched[new TextDecoder("latin1").decode(bytes).indexOf("I64")] = "F".charCodeAt(0);
      const { tensors } = readSafetensors(patched, "model.safetensors");
      const sum = (name: string) => Array.from(tensors.get(name)!.data).reduce((total, x) => total + x, 0);
      expect(tensors.size).toBe(9);
      expect(tensors.get("conv1.weight")).toMatchObject({ dtype: "F32", shape: [4, 3, 3, 3] });
      expect([...tensors.get("conv1.bias")!.data.subarray(0, 2)]).toEqual([0.13191646337509155, 0.03988170251250267]);
      expect(sum("conv1.weight")).toBeCloseTo(0.452049087791238, 12);
      expect(sum("fc1.weight")).toBeCloseTo(-3.8182605504989624, 12);
      expect(sum("norm1.weight")).toBe(4);
    });
  },
);

describe("what lies or is damaged", () => {
  const length = (...bytes: number[]) => Uint8Array.from([...bytes, ...new Array(40).fill(0x20)]);
  const four = [0, 0, 0, 0];
  const eight = [...four, ...four];

  test.each<[string, Uint8Array, string]>([
    ["an empty file", new Uint8Array(0), "safetensors.truncated"],
    ["seven bytes", new Uint8Array(7), "safetensors.truncated"],
    ["a header longer than the file", length(41, 0, 0, 0, 0, 0, 0, 0), "safetensors.truncated"],
    ["a header of 100,000,001 bytes", length(0x01, 0xe1, 0xf5, 0x05, 0, 0, 0, 0), "safetensors.headerLength"],
    ["a header of 2⁶⁴ − 1 bytes", length(255, 255, 255, 255, 255, 255, 255, 255), "safetensors.headerLength"],
    ["a PNG", length(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), "safetensors.headerLength"],
    ["a header of no bytes", new Uint8Array(8), "safetensors.header"],
    ["a header that is not UTF-8", Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xc0, 0x80), "safetensors.header"],
    ["a header that is not JSON", fileOf("{'a':1}"), "safetensors.header"],
    ["a header that is a list", fileOf([]), "safetensors.header"],
    ["a header that is null", fileOf("null"), "safetensors.header"],
    ["a million brackets", fileOf("[".repeat(1_000_000)), "safetensors.nesting"],
    ["four brackets inside one another", fileOf({ a: f32(0, 4, [[1]]) }, four), "safetensors.nesting"],
    ["a tensor twice", fileOf('{"a":{},"\\u0061":{}}'), "safetensors.duplicate"],
    ["a field twice", fileOf('{"a":{"dtype":"F32","dtype":"F64"}}'), "safetensors.duplicate"],
    [
      "a tensor __proto__",
      fileOf('{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}', four),
      "safetensors.name",
    ],
    ["metadata __proto__", fileOf('{"__metadata__":{"__proto__":"x"}}'), "safetensors.name"],
    ["metadata that is a list", fileOf({ __metadata__: [] }), "safetensors.metadata"],
    ["metadata that is null", fileOf({ __metadata__: null }), "safetensors.metadata"],
    ["metadata that is a number", fileOf({ __metadata__: { a: 1 } }), "safetensors.metadata"],
    ["a tensor that is null", fileOf({ a: null }), "safetensors.entry"],
    ["a tensor that is a number", fileOf({ a: 1 }), "safetensors.entry"],
    ["a tensor without anything", fileOf({ a: {} }), "safetensors.dtype"],
    ["whole numbers", fileOf({ a: { ...f32(0, 4), dtype: "I32" } }, four), "safetensors.dtype"],
    ["an unknown type", fileOf({ a: { ...f32(0, 4), dtype: "F128" } }, four), "safetensors.dtype"],
    ["a type that objects have", fileOf({ a: { ...f32(0, 4), dtype: "toString" } }, four), "safetensors.dtype"],
    ["a type that is a number", fileOf({ a: { ...f32(0, 4), dtype: 4 } }, four), "safetensors.dtype"],
    ["no shape", fileOf({ a: { dtype: "F32", data_offsets: [0, 4] } }, four), "safetensors.entry"],
    ["a shape of strings", fileOf({ a: f32(0, 4, ["1"]) }, four), "safetensors.entry"],
    ["a shape with a fraction", fileOf({ a: f32(0, 4, [0.5, 2]) }, four), "safetensors.entry"],
    ["a shape below zero", fileOf({ a: f32(0, 4, [-1, -1]) }, four), "safetensors.entry"],
    [
      "a shape beyond 2⁵³",
      fileOf('{"a":{"dtype":"F32","shape":[1e400],"data_offsets":[0,4]}}', four),
      "safetensors.entry",
    ],
    ["a product that overflows", fileOf({ a: f32(0, 4, [2 ** 52, 2 ** 52]) }, four), "safetensors.size"],
    ["an overflow that a zero hides", fileOf({ a: f32(0, 0, [2 ** 52, 2 ** 52, 0]) }), "safetensors.size"],
    ["fewer bytes than the shape", fileOf({ a: f32(0, 4, [2]) }, four), "safetensors.size"],
    ["more bytes than the shape", fileOf({ a: f32(0, 8, [1]) }, eight), "safetensors.size"],
    ["no offsets", fileOf({ a: { dtype: "F32", shape: [1] } }, four), "safetensors.entry"],
    ["three offsets", fileOf({ a: { ...f32(0, 4), data_offsets: [0, 4, 4] } }, four), "safetensors.entry"],
    ["an offset below zero", fileOf({ a: f32(-4, 0) }, four), "safetensors.entry"],
    ["an end before its begin", fileOf({ a: f32(4, 0) }, four), "safetensors.entry"],
    ["an end beyond the file", fileOf({ a: f32(0, 8) }, four), "safetensors.truncated"],
    ["a tensor of a petabyte", fileOf({ a: f32(0, 2 ** 50) }, four), "safetensors.truncated"],
    ["ranges that overlap", fileOf({ a: f32(0, 8), b: f32(4, 12) }, [...eight, ...four]), "safetensors.overlap"],
    ["two tensors in one place", fileOf({ a: f32(0, 4), b: f32(0, 4) }, four), "safetensors.overlap"],
    ["an empty tensor inside another", fileOf({ a: f32(0, 8), b: f32(4, 4) }, eight), "safetensors.overlap"],
    ["a hole before the first", fileOf({ a: f32(4, 8) }, eight), "safetensors.hole"],
    ["a hole between two", fileOf({ a: f32(0, 4), b: f32(8, 12) }, [...eight, ...four]), "safetensors.hole"],
    ["bytes after the last", fileOf({ a: f32(0, 4) }, eight), "safetensors.hole"],
    ["data without a tensor", fileOf({}, four), "safetensors.hole"],
  ])("%s", (_what, bytes, code) => {
    expect(codeOf(bytes)).toBe(code);
  });

  test("an error is one line of bounded length and names the file", () => {
    const header = JSON.stringify({ [`x\n${"y".repeat(9999)}`]: f32(0, 4, [2]) });
    expect(() => readSafetensors(fileOf(header, four), "my.safetensors")).toThrow(
      /^my\.safetensors, tensor "x\\ny.{1,300}$/,
    );
  });

  const whole = writeSafetensors({
    metadata: { format: "cutaway", graph: '{"nodes":[]}' },
    tensors: [
      { name: "conv1.kernel", shape: [3, 3, 1, 2], data: Float32Array.from({ length: 18 }, (_, i) => i / 7) },
      { name: "conv1.bias", shape: [2], data: Float64Array.of(1, 2) },
    ],
  });

  test("a file cut short anywhere is refused", () => {
    for (let end = 0; end < whole.length; end++) expect(codeOf(whole.subarray(0, end))).toBe("safetensors.truncated");
  });

  test("a thousand damaged files are read or refused, and nothing else happens", () => {
    const outcomes = new Map<string, number>();
    for (let seed = 0; seed < 1000; seed++) {
      const code = codeOf(damaged(whole, seed));
      outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
    }
    expect(outcomes.get("read")).toBeGreaterThan(100);
    expect(outcomes.size).toBeGreaterThan(8);
  });
});

/** One to three random changes: a byte, a digit of the header, a piece cut out, a piece put in twice. */
function damaged(bytes: Uint8Array, seed: number): Uint8Array {
  const { below } = randomStream(seed, "check");
  let file = [...bytes];
  for (let left = 1 + below(3); left > 0; left--) {
    const at = below(file.length);
    const digit = file.findIndex((byte, i) => i >= 8 + (at % 240) && byte >= 0x30 && byte <= 0x39);
    const change = below(8);
    if (change < 2) file[at] = below(256);
    else if (change < 6 && digit >= 0) file[digit] = 0x30 + below(10);
    else if (change === 6) file.splice(at, 1 + below(4));
    else file = [...file.slice(0, at + 1 + below(8)), ...file.slice(at)];
  }
  return Uint8Array.from(file);
}
