// Formulas as MathML: by hand first, then every account of every operation, whose elements must nest and whose words must all be there.
import { describe, expect, test } from "vitest";
import { elementsOf } from "../../../test/story/markup.ts";
import { operations } from "../../ops/index.ts";
import type { Account } from "../../trace/account.ts";
import { formatNumber } from "../../trace/notation.ts";
import { workedExample } from "../example.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import { accountToMathml, formulaToMathml } from "./mathml.ts";

const inside = (latex: string) => /^<math [^>]*>(.*)<\/math>$/s.exec(formulaToMathml({ latex }))?.[1];
const words = (xml: string) => xml.replace(/<[^>]+>/g, "");

/** Elements that MathML Core has, among those that are used here. */
const core = new Set("math mrow mi mn mo mtext mspace mfrac msub msup munder mover mtable mtr mtd".split(" "));

describe("by hand", () => {
  test.each([
    ["\\frac{a}{2.5}", "<mfrac><mi>a</mi><mn>2.5</mn></mfrac>"],
    ["-1", '<mrow><mo form="prefix">−</mo><mn>1</mn></mrow>'],
    ["\\left|a\\right|", '<mrow><mo stretchy="false">|</mo><mi>a</mi><mo stretchy="false">|</mo></mrow>'],
    ["a - b", "<mrow><mi>a</mi><mo>−</mo><mi>b</mi></mrow>"],
    [
      "K(0,2)",
      '<mrow><mi>K</mi><mrow><mo stretchy="false">(</mo><mrow><mn>0</mn><mo>,</mo><mn>2</mn></mrow><mo stretchy="false">)</mo></mrow></mrow>',
    ],
    ["e^{z_0-m}", "<msup><mi>e</mi><mrow><msub><mi>z</mi><mn>0</mn></msub><mo>−</mo><mi>m</mi></mrow></msup>"],
    ["\\sum_i x", "<mrow><munder><mo>∑</mo><mi>i</mi></munder><mi>x</mi></mrow>"],
    ["\\mathrm{ReLU}'", "<msup><mi>ReLU</mi><mo>′</mo></msup>"],
    ["\\text{a < b}", "<mtext>a &lt; b</mtext>"],
    ["\\frac{\\partial L}{\\partial w}", '<mfrac><mrow><mi mathvariant="normal">∂</mi><mi>L</mi></mrow>'],
    ["(\\frac{a}{b})", "<mrow><mo>(</mo><mfrac>"],
    ["\\max\\left(1, 2\\right)", '<mrow><mi>max</mi><mrow><mo stretchy="false">(</mo>'],
  ])("%s", (latex, xml) => {
    expect(inside(latex)).toContain(xml);
  });

  test("a number's minus is its own behind a sign or a bracket, and is subtracted behind a number", () => {
    const prefixes = (latex: string) => inside(latex)?.split('form="prefix"').length ?? 0;
    expect(["1 \\cdot (-2)", "a = -2", "2 - 1", "10^{-7}", "(a)-1"].map(prefixes)).toEqual([2, 2, 1, 2, 1]);
  });

  test("a command that no formula uses is an error that lists those that are", () => {
    expect(() => formulaToMathml({ latex: "\\iint x" })).toThrow(/\\iint/);
    expect(() => formulaToMathml({ latex: "\\iint x" })).toThrow(/\\partial/);
    expect(() => formulaToMathml({ latex: "a # b" })).toThrow("#");
  });
});

function check(account: Account): void {
  const xml = accountToMathml(account);
  for (const { name } of elementsOf(xml)) expect(core).toContain(name);
  expect(words(xml)).not.toMatch(/[\\{}_^$]/);
  if (Math.abs(account.value) >= 1e-4) expect(words(xml)).toContain(formatNumber(account.value));
  const shown = account.terms.filter(({ live }) => live).slice(0, 4);
  if (account.combine !== "copy" && account.terms.length <= 12) {
    for (const { factors } of shown)
      for (const { value } of factors) if (Math.abs(value) >= 1e-4) expect(words(xml)).toContain(formatNumber(value));
  }
}

describe("every account", () => {
  test.each(Object.keys(operations))("of the worked example of %s", async (op) => {
    const { accounts } = (await workedExample(op)) as { accounts: readonly Account[] };
    expect(accounts.length).toBeGreaterThan(0);
    for (const account of accounts) check(account);
  });

  test("of the lesson's network, forward, backward and next", async () => {
    const opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
    const seen = new Set<string>();
    for (const { name, shape } of opened.places()) {
      const parameter = /\.(kernel|weight|bias)$/.test(name);
      for (const scope of ["", "grad:", "grad(logits[0]):", ...(parameter ? ["next:"] : [])]) {
        for (const last of [false, true]) {
          const account = opened.at(
            `${scope}${name}${shape.length > 0 ? `[${shape.map((n) => (last ? n - 1 : 0))}]` : ""}`,
          );
          check(account);
          seen.add(account.combine);
        }
      }
    }
    expect([...seen].sort()).toEqual(["copy", "gate", "log", "max", "quotient", "sum"]);
  });

  test("with more than 12 terms counts the rest, and breaks what is too long for a line", async () => {
    const opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
    const gradient = accountToMathml(opened.at("grad:conv1.kernel[0,0,0,0]"));
    expect(words(gradient)).toContain("(12 more)");
    const forward = accountToMathml(opened.at("conv1.out[1,2,0]"));
    expect(forward.split("<mtr>").length - 1).toBeGreaterThan(4);
    expect(forward.split(">=<").length - 1).toBe(3);
  });

  test("of a batch, of a mean loss and of numbers that are not finite", async () => {
    const opened = await explain(lesson6(), { input: [lesson6Image, lesson6Image], label: [0, 2] });
    check(opened.at("loss"));
    check(opened.at("grad:conv1.kernel[1,1,0,2]"));
    const latex = "\\frac{NaN}{-\\infty } \\approx NaN";
    expect(words(formulaToMathml({ latex }))).toBe("NaN−∞≈NaN");
  });
});
