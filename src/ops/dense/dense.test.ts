// dense: numbers to check by hand, the numbered rules of README.md, and what holds on random settings.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compute, openAddress, runCase, siteOf } from "../../../test/ops/harness.ts";
import { seeds } from "../../../test/ops/shapes.ts";
import { suite } from "../../../test/ops/suite.ts";
import type { Operation } from "../op.ts";
import { example as worked } from "./example.ts";
import { dense } from "./index.ts";

const [example] = worked.cases;
const opened = example.addresses.map((address) => openAddress(runCase(dense, example), address));
const operation: Operation<object> = dense;

describe("the worked example", () => {
  test("D1 D2 weighted sums, the bias last", () => {
    expect([...runCase(dense, example).output]).toEqual([-0.5, -3.5]);
    expect(opened[0]).toMatchObject({ rule: "dense.output", value: -0.5, residual: 0 });
    expect(opened[0].formula.text).toContain(
      "I(0)·W(0,0) + I(1)·W(1,0) + I(2)·W(2,0) + β(0) = 2·1 + 0·5 + (−1)·3 + 0.5",
    );
    expect(opened[0].terms.map(({ live }) => live)).toEqual([true, false, true, true]);
  });

  test("D5 gradients of the second unit", () => {
    expect(opened.slice(2).map(({ value }) => value)).toEqual([-2, 2, 1]);
    expect(opened.slice(2).map(({ rule }) => rule)).toEqual([
      "dense.inputGradient",
      "dense.weightGradient",
      "dense.biasGradient",
    ]);
  });
});

describe("rules", () => {
  test("D1 the order of the sum decides its rounding", () => {
    const sum = (values: number[]) => [
      ...compute(dense, { units: 1 }, [2], values, { weight: [1, 1], bias: [1] }).output,
    ];
    expect(sum([1e16, -1e16])).toEqual([1]);
    expect(sum([1e16, 0])).toEqual([1e16]);
  });

  test("D2 D3 parameters and their fans, with and without bias", () => {
    const { options, inputs } = siteOf(dense, { units: 2 }, [3]);
    expect(operation.op.parameters(options, inputs)).toEqual({
      weight: { shape: [3, 2], kind: "weight", fanIn: 3, fanOut: 2 },
      bias: { shape: [2], kind: "bias", fanIn: 3, fanOut: 2 },
    });
    const bench = compute(dense, { units: 1, useBias: false }, [2], [3, 4], { weight: [1, 10] });
    expect(bench.parameterShapes).toEqual({ weight: [2, 1] });
    expect([...bench.output]).toEqual([43]);
    expect(openAddress(bench, "dense1.out[0]").terms).toHaveLength(2);
  });

  test("D4 an image is an error that names the mend", () => {
    const wrong = expect.objectContaining({ code: "shape.rank", where: "layer1", hint: "Put flatten() before dense." });
    expect(() => siteOf(dense, { units: 2 }, [4, 4, 1])).toThrow(wrong);
  });

  test("D6 zeros under negative weights give 0, never −0", () => {
    const bench = compute(dense, { units: 1, useBias: false }, [2], [0, 0], { weight: [-1, -1] });
    expect([...bench.output]).toEqual([0]);
  });

  test("D7 multiply-adds", () => {
    expect(operation.op.multiplyAdds(siteOf(dense, { units: 10 }, [400]))).toBe(4000);
  });
});

const trials = fc
  .record({
    n: fc.integer({ min: 1, max: 20 }),
    units: fc.integer({ min: 1, max: 8 }),
    useBias: fc.boolean(),
    seed: seeds,
  })
  .map(({ n, units, useBias, seed }) => ({ operation: dense, options: { units, useBias }, inputs: [[n]], seed }));
suite(trials, { outputs: 100, inputGradients: 300, parameterGradients: 1000, dead: 100 });
