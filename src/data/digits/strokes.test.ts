// Drawn strokes as pictures: by hand a straight line, then place, size and dots; other forms; nothing drawn.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digitsForm } from "./digits.ts";
import { type DrawnStroke, drawStrokes } from "./strokes.ts";

const at = (pixels: Uint8Array, row: number, column: number) => pixels[row * 28 + column];
const line: DrawnStroke = [
  [10, 0],
  [10, 50],
];

describe("drawStrokes", () => {
  test("a straight line: 20 rows of ink from row 5 on, full on columns 14 and 15, paper elsewhere", () => {
    const pixels = drawStrokes([line]);
    const rows = Array.from({ length: 28 }, (_, row) => at(pixels, row, 14) > 0);
    expect(rows.indexOf(true)).toBe(5);
    expect(rows.lastIndexOf(true)).toBe(24);
    expect([at(pixels, 14, 14), at(pixels, 14, 15)]).toEqual([255, 255]);
    expect([at(pixels, 14, 10), at(pixels, 14, 18), at(pixels, 2, 14)]).toEqual([0, 0, 0]);
  });

  test("where it is drawn and how large makes no difference; a dot beside a line counts, which end came first does not", () => {
    const coordinate = fc.integer({ min: 0, max: 63 });
    const stroke = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(stroke, coordinate, fc.constantFrom(2, 4), (points, moved, scale) => {
        fc.pre(new Set(points.map(String)).size > 1);
        const elsewhere = points.map(([x, y]) => [scale * (x + moved), scale * (y - moved)] as const);
        expect(drawStrokes([elsewhere])).toEqual(drawStrokes([points]));
      }),
      { seed: 3, numRuns: 50 },
    );
    expect(drawStrokes([line, [[40, 25]]])).not.toEqual(drawStrokes([line]));
    expect(drawStrokes([line.toReversed()])).toEqual(drawStrokes([line]));
  });

  test("another form is brought about from that picture", () => {
    const small = { ...digitsForm, shape: [14, 14, 3], channels: "rgb", centring: "none" } as const;
    const pixels = drawStrokes([line], small);
    expect(pixels.length).toBe(14 * 14 * 3);
    expect(Math.max(...pixels)).toBeGreaterThan(150);
    expect(() => drawStrokes([line], { ...small, channels: "raw" })).toThrow(
      expect.objectContaining({ code: "picture.form" }),
    );
  });

  test.each<[string, DrawnStroke[]]>([
    ["nothing", []],
    ["an empty stroke", [[]]],
    ["a dot", [[[3, 3]]]],
    ["two dots", [[[3, 3]], [[4, 4]]]],
  ])("%s is no picture", (_, strokes) => {
    expect(() => drawStrokes(strokes)).toThrow(expect.objectContaining({ code: "picture.ink" }));
  });
});
