// rescale: numbers to check by hand, the numbered rules of README.md, and what holds on random settings.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compute, openAddress, runCase, siteOf } from "../../../test/ops/harness.ts";
import { anyShape, seeds } from "../../../test/ops/shapes.ts";
import { suite } from "../../../test/ops/suite.ts";
import { example as worked } from "./example.ts";
import { rescale } from "./index.ts";

const [out, by51] = worked.cases;

describe("the worked example", () => {
  test("V1 pixels become numbers 0…1", () => {
    expect([...runCase(rescale, out).output]).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect([...runCase(rescale, by51).output]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("a cell opens to the pixel over the divisor", () => {
    const opened = openAddress(runCase(rescale, out), out.addresses[0]);
    expect(opened).toMatchObject({ combine: "quotient", total: 0.2, residual: 0 });
    expect(opened.formula.text).toBe("rescale1.out[0,1,0]: I ÷ divisor = I(0,1,0) ÷ (divisor) = 51 ÷ (255) = 0.2");
    expect(openAddress(runCase(rescale, out), out.addresses[1]).value).toBe(1);
    expect(openAddress(runCase(rescale, by51), by51.addresses[0]).value).toBe(3);
  });

  test("V3 backward multiplies by 1/divisor", () => {
    const opened = openAddress(runCase(rescale, out), out.addresses[2]);
    expect(opened).toMatchObject({ combine: "sum", value: 1 / 255, residual: 0 });
    expect(opened.terms[0].factors[1]).toMatchObject({ constant: "1/divisor", value: 1 / 255 });
  });
});

describe("rules", () => {
  test("V1 every shape stays", () => {
    expect(siteOf(rescale, {}, [2, 5, 3]).output).toEqual([2, 5, 3]);
    expect(siteOf(rescale, {}, [7]).output).toEqual([7]);
  });

  test("V2 a true division, where a rounded factor would give another number", () => {
    const pixel = Array.from({ length: 256 }, (_, v) => v).find((v) => v / 255 !== v * (1 / 255)) as number;
    expect([...compute(rescale, {}, [1], [pixel]).output]).toEqual([pixel / 255]);
  });

  test.each([0, Number.NaN, Number.POSITIVE_INFINITY, "255", null])("V4 %s is no divisor", (divisor) => {
    expect(() => siteOf(rescale, { divisor }, [1])).toThrow(expect.objectContaining({ code: "option.value" }));
  });

  test("V5 nothing to learn", () => {
    expect(compute(rescale, {}, [2], [1, 2]).parameters).toEqual({});
  });
});

const trials = fc
  .record({ shape: anyShape, divisor: fc.constantFrom(255, 51, -3, 0.1), seed: seeds })
  .map(({ shape, divisor, seed }) => ({ operation: rescale, options: { divisor }, inputs: [shape], seed }));
suite(trials, { outputs: 500, inputGradients: 500, dead: 30 });
