// add: numbers to check by hand, the numbered rules of README.md, and what holds on random settings.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backward, openAddress, runCase, siteOf } from "../../../test/ops/harness.ts";
import { anyShape, seeds } from "../../../test/ops/shapes.ts";
import { suite } from "../../../test/ops/suite.ts";
import { example as worked } from "./example.ts";
import { add } from "./index.ts";

const [example] = worked.cases;

describe("the worked example", () => {
  test("B1 cell by cell", () => {
    expect([...runCase(add, example).output]).toEqual([11, 0, -2, 0.75]);
    const opened = openAddress(runCase(add, example), "add1.out[1,0,0]");
    expect(opened).toMatchObject({ value: -2, residual: 0 });
    expect(opened.formula.text).toBe("add1.out[1,0,0]: A + B = A(1,0,0) + B(1,0,0) = 3 + (−5) = −2");
    expect(opened.terms.map(({ factors }) => factors[0].address)).toEqual(["input[1,0,0]", "input2.out[1,0,0]"]);
  });

  test("B3 the gradient flows into both branches", () => {
    expect(openAddress(runCase(add, example), "grad(add1.out[1,0,0]):input2.out[1,0,0]").value).toBe(1);
    const bench = runCase(add, example);
    bench.outputGradient.set([1, 2, 3, 4]);
    backward(bench);
    expect(bench.inputGradients.map((gradient) => [...gradient])).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
  });
});

test("B2 two shapes that differ are an error", () => {
  const differ = expect.objectContaining({ code: "shape.same", where: "layer1", received: "[2, 2, 1] and [2, 1, 2]" });
  expect(() => siteOf(add, {}, [2, 2, 1], [2, 1, 2])).toThrow(differ);
  expect(() => siteOf(add, {}, [4], [2, 2, 1])).toThrow(expect.objectContaining({ code: "shape.same" }));
});

const trials = fc
  .record({ shape: anyShape, seed: seeds })
  .map(({ shape, seed }) => ({ operation: add, inputs: [shape, shape], seed }));
suite(trials, { outputs: 500, inputGradients: 1000, dead: 30 });
