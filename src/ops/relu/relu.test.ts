// relu: numbers to check by hand, the numbered rules of README.md, and what holds on random settings.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compute, openAddress, runCase, siteOf } from "../../../test/ops/harness.ts";
import { anyShape, seeds } from "../../../test/ops/shapes.ts";
import { suite } from "../../../test/ops/suite.ts";
import { example as worked } from "./example.ts";
import { relu } from "./index.ts";

const [example] = worked.cases;
const opened = example.addresses.map((address) => openAddress(runCase(relu, example), address));

describe("the worked example", () => {
  test("R1 what is not positive becomes 0", () => {
    expect([...runCase(relu, example).output]).toEqual([0, 0, 6, 2, 0, 0.5]);
  });

  test("R1 R5 the gates at −6, at 0 and at 6", () => {
    expect(opened.slice(0, 3)).toMatchObject([
      { combine: "gate", value: 0, choice: { kind: "gate", address: "input[0,0,0]", margin: 6, tie: false } },
      { combine: "gate", value: 0, choice: { kind: "gate", address: "input[0,1,0]", margin: 0, tie: true } },
      { combine: "gate", value: 6, choice: { kind: "gate", address: "input[0,2,0]", margin: 6, tie: false } },
    ]);
    expect(opened[0].formula.text).toBe("relu1.out[0,0,0]: max(0, I) = I(0,0,0)·slope = (−6)·0 = 0");
  });

  test("R2 R3 ReLU′ is 0 at −6 and at 0, and 1 at 6", () => {
    expect(opened.slice(3).map(({ value }) => value)).toEqual([0, 0, 1]);
    expect(opened[4]).toMatchObject({ combine: "gate", residual: 0, choice: { address: "input[0,1,0]", tie: true } });
    expect(opened.slice(3).map(({ terms }) => terms[0].live)).toEqual([false, false, true]);
  });
});

describe("rules", () => {
  test("R1 every shape stays, and −0 becomes 0", () => {
    expect(siteOf(relu, {}, [2, 5, 3]).output).toEqual([2, 5, 3]);
    expect([...compute(relu, {}, [2], [-0, -1e-300]).output]).toEqual([0, 0]);
  });

  test("R4 a NaN passes on", () => {
    expect([...compute(relu, {}, [3], [1, Number.NaN, Number.NEGATIVE_INFINITY]).output]).toEqual([1, Number.NaN, 0]);
  });

  test("R6 choices tell open gates from closed ones", () => {
    const { site, inputs, output } = compute(relu, {}, [4], [-1, 0, 1e-300, 2]);
    const values = { inputs, output, parameters: {}, label: 0 };
    expect([...(relu.reference.choices?.(site, values) ?? [])]).toEqual([0, 0, 1, 1]);
  });
});

const trials = fc
  .record({ shape: anyShape, seed: seeds })
  .map(({ shape, seed }) => ({ operation: relu, inputs: [shape], seed }));
suite(trials, { outputs: 500, inputGradients: 500, tied: 60, dead: 200 });
