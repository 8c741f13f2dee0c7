// conv2d: numbers to check by hand, the numbered rules of README.md, and what holds on random settings.
import { describe, expect, test } from "vitest";
import { compute, openAddress, runCase, sides, siteOf } from "../../../test/ops/harness.ts";
import { convolutions } from "../../../test/ops/shapes.ts";
import { suite } from "../../../test/ops/suite.ts";
import type { Operation } from "../op.ts";
import { example as worked } from "./example.ts";
import { conv2d } from "./index.ts";

const [out, flipped, channels] = worked.cases;

describe("the worked example", () => {
  test("C1 the kernel is not turned: −6; turned it gives +6", () => {
    const map = [-6, 14, 15, -3, 9, 13, -3, 5, 9];
    expect([...runCase(conv2d, out).output]).toEqual(map);
    expect([...runCase(conv2d, flipped).output]).toEqual(map.map((value) => -value));
  });

  test("the first cell opens to nine terms", () => {
    const opened = openAddress(runCase(conv2d, out), out.addresses[0]);
    expect(opened.terms.map(({ value }) => value)).toEqual([1, 0, -3, 4, 0, -6, 7, 0, -9]);
    expect(opened).toMatchObject({ rule: "conv2d.output", total: -6, value: -6, residual: 0, bound: 0 });
    expect(opened.formula.text).toContain("= 1·1 + 2·0 + 3·(−1) + 4·1 + 5·0 + 6·(−1) + 7·1 + 8·0 + 9·(−1) = −6");
  });

  test("three kernels give three stacked channels", () => {
    const bench = runCase(conv2d, channels);
    expect(bench.site.output).toEqual([3, 3, 3]);
    expect([...bench.output.subarray(0, 3)]).toEqual([-6, -18, -16]);
    expect([0, 1, 2].map((k) => openAddress(bench, channels.addresses[k]).value)).toEqual([-6, -18, -16]);
    expect(openAddress(bench, channels.addresses[3])).toMatchObject({ rule: "conv2d.kernelGradient", value: 1 });
  });
});

const ones = (count: number) => new Array<number>(count).fill(1);
const row = (values: number[], options: Record<string, unknown>, kernel: number[]) => {
  const settings = { filters: 1, kernelSize: [1, kernel.length], useBias: false, ...options };
  return [...compute(conv2d, settings, [1, values.length, 1], values, { kernel }).output];
};
const operation: Operation<object> = conv2d;

describe("rules", () => {
  test("C2 windows that do not fit are dropped", () => {
    expect(row([1, 2, 3, 4, 5, 6], { strides: [1, 3] }, [1, 1])).toEqual([3, 9]);
    expect(row([1, 2, 3, 4, 5, 6], { strides: [1, 4] }, [1, 1, 1])).toEqual([6]);
  });

  test("C2 a kernel larger than the padded image is an error that names the layer", () => {
    const options = { filters: 1, kernelSize: 5 };
    expect(() => siteOf(conv2d, options, [4, 9, 1])).toThrow(
      expect.objectContaining({ code: "shape.window", where: "layer1" }),
    );
    const taller = siteOf(conv2d, { ...options, padding: sides(0, 1, 0, 0) }, [4, 9, 1]);
    expect(taller.output).toEqual([1, 5, 1]);
  });

  test("C3 same padding: the odd cell at the right, ⌈size/stride⌉ windows", () => {
    expect(row([1, 2, 3], { padding: "same" }, [1, 1])).toEqual([3, 5, 3]);
    expect(row([1, 2, 3, 4, 5], { padding: "same", strides: 2 }, [1, 1, 1])).toEqual([3, 9, 9]);
    expect(row([1, 2, 3, 4], { padding: "same", strides: 2 }, [1, 1, 1])).toEqual([6, 7]);
  });

  test("C3 explicit padding, a side each; a padded position is a named term that is not live", () => {
    const options = { filters: 1, kernelSize: [1, 2], padding: sides(0, 0, 2, 1), useBias: false };
    const bench = compute(conv2d, options, [1, 2, 1], [5, 7], { kernel: [1, 10] });
    expect([...bench.output]).toEqual([0, 50, 75, 7]);
    const [outside, inside] = openAddress(bench, "conv1.out[0,1,0]").terms;
    expect(outside).toMatchObject({ value: 0, live: false, factors: [{ constant: "padding", value: 0 }, {}] });
    expect(inside).toMatchObject({ value: 50, live: true, factors: [{ address: "input[0,0,0]" }, { value: 10 }] });
  });

  test("C4 dilation leaves cells out between the taps", () => {
    expect(row([1, 2, 3, 4, 5], { dilationRate: [1, 2] }, [1, 10])).toEqual([31, 42, 53]);
  });

  test("C5 a filter reads the channels of its group", () => {
    const options = { filters: 4, kernelSize: 1, groups: 2, useBias: false };
    // (1, 1, 2, 4): rows are the channels inside a group, columns the filters; filters 0 and 1 read channels 0 and 1.
    const kernel = [1, 2, 1, 2, 10, 20, 10, 20];
    expect([...compute(conv2d, options, [1, 1, 4], [1, 2, 3, 4], { kernel }).output]).toEqual([21, 42, 43, 86]);
  });

  test("C5 as many groups as channels: each channel by itself", () => {
    const options = { filters: 3, kernelSize: 1, groups: 3, useBias: false };
    expect([...compute(conv2d, options, [1, 1, 3], [1, 2, 3], { kernel: [5, 6, 7] }).output]).toEqual([5, 12, 21]);
  });

  test("C5 groups that do not divide are an error", () => {
    const groups = expect.objectContaining({ code: "shape.groups" });
    expect(() => compute(conv2d, { filters: 4, kernelSize: 1, groups: 2 }, [1, 1, 3], ones(3))).toThrow(groups);
    expect(() => compute(conv2d, { filters: 3, kernelSize: 1, groups: 2 }, [1, 1, 4], ones(4))).toThrow(groups);
  });

  test("C6 parameters and their fans", () => {
    const options = { filters: 6, kernelSize: [3, 5], groups: 2 };
    const { parameterShapes, site } = compute(conv2d, options, [5, 5, 4], ones(100));
    expect(parameterShapes).toEqual({ kernel: [3, 5, 2, 6], bias: [6] });
    const { kernel } = operation.op.parameters(site.options, site.inputs);
    expect(kernel).toMatchObject({ kind: "weight", fanIn: 30, fanOut: 45 });
    expect(compute(conv2d, { ...options, useBias: false }, [5, 5, 4], ones(100)).parameterShapes).toEqual({
      kernel: [3, 5, 2, 6],
    });
  });

  test("C7 the order of the sum decides its rounding; the bias comes last", () => {
    expect(row([1e16, 1, -1e16], {}, [1, 1, 1])).toEqual([0]);
    expect(row([1e16, -1e16, 1], {}, [1, 1, 1])).toEqual([1]);
    const bias = { kernel: [1, 1], bias: [1] };
    const options = { filters: 1, kernelSize: [1, 2] };
    expect([...compute(conv2d, options, [1, 2, 1], [1e16, -1e16], bias).output]).toEqual([1]);
  });

  test("C8 a window over zeros gives 0, never −0", () => {
    expect(row([0, 0, 0], {}, [-1, -1])).toEqual([0, 0]);
  });

  test("C9 an input without three axes is an error with a mend", () => {
    const wrong = expect.objectContaining({ code: "shape.rank", hint: "Put conv2d before flatten()." });
    expect(() => siteOf(conv2d, { filters: 1, kernelSize: 1 }, [81])).toThrow(wrong);
  });

  test("C10 multiply-adds", () => {
    const site = siteOf(conv2d, { filters: 6, kernelSize: [3, 5], groups: 2 }, [7, 7, 4]);
    expect(operation.op.multiplyAdds(site)).toBe(5 * 3 * 6 * 3 * 5 * 2);
  });
});

suite(convolutions(conv2d), { outputs: 1000, inputGradients: 1000, parameterGradients: 500, padded: 300, dead: 30 });
