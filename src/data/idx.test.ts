// IDX files: each element type, each number of dimensions, and each way in which a file can be wrong.
import { expect, test } from "vitest";
import { idxImages, idxLabels, parseIdx } from "./idx.ts";

/** An IDX file: type, sizes, then the bytes of the numbers. */
function idx(type: number, shape: readonly number[], body: readonly number[]): Uint8Array {
  const sizes = shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  return Uint8Array.of(0, 0, type, shape.length, ...sizes, ...body);
}
const error = (code: string) => expect.objectContaining({ code, where: "a-idx" });

test.each([
  ["unsigned byte", 0x08, [200, 1], Uint8Array.of(200, 1)],
  ["signed byte", 0x09, [200, 1], Int8Array.of(-56, 1)],
  ["int16", 0x0b, [0xff, 0xfe, 0x01, 0x02], Int16Array.of(-2, 258)],
  ["int32", 0x0c, [0xff, 0xff, 0xff, 0xfd, 0, 1, 0, 0], Int32Array.of(-3, 65536)],
  ["float32", 0x0d, [0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0], Float32Array.of(1.5, -2)],
  ["float64", 0x0e, [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], Float64Array.of(1.5, -2)],
])("%s, big-endian", (_name, type, body, expected) => {
  expect(parseIdx(idx(type, [2], body), "a-idx")).toEqual({ shape: [2], data: expected });
});

test("a view into a larger buffer, at an odd place", () => {
  const file = idx(0x0d, [1], [0x3f, 0xc0, 0, 0]);
  const larger = new Uint8Array(file.length + 10);
  larger.set(file, 3);
  expect(parseIdx(larger.subarray(3, 3 + file.length), "a-idx").data).toEqual(Float32Array.of(1.5));
});

test.each([
  ["N×H×W is grey", [2, 1, 3], [1, 3, 1]],
  ["N×H×W×C stays", [1, 1, 2, 3], [1, 2, 3]],
  ["N×9 is a square", [1, 9], [3, 3, 1]],
  ["N×6 is a row", [1, 6], [1, 6, 1]],
])("%s", (_name, sizes, shape) => {
  const bytes = new Array(sizes.reduce((a, b) => a * b)).fill(7);
  expect(idxImages(parseIdx(idx(8, sizes, bytes), "a-idx"), "a-idx")).toEqual({
    images: Uint8Array.from(bytes),
    shape,
  });
});

test.each([
  ["nothing", [], "idx.truncated"],
  ["three bytes", [0, 0, 8], "idx.truncated"],
  ["a text", [0x3c, 0x68, 0x74, 0x6d], "idx.magic"],
  ["an unknown type", [0, 0, 0x0a, 1, 0, 0, 0, 0], "idx.type"],
  ["no dimensions", [0, 0, 8, 0], "idx.dimensions"],
  ["five dimensions", [0, 0, 8, 5], "idx.dimensions"],
  ["half a header", [0, 0, 8, 2, 0, 0, 0, 1, 0, 0], "idx.truncated"],
  ["one byte too few", [...idx(8, [2, 3], [1, 2, 3, 4, 5])], "idx.truncated"],
  ["one byte too many", [...idx(8, [2, 3], [1, 2, 3, 4, 5, 6, 7])], "idx.trailing"],
  ["two bytes for a float32", [...idx(0x0d, [1], [1, 2])], "idx.truncated"],
  ["sizes far beyond the file", [...idx(0x0e, [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [1])], "idx.truncated"],
])("%s is refused", (_name, bytes, code) => {
  expect(() => parseIdx(Uint8Array.from(bytes), "a-idx")).toThrow(error(code));
});

test("the error says which size was expected", () => {
  expect(() => parseIdx(idx(8, [2, 3], [1, 2, 3, 4, 5]), "a-idx")).toThrow(
    "a-idx: expected 18 bytes (2 × 3 and the header), got 17 bytes. The file is cut short or its header is wrong: fetch it again.",
  );
});

test("labels are no images and images are no labels", () => {
  const [labels, images] = [parseIdx(idx(8, [2], [0, 1]), "a-idx"), parseIdx(idx(8, [1, 2, 2], [1, 2, 3, 4]), "a-idx")];
  expect(idxLabels(labels, "a-idx")).toEqual(Uint8Array.of(0, 1));
  expect(() => idxImages(labels, "a-idx")).toThrow(error("idx.role"));
  expect(() => idxLabels(images, "a-idx")).toThrow(error("idx.role"));
});
