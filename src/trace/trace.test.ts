// Accounts by hand, one of each kind; formulas and renderings that leave out no number they show.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { log } from "../base/math.ts";
import { type Account, float32Spacing, settle } from "./account.ts";
import { cellSymbol, formatNumber, gradientSymbol, isRounded, latexNumber, latexSymbol } from "./notation.ts";
import { accountToLatex, accountToText } from "./render.ts";
import { constant, type Derivation, type Factor, padding } from "./terms.ts";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

const law = { text: "the law", latex: "\\text{the law}" };
const cell = (value: number, symbol = "x"): Factor => ({ symbol, address: `conv1.out[${symbol}]`, value });
const place = { address: "dense1.out[0]", op: "dense" };

function account(
  combine: Derivation["combine"],
  terms: Derivation["terms"],
  value: number,
  dtype: "f32" | "f64" = "f64",
  more: Partial<Derivation> = {},
): Account {
  return settle(place, { rule: "dense.output", law, combine, terms, ...more }, { value, dtype });
}
const running = ({ terms }: Account) => terms.map((term) => term.running);
const live = ({ terms }: Account) => terms.map((term) => term.live);

describe("settle, by hand", () => {
  test("sum: 2·3 + (−1)·4 + 5 = 7", () => {
    const sum = account("sum", [[cell(2), cell(3)], [cell(-1), cell(4)], [cell(5)]], 7);
    expect(sum).toMatchObject({ ...place, rule: "dense.output", total: 7, value: 7, residual: 0, ulps: 0, bound: 0 });
    expect(sum.terms.map((term) => term.value)).toEqual([6, -4, 5]);
    expect(running(sum)).toEqual([6, 2, 7]);
    expect(account("sum", [], 0).total).toBe(0);
  });

  test("a zero factor and padding are not live", () => {
    const sum = account("sum", [[cell(0), cell(3)], [constant("0", padding, 0), cell(4)], [cell(5)], [cell(nan)]], nan);
    expect(live(sum)).toEqual([false, false, true, true]);
    const max = account("max", [[constant("−∞", padding, -infinity)], [cell(-2)]], -2);
    expect(live(max)).toEqual([false, true]);
  });

  test("max: the first of the largest, and a NaN is never overtaken", () => {
    const max = account("max", [[cell(3)], [cell(7)], [cell(7)], [cell(2)]], 7);
    expect([max.total, ...running(max)]).toEqual([7, 3, 7, 7, 7]);
    expect(running(account("max", [[cell(3)], [cell(nan)], [cell(9)]], nan))).toEqual([3, nan, nan]);
  });

  test("gate: −3·0 is 0, 5·1 is 5", () => {
    expect(account("gate", [[cell(-3), constant("0", "slope", 0)]], 0)).toMatchObject({ residual: 0, ulps: 0 });
    expect(account("gate", [[cell(5), constant("1", "slope", 1)]], 5).total).toBe(5);
  });

  test("quotient: 1 ÷ (1 + 3), log: ln(1 + 3) − (−2)", () => {
    const quotient = account("quotient", [[cell(1)], [cell(1)], [cell(3)]], 0.25);
    expect([quotient.total, ...running(quotient)]).toEqual([0.25, 1, 1, 4]);
    const ratio = account("log", [[cell(-2)], [cell(1)], [cell(3)]], log(4) + 2);
    expect([ratio.total, ...running(ratio)]).toEqual([log(4) + 2, -2, 1, 4]);
    expect(ratio.total).toBeCloseTo(3.386294361119891, 14);
  });

  test("copy: a leaf is what was given", () => {
    expect(account("copy", [], 153)).toMatchObject({ total: 153, residual: 0, terms: [], bound: 0 });
  });

  test("residual in float32 spacings, and what rounding allows", () => {
    const stored = Math.fround(0.1) + 2 ** -27;
    const one = account("sum", [[cell(0.1)]], stored, "f32");
    expect(one.residual).toBe(stored - 0.1);
    expect(one.ulps).toBe((stored - 0.1) / 2 ** -27);
    expect(one.bound).toBe((4 * 0.1) / 2 ** 24);
    const five = account("sum", [[cell(1)], [cell(-2)], [cell(3)], [cell(-4)], [cell(5)]], 3, "f32");
    expect(five.bound).toBe((5 * 15) / 2 ** 24);
    expect(account("max", [[cell(3)], [cell(-7)]], 3, "f32").bound).toBe((4 * 3) / 2 ** 24);
    expect(account("log", [[cell(-2)], [cell(4)]], 3.5, "f32").bound).toBe((4 * 6) / 2 ** 24 + 3.5 / 2 ** 22);
    expect(account("quotient", [[cell(1)], [cell(4)]], 0.25, "f32").bound).toBe((4 * 5) / 2 ** 24 + 1 / 2 ** 22);
  });

  test.each([
    [1, 2 ** -23],
    [1.999, 2 ** -23],
    [-2, 2 ** -22],
    [0.1, 2 ** -27],
    [0, 2 ** -149],
  ])("next to %d float32 numbers lie %d apart", (x, spacing) => {
    expect(float32Spacing(x)).toBe(spacing);
  });
});

describe("numbers and symbols", () => {
  test.each([
    [0, "0", "0"],
    [-0, "0", "0"],
    [-6, "−6", "-6"],
    [1234567, "1234567", "1234567"],
    [0.123456, "0.1235", "0.1235"],
    [-0.5, "−0.5", "-0.5"],
    [-1.5e-7, "−1.5e−7", "-1.5 \\cdot 10^{-7}"],
    [2e21, "2e+21", "2 \\cdot 10^{21}"],
    [-infinity, "−∞", "-\\infty "],
    [nan, "NaN", "NaN"],
  ])("%d is written %s, in LaTeX %s", (value, text, tex) => {
    expect([formatNumber(value), latexNumber(value)]).toEqual([text, tex]);
  });

  test("rounded is what shows less than was stored", () => {
    expect([1 / 3, 123456.5, 1e15 + 2].map((value) => isRounded(value))).toEqual([true, true, true]);
    expect([0.25, 123456, infinity, nan, -0].some((value) => isRounded(value))).toBe(false);
    expect([formatNumber(0.1, 17), formatNumber(1 / 3, 17), isRounded(1 / 3, 17)]).toEqual([
      "0.1",
      "0.3333333333333333",
      false,
    ]);
  });

  test("symbols", () => {
    expect([cellSymbol("K", [0, 2]), cellSymbol("L", []), gradientSymbol("β", [1])]).toEqual([
      "K(0,2)",
      "L",
      "∂L/∂β(1)",
    ]);
    expect(latexSymbol("∂L/∂β(1)")).toBe("\\frac{\\partial L}{\\partial \\beta (1)}");
    expect(latexSymbol("e^(z_10−m)")).toBe("e^{z_{10}-m}");
  });
});

describe("formulas", () => {
  const terms = [[cell(2, "a"), cell(-3, "b")], [cell(1 / 3, "c")]];
  const two = [[cell(6, "a")], [cell(1, "b")], [cell(2, "c")]];
  test.each([
    ["sum", terms, "a·b + c = 2·(−3) + 0.3333 ≈ −5.667", "a \\cdot b + c = 2 \\cdot (-3) + 0.3333 \\approx -5.667"],
    ["max", two, "max(a, b, c) = max(6, 1, 2) = 6", "\\max\\left(a, b, c\\right) = \\max\\left(6, 1, 2\\right) = 6"],
    ["quotient", two, "a ÷ (b + c) = 6 ÷ (1 + 2) = 2", "\\frac{a}{b + c} = \\frac{6}{1 + 2} = 2"],
    [
      "log",
      [[cell(-1, "a")], [cell(1, "b")]],
      "ln(b) − a = ln(1) − (−1) = 1",
      "\\ln\\left(b\\right) - a = \\ln\\left(1\\right) - (-1) = 1",
    ],
    ["gate", [[cell(2, "a"), constant("1", "slope", 1)]], "a·1 = 2·1 = 2", "a \\cdot 1 = 2 \\cdot 1 = 2"],
    ["sum", [], "0 = 0 = 0", "0 = 0 = 0"],
  ] as const)("%s", (combine, given, text, tex) => {
    const { total } = account(combine, given, 0);
    const { formula } = account(combine, given, total);
    expect(formula).toEqual({ text: `dense1.out[0]: the law = ${text}`, latex: `\\text{the law} = ${tex}` });
  });

  test("a copy has no terms to show", () => {
    expect(account("copy", [], 0.5).formula.text).toBe("dense1.out[0]: the law = 0.5");
  });

  const many = (count: number, value: (k: number) => number) =>
    Array.from({ length: count }, (_, k) => [cell(value(k), `x${k}`)]);
  const shown = ({ formula }: Account) => formula.text.split(" = ")[1];

  test("twelve terms are shown, of more the live ones, and the rest is counted", () => {
    const names = (...numbers: number[]) => numbers.map((k) => `x${k}`).join(" + ");
    expect(
      shown(
        account(
          "sum",
          many(12, (k) => k % 2),
          6,
        ),
      ),
    ).toBe(names(...Array(12).keys()));
    expect(
      shown(
        account(
          "sum",
          many(13, (k) => k % 5),
          0,
        ),
      ),
    ).toBe(`${names(1, 2, 3, 4, 6, 7, 8, 9, 11, 12)} + … (3 more)`);
    expect(
      shown(
        account(
          "sum",
          many(20, () => 1),
          20,
        ),
      ),
    ).toBe(`${names(...Array(12).keys())} + … (8 more)`);
    expect(
      shown(
        account(
          "sum",
          many(20, () => 0),
          0,
        ),
      ),
    ).toBe(`${names(...Array(12).keys())} + … (8 more)`);
  });
});

describe("renderings", () => {
  test("text and LaTeX hold every shown number, and count the terms they leave out", () => {
    const number = fc.oneof(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.constant(0));
    const sums = fc.array(fc.array(number, { minLength: 1, maxLength: 3 }), { maxLength: 80 });
    fc.assert(
      fc.property(sums, (products) => {
        const terms = products.map((factors) => factors.map((value, k) => cell(value, `x${k}`)));
        const opened = account("sum", terms, account("sum", terms, 0).total);
        const visible =
          terms.length > 64 && live(opened).includes(true) ? opened.terms.filter((t) => t.live) : opened.terms;
        const left = terms.length - Math.min(64, visible.length);
        const [text, tex] = [accountToText(opened), accountToLatex(opened)];
        for (const { factors, value, running } of visible.slice(0, 64)) {
          for (const each of [
            running,
            ...(factors.length > 1 ? [value] : []),
            ...factors.map((factor) => factor.value),
          ])
            expect(text).toContain(formatNumber(each));
          for (const each of [...(factors.length > 1 ? [value] : []), ...factors.map((factor) => factor.value)])
            expect(tex).toContain(latexNumber(each));
        }
        expect(text).toContain(`stored ${formatNumber(opened.value, 17)} (f64)`);
        expect(tex).toContain(latexNumber(opened.value));
        expect(text.includes(`and ${left} more terms`)).toBe(left > 0);
        expect(tex.includes(`and ${left} more terms`)).toBe(left > 0);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test("64 rows are shown; of more, the live ones and the number of the others", () => {
    const rows = (count: number) => {
      const terms = Array.from({ length: count }, (_, k) => [cell(k % 5 === 0 ? 1 : 0, `x${k}`)]);
      const text = accountToText(account("sum", terms, 13));
      return [text.split("\n").filter((line) => line.includes("→")).length, /and \d+ more/.exec(text)?.[0]];
    };
    expect([rows(64), rows(65)]).toEqual([
      [64, undefined],
      [13, "and 52 more"],
    ]);
  });

  test("a winner, a gate and the notes are told", () => {
    const told = (kind: "winner" | "gate", tie: boolean) =>
      accountToText(
        account("max", [[cell(1)]], 1, "f64", { choice: { kind, address: "relu1.out[2]", margin: 0.5, tie } }),
      );
    expect(told("winner", false)).toContain("winner relu1.out[2] by 0.5");
    expect(told("winner", true)).toContain("winner relu1.out[2], first of several equal ones");
    expect(told("gate", false)).toContain("gate at relu1.out[2]: 0.5 from the kink");
    expect(told("gate", true)).toContain("exactly on it");
    const noted = account("copy", [], 3, "f64", { notes: ["Given by hand."] });
    expect(noted.notes).toEqual(["Given by hand."]);
    expect(accountToText(noted)).toContain("\n  Given by hand.\n");
  });
});
