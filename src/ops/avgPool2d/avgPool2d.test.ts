// avgPool2d: numbers to check by hand, the numbered rules of README.md, and what holds on random settings.
import { describe, expect, test } from "vitest";
import { backward, compute, openAddress, runCase, sides, siteOf } from "../../../test/ops/harness.ts";
import { poolings } from "../../../test/ops/shapes.ts";
import { suite } from "../../../test/ops/suite.ts";
import { example as worked } from "./example.ts";
import { avgPool2d } from "./index.ts";

const [out, padded] = worked.cases;

describe("the worked example", () => {
  test("A1 the mean of each window", () => {
    expect([...runCase(avgPool2d, out).output]).toEqual([4, 2, 5, 4]);
    const opened = openAddress(runCase(avgPool2d, out), out.addresses[0]);
    expect(opened).toMatchObject({ combine: "sum", value: 4, residual: 0, notes: ["n = 4."] });
    expect(opened.formula.text).toContain("= 1·0.25 + 3·0.25 + 5·0.25 + 7·0.25 = 4");
    expect(openAddress(runCase(avgPool2d, out), out.addresses[1]).value).toBe(0.25);
  });

  test("A2 a corner's window holds one cell, an edge's two", () => {
    const bench = runCase(avgPool2d, padded);
    expect([...bench.output]).toEqual([1, 2.5, 4, 6.5, 6, 2.5, 4, 0.5, 3]);
    const [corner, edge, gradient] = padded.addresses.map((address) => openAddress(bench, address));
    expect(corner.notes).toEqual(["n = 1 of 4: padding is not counted."]);
    expect(corner.terms.map(({ live }) => live)).toEqual([false, false, false, true]);
    expect(edge.terms.map(({ value }) => value)).toEqual([0, 0, 1.5, 1]);
    expect(gradient.value).toBe(0.5);
  });
});

const row = (values: number[], options: Record<string, unknown>) =>
  compute(avgPool2d, options, [1, values.length, 1], values);

describe("rules", () => {
  test("A1 each cell times a rounded 1/n, not a sum divided", () => {
    const share = 1 / 3;
    const values = [0.1, 0.1, 0.1];
    const expected = 0.1 * share + 0.1 * share + 0.1 * share;
    expect(expected).not.toBe((0.1 + 0.1 + 0.1) / 3);
    expect([...row(values, { poolSize: [1, 3] }).output]).toEqual([expected]);
  });

  test("A3 strides default to the window; what does not fit is dropped; padding is smaller than the window", () => {
    expect([...row([1, 3, 5, 9, 100], { poolSize: [1, 2] }).output]).toEqual([2, 7]);
    expect(() => siteOf(avgPool2d, { poolSize: 2, padding: 2 }, [4, 4, 1])).toThrow(
      expect.objectContaining({ code: "shape.padding" }),
    );
    expect(() => siteOf(avgPool2d, { poolSize: 5 }, [4, 4, 1])).toThrow(
      expect.objectContaining({ code: "shape.window" }),
    );
  });

  test("A4 every window sends back its share, by its own n", () => {
    const bench = row([1, 2, 3], { poolSize: [1, 2], strides: 1, padding: sides(0, 0, 1, 0) });
    bench.outputGradient.set([8, 4, 2]);
    backward(bench);
    expect([...bench.inputGradients[0]]).toEqual([10, 3, 1]);
  });

  test("A4 a cell that no window reads gets nothing, and its account says so", () => {
    const opened = openAddress(row([1, 2, 9], { poolSize: [1, 2] }), "grad(avgpool1.out[0,0,0]):input[0,2,0]");
    expect(opened).toMatchObject({ terms: [], total: 0, value: 0, notes: ["No window reads this cell."] });
  });

  test("A5 an input without three axes is an error with a mend", () => {
    const wrong = expect.objectContaining({ code: "shape.rank", hint: "Put avgPool2d before flatten()." });
    expect(() => siteOf(avgPool2d, { poolSize: 2 }, [16])).toThrow(wrong);
  });
});

suite(poolings(avgPool2d), { outputs: 300, inputGradients: 1000, padded: 90, dead: 100 });
