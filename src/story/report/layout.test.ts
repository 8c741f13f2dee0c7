// How numbers are written in cells, how sums close and tensors lie flat, by hand; every layout shows every number once.
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../base/shape.ts";
import type { Account } from "../../trace/account.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import { stampOf } from "../picture/stamp.ts";
import { sum } from "./answer.ts";
import { addressOf, isSmall, planesOf } from "./planes.ts";
import { powerText, writingOf } from "./writing.ts";

describe("cells", () => {
  const texts = (values: number[], digits?: number) => {
    const writing = writingOf(values, digits);
    return [values.map(writing.text).join(" "), writing.exponent, writing.rounded];
  };

  test.each([
    [[255, 0, -6, 1234], "255 0 −6 1234", 0, false],
    [[0.5, -0.25, 0], "0.5 −0.25 0", 0, false],
    [[-0.70007, 0.10361, 0.99996], "−0.700 0.104 1.00", 0, true],
    [[-0.046995, 0, 0.0154], "−47.0 0 15.4", -3, true],
    [[0.0625, -0.03125], "62.5 −31.3", -3, true],
    [[12.3456, 0.0004, -0.0123], "12.3 ≈0 −0.012", 0, true],
    [[123456.7, -2e4], "123 −20", 3, true],
    [[5000.4, 2], "5000 2", 0, true],
    [[0, 0], "0 0", 0, false],
    [[Number.NaN, Number.POSITIVE_INFINITY, 2], "NaN ∞ 2", 0, false],
    [[5e-324], "≈0", -300, true],
  ])("%j is written %s", (values, text, exponent, rounded) => {
    expect(texts(values)).toEqual([text, exponent, rounded]);
  });

  test("the fourth digit where it is asked for", () => {
    expect(texts([1.000527, 0.99949, -0.000376], 4)).toEqual(["1.001 0.9995 −0.0004", 0, true]);
  });

  test("powers of ten", () => {
    expect([0, -3, 6].map(powerText)).toEqual(["", "×10<sup>−3</sup>", "×10<sup>6</sup>"]);
  });
});

describe("a sum", () => {
  test("closes as its stamp says: exactly, rounded, not at all; what is given has no terms to add", async () => {
    const opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
    const gradient = opened.at("grad:conv1.kernel[0,0,0,0]");
    const closing = (account: Account) => {
      const [, html] = /<p class="stamp"><code>.*?<\/code> (.*)<\/p>/.exec(sum(account)) ?? [];
      return [stampOf(account).kind, html.replace(/<.*?>/g, "")];
    };
    expect(closing(gradient)).toEqual(["exact", "16 terms, 4 live · ✓ adds up exactly"]);
    const rounded = { ...gradient, residual: -0.25, bound: 0.5 };
    const distance = "residual 0.25 where rounding allows";
    expect(closing(rounded)).toEqual(["rounded", `16 terms, 4 live · ≈ adds up, rounded: ${distance} 0.5`]);
    const open = { ...rounded, bound: 0.125 };
    expect(closing(open)).toEqual(["open", `16 terms, 4 live · ≠ does not add up: ${distance} 0.125`]);
    expect(closing(opened.at("input[0,0,0]"))).toEqual(["given", "· given"]);
  });
});

describe("planes", () => {
  const shapes = [
    [],
    [5],
    [97],
    [400],
    [12, 3],
    [400, 10],
    [4, 4, 3],
    [26, 26, 8],
    [3, 3, 1, 8],
    [3, 3, 2, 3],
    [3, 3, 8, 16],
    [1, 1, 8, 4],
  ];

  test.each(shapes.map((shape) => [shape] as const))("%j: every number once", (shape) => {
    const planes = planesOf({ shape }, { maps: [5, 5, 16] });
    const seen = planes.flatMap(({ rows, columns, position }) =>
      Array.from({ length: rows * columns }, (_, k) => position(Math.floor(k / columns), k % columns)),
    );
    expect(seen.sort((a, b) => a - b)).toEqual([...Array(sizeOf(shape)).keys()]);
  });

  test("H×W×C by channel, kernels by filter, weights as the maps lie", () => {
    const at = (shape: number[], plane: number, row: number, column: number, maps?: number[]) => {
      const { position } = planesOf({ shape }, { maps })[plane];
      return addressOf({ name: "x.out", shape }, position(row, column));
    };
    expect(at([4, 4, 3], 2, 1, 3)).toBe("x.out[1,3,2]");
    expect(at([3, 3, 1, 8], 7, 2, 0)).toBe("x.out[2,0,0,7]");
    expect(at([3, 3, 2, 3], 3, 0, 1)).toBe("x.out[0,1,1,1]");
    expect(at([3, 3, 8, 16], 5, 1, 3 * 6 + 2)).toBe("x.out[1,2,6,5]");
    expect(at([12, 3], 0, 11, 2)).toBe("x.out[11,2]");
    // Row 4, column 3 of map 9 is number (4·5 + 3)·16 + 9 of the flat vector.
    expect(at([400, 10], 8, 4, 9 * 5 + 3, [5, 5, 16])).toBe("x.out[377,8]");
    expect(at([400], 0, 4, 9 * 5 + 3, [5, 5, 16])).toBe("x.out[377]");
    expect(addressOf({ name: "loss", shape: [] }, 0)).toBe("loss");
  });

  test("units are named, and vectors without maps break into equal rows", () => {
    const [first, second] = planesOf({ shape: [400, 2] }, { units: ["cat", "dog"] });
    expect([first.caption, second.caption, first.rows, first.columns]).toEqual(["to cat", "to dog", 10, 40]);
  });

  test("what is small", () => {
    const small = shapes.filter((shape) => isSmall({ shape })).map((shape) => shape.join("×"));
    expect(small).toEqual(["", "5", "12×3", "4×4×3", "3×3×1×8", "3×3×2×3", "1×1×8×4"]);
  });
});
