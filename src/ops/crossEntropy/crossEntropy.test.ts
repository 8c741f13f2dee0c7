// crossEntropy: numbers to check by hand, the numbered rules of README.md, and what holds on random settings.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backward, forward, lay, openAddress, runCase, siteOf } from "../../../test/ops/harness.ts";
import { seeds } from "../../../test/ops/shapes.ts";
import { suite } from "../../../test/ops/suite.ts";
import { exp, log } from "../../base/math.ts";
import { example as worked } from "./example.ts";
import { crossEntropy } from "./index.ts";

/** The probabilities of logits, written out once more, so that this test needs no other operation. */
function probabilities(z: ArrayLike<number>): Float64Array {
  const m = Math.max(...Array.from(z));
  const exponentials = Float64Array.from(z, (value) => exp(value - m));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

const [example] = worked.cases;
const p = probabilities(example.inputs[0].values);
const opened = example.addresses.map((address) => openAddress(runCase(crossEntropy, example, [p]), address));

/** Loss and gradients of one sample under ∂L/∂loss = 1. */
function lossOf(z: readonly number[], label: number) {
  const inputs = [Float64Array.from(z), probabilities(z)];
  const setting = { operation: crossEntropy, inputs: [[z.length], [z.length]], label };
  const bench = lay(setting, (role) => (role === "outputGradient" ? [1] : "input" in role ? inputs[role.input] : []));
  forward(bench);
  backward(bench);
  return { loss: bench.output[0], logits: bench.inputGradients[0], probs: bench.inputGradients[1] };
}

describe("the worked example", () => {
  test("X1 the loss is −ln p of the true class", () => {
    const [{ value, combine, residual, terms, notes, formula }] = opened;
    expect({ combine, residual }).toEqual({ combine: "log", residual: 0 });
    expect(value).toBeCloseTo(log(exp(-2) + 1 + exp(-1)) + 1, 15);
    expect(terms.map(({ factors }) => factors[0].constant)).toEqual([
      "z[2]-m",
      "exp(z[0]-m)",
      "exp(z[1]-m)",
      "exp(z[2]-m)",
    ]);
    expect(formula.text).toContain("= ln(0.1353 + 1 + 0.3679) − (−1) ≈ 1.408");
    expect(notes[2]).toBe("−ln p = −ln 0.2447 = 1.408, with p = input2.out[2].");
  });

  test("X2 the probability, less 1 at the true class", () => {
    expect(opened.slice(1, 3).map(({ value }) => value)).toEqual([p[2] - 1, p[1]]);
    expect(opened[1].terms[1]).toMatchObject({
      factors: [{ constant: "minus" }, { constant: "target[2]", value: 1 }, { value: 1 }],
    });
    expect(opened[2].terms[1].live).toBe(false);
  });

  test("X3 the gradient of the true probability", () => {
    expect(opened[3]).toMatchObject({ combine: "quotient", value: -1 / p[2], residual: 0 });
  });
});

describe("rules", () => {
  test("X1 by hand: ln 2 for two equal logits; a vanished probability gives a finite loss", () => {
    expect(lossOf([3, 3], 0).loss).toBeCloseTo(0.6931471805599453, 15);
    expect(lossOf([0, 5000], 0)).toMatchObject({ loss: 5000, logits: Float64Array.of(-1, 1) });
  });

  test("X2 the gradients of the logits add up to nothing", () => {
    const { logits } = lossOf([1, -2, 0.5, 3], 1);
    expect(logits.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 15);
  });

  test("X3 ∂L/∂p agrees with the difference quotient of −ln p", () => {
    const z = [0.3, -1, 0.8];
    const [, q] = probabilities(z);
    const numeric = (log(q - 1e-5) - log(q + 1e-5)) / 2e-5;
    expect(Math.abs(lossOf(z, 1).probs[1] / numeric - 1)).toBeLessThan(1e-8);
  });

  test("X4 other classes get 0, a vanished probability among them", () => {
    expect([...lossOf([0, 5000], 1).probs]).toEqual([0, -1]);
    const bench = runCase(crossEntropy, { ...example, label: 1 }, [Float64Array.of(0, 0.5, 0.5)]);
    expect(openAddress(bench, "grad(crossEntropy1.out):softmax1.out[0]")).toMatchObject({ combine: "sum", value: 0 });
  });

  test("X5 ∂L/∂loss scales every gradient", () => {
    const bench = runCase(crossEntropy, example, [p]);
    bench.outputGradient.fill(0.25);
    backward(bench);
    expect([...bench.inputGradients[0]]).toEqual([...lossOf(example.inputs[0].values, 2).logits].map((d) => d / 4));
  });

  test("X6 inputs that do not fit are errors", () => {
    const wrong = expect.objectContaining({ code: "shape.rank" });
    expect(() => siteOf(crossEntropy, {}, [1, 1, 10], [10])).toThrow(wrong);
    expect(() => siteOf(crossEntropy, {}, [10], [9])).toThrow(wrong);
    expect(siteOf(crossEntropy, {}, [10], [10]).output).toEqual([]);
  });
});

const trials = fc.record({ n: fc.integer({ min: 1, max: 10 }), at: fc.nat(9), seed: seeds }).map(({ n, at, seed }) => ({
  operation: crossEntropy,
  inputs: [[n], [n]],
  label: at % n,
  seed,
  free: [0],
  complete: ([z, probs]: readonly Float64Array[]) => probs.set(probabilities(z)),
}));
suite(trials, { outputs: 40, inputGradients: 300, dead: 30 });
