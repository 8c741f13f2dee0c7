// softmax: numbers to check by hand, the numbered rules of README.md, and what holds on random settings.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compute, openAddress, runCase, siteOf } from "../../../test/ops/harness.ts";
import { seeds } from "../../../test/ops/shapes.ts";
import { suite } from "../../../test/ops/suite.ts";
import { exp } from "../../base/math.ts";
import { example as worked } from "./example.ts";
import { softmax } from "./index.ts";

const [example, large] = worked.cases;
const softmaxOf = (...z: number[]) => [...compute(softmax, {}, [z.length], z).output];

describe("the worked example", () => {
  test("S1 S2 S3 each exponential over the sum of all", () => {
    const sum = exp(-2) + 1 + exp(-1);
    expect([...runCase(softmax, example).output]).toEqual([exp(-2) / sum, 1 / sum, exp(-1) / sum]);
    expect(runCase(softmax, large).output).toEqual(runCase(softmax, example).output);
  });

  test("S5 a probability opens to its exponential over all of them", () => {
    const { terms, residual, formula, notes } = openAddress(runCase(softmax, example), "softmax1.out[1]");
    expect(residual).toBe(0);
    expect(terms.map(({ factors }) => factors[0].constant)).toEqual([
      "exp(z[1]-m)",
      "exp(z[0]-m)",
      "exp(z[1]-m)",
      "exp(z[2]-m)",
    ]);
    expect(formula.text).toContain(
      "= e^(z_1−m) ÷ (e^(z_0−m) + e^(z_1−m) + e^(z_2−m)) = 1 ÷ (0.1353 + 1 + 0.3679) ≈ 0.6652",
    );
    expect(notes).toEqual(["z_0 … z_2 are input[0] … input[2].", "m = 3 is the largest of them."]);
  });

  test("S4 its own logit raises it, another lowers it", () => {
    const [own, other] = example.addresses.slice(1).map((address) => openAddress(runCase(softmax, example), address));
    const [p0, p1] = runCase(softmax, example).output;
    expect(own.value).toBeCloseTo(p1 * (1 - p1), 15);
    expect(other.value).toBeCloseTo(-p0 * p1, 15);
    expect(other.terms[2]).toMatchObject({ factors: [{ constant: "minus", value: -1 }, { value: 1 }, {}, {}] });
  });
});

describe("rules", () => {
  test("S1 by hand: equal logits share, and the largest never overflows", () => {
    expect(softmaxOf(7, 7, 7, 7)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(softmaxOf(5)).toEqual([1]);
    expect(softmaxOf(1e300, -1e300)).toEqual([1, 0]);
  });

  test("S2 probabilities are positive and give 1", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 12 }), (z) => {
        const p = softmaxOf(...z);
        expect(p.every((value) => value > 0 && value <= 1)).toBe(true);
        expect(p.reduce((sum, value) => sum + value)).toBeCloseTo(1, 14);
      }),
      { seed: 4 },
    );
  });

  test("S2 a NaN among the logits is not hidden", () => {
    expect(softmaxOf(1, Number.NaN, 2)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test("S6 an image is an error with a mend", () => {
    const wrong = expect.objectContaining({ code: "shape.rank", hint: "Put flatten() and dense before softmax." });
    expect(() => siteOf(softmax, {}, [1, 1, 10])).toThrow(wrong);
  });
});

const trials = fc
  .record({ n: fc.integer({ min: 1, max: 10 }), seed: seeds })
  .map(({ n, seed }) => ({ operation: softmax, inputs: [[n]], seed }));
suite(trials, { outputs: 150, inputGradients: 150 });
