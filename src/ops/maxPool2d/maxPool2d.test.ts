// maxPool2d: numbers to check by hand, the numbered rules of README.md, and what holds on random settings.
import { describe, expect, test } from "vitest";
import { type Bench, backward, compute, openAddress, runCase, sides, siteOf } from "../../../test/ops/harness.ts";
import { poolings } from "../../../test/ops/shapes.ts";
import { suite } from "../../../test/ops/suite.ts";
import { example as worked } from "./example.ts";
import { maxPool2d } from "./index.ts";

const [out, overlapping] = worked.cases;
const choicesOf = ({ site, inputs, output }: Bench) => [
  ...(maxPool2d.reference.choices?.(site as never, { inputs, output, parameters: {}, label: 0 }) ?? []),
];

describe("the worked example", () => {
  test("P1 four windows side by side, four winners: 6, 4, 8, 9", () => {
    expect([...runCase(maxPool2d, out).output]).toEqual([6, 4, 8, 9]);
  });

  test("P8 the first window names its winner and the margin", () => {
    const opened = openAddress(runCase(maxPool2d, out), out.addresses[0]);
    expect(opened).toMatchObject({
      combine: "max",
      value: 6,
      residual: 0,
      choice: { kind: "winner", address: "input[1,1,0]", margin: 1, tie: false },
    });
    expect(opened.formula.text).toContain("= max(1, 3, 5, 6) = 6");
  });

  test("P7 the winner gets the whole gradient, a loser none", () => {
    const [won, lost] = out.addresses.slice(1).map((address) => openAddress(runCase(maxPool2d, out), address));
    expect([won.value, lost.value]).toEqual([1, 0]);
    expect(lost.notes).toEqual(["Window (0,0) is won by input[1,1,0]."]);
    expect(lost.terms).toMatchObject([{ live: false, factors: [{ value: 1 }, { constant: "winner", value: 0 }] }]);
  });

  test("P3 P4 P7 ties, overlapping windows and padding", () => {
    const bench = runCase(maxPool2d, overlapping);
    expect([...bench.output]).toEqual([2, 3, 3, 3]);
    const opened = overlapping.addresses.map((address) => openAddress(bench, address));
    expect(opened[0]).toMatchObject({ value: 2, choice: { address: "input[0,0,0]", margin: 0, tie: true } });
    expect(opened[1]).toMatchObject({ value: 3, choice: { address: "input[1,2,0]", margin: 1, tie: false } });
    expect(opened[2].value).toBe(1);
    expect(opened[3].terms.map(({ factors }) => factors[1].value)).toEqual([0, 0, 0, 0]);
    expect(opened[3].notes[0]).toBe("Window (0,0) is won by input[0,0,0], the first of a tie.");
  });
});

const row = (values: number[], options: Record<string, unknown>) =>
  compute(maxPool2d, options, [1, values.length, 1], values);

describe("rules", () => {
  test("P1 strides default to the window, which need not be square", () => {
    expect(siteOf(maxPool2d, { poolSize: [2, 3] }, [6, 9, 2]).output).toEqual([3, 3, 2]);
    expect(siteOf(maxPool2d, { poolSize: [2, 3], strides: 1 }, [6, 9, 2]).output).toEqual([5, 7, 2]);
  });

  test("P2 what does not fit is dropped, and where nothing fits it is an error", () => {
    expect([26, 11].map((size) => siteOf(maxPool2d, { poolSize: 2 }, [size, size, 1]).output[0])).toEqual([13, 5]);
    expect([...row([1, 2, 9], { poolSize: [1, 2] }).output]).toEqual([2]);
    const tooLarge = expect.objectContaining({ code: "shape.window", where: "layer1" });
    expect(() => siteOf(maxPool2d, { poolSize: 3 }, [2, 5, 1])).toThrow(tooLarge);
  });

  test("P3 a tie goes to the first cell, row by row", () => {
    const bench = compute(maxPool2d, { poolSize: 2 }, [2, 2, 1], [1, 4, 4, 4]);
    expect(choicesOf(bench)).toEqual([1]);
    bench.outputGradient.fill(5);
    backward(bench);
    expect([...bench.inputGradients[0]]).toEqual([0, 5, 0, 0]);
  });

  test("P4 padding never wins, not over negative numbers either", () => {
    const bench = row([-5, -7], { poolSize: [1, 2], padding: sides(0, 0, 1, 1) });
    expect([...bench.output]).toEqual([-5, -7]);
    const { terms, choice, total } = openAddress(bench, "pool1.out[0,0,0]");
    expect(terms[0]).toMatchObject({
      live: false,
      factors: [{ constant: "padding", value: Number.NEGATIVE_INFINITY }],
    });
    expect(choice).toEqual({ kind: "winner", address: "input[0,0,0]", margin: Number.POSITIVE_INFINITY, tie: false });
    expect(total).toBe(-5);
  });

  test("P4 same padding: the odd cell at the right", () => {
    expect([...row([1, 2, 3], { poolSize: [1, 2], strides: 1, padding: "same" }).output]).toEqual([2, 3, 3]);
  });

  test("P5 explicit padding is smaller than the window", () => {
    const wide = (padding: unknown) => () => siteOf(maxPool2d, { poolSize: [2, 3], padding }, [5, 5, 1]);
    const refused = expect.objectContaining({ code: "shape.padding", where: "layer1" });
    expect(wide(2)).toThrow(refused);
    expect(wide(sides(0, 2, 0, 0))).toThrow(refused);
    expect(wide(sides(0, 0, 3, 0))).toThrow(refused);
    expect(wide(sides(1, 1, 2, 2))().output).toEqual([3, 3, 1]);
  });

  test("P6 a NaN wins, the first of them", () => {
    const bench = row([1, Number.NaN, 5, Number.NaN], { poolSize: [1, 4] });
    expect([...bench.output]).toEqual([Number.NaN]);
    expect(choicesOf(bench)).toEqual([1]);
    expect(openAddress(bench, "pool1.out[0,0,0]")).toMatchObject({
      total: Number.NaN,
      choice: { address: "input[0,1,0]" },
    });
  });

  test("P7 a cell gets the gradients of all windows that it wins", () => {
    const bench = row([1, 9, 2, 3], { poolSize: [1, 2], strides: 1 });
    bench.outputGradient.set([10, 20, 40]);
    backward(bench);
    expect([...bench.inputGradients[0]]).toEqual([0, 30, 0, 40]);
  });

  test("P7 a cell that no window reads gets nothing, and its account says so", () => {
    const opened = openAddress(row([1, 2, 9], { poolSize: [1, 2] }), "grad(pool1.out[0,0,0]):input[0,2,0]");
    expect(opened).toMatchObject({ terms: [], total: 0, value: 0, notes: ["No window reads this cell."] });
  });

  test("P8 choices are places in the window", () => {
    expect(choicesOf(runCase(maxPool2d, out))).toEqual([3, 1, 1, 0]);
    expect(choicesOf(row([-5, -7], { poolSize: [1, 2], padding: sides(0, 0, 1, 1) }))).toEqual([1, 0]);
  });

  test("P9 an input without three axes is an error with a mend", () => {
    const wrong = expect.objectContaining({ code: "shape.rank", hint: "Put maxPool2d before flatten()." });
    expect(() => siteOf(maxPool2d, { poolSize: 2 }, [16])).toThrow(wrong);
  });
});

suite(poolings(maxPool2d), { outputs: 300, inputGradients: 1000, padded: 90, tied: 60, dead: 300 });
