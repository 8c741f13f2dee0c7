// The bench without its clock: which cases there are, what counts as agreement, what is printed, drawn and written.
import { describe, expect, test } from "vitest";
import { casesOf, flopsOf } from "../../bench/cases.ts";
import { chart } from "../../bench/chart.ts";
import type { EngineTiming, TimeEngine } from "../../bench/engine.ts";
import type { KernelTime } from "../../bench/kernel-times.ts";
import { median } from "../../bench/numbers.ts";
import { layersOf, transposed } from "../../bench/peers/layers.ts";
import { onnxModel } from "../../bench/peers/onnx.ts";
import { rowsOf, tableOf } from "../../bench/profile.ts";
import { agree, race } from "../../bench/race.ts";
import { ownRow, peerRow } from "../../bench/report.ts";
import { type Measured, page, panels } from "../../bench/scaling.ts";
import { makeModel, workloads } from "../../bench/workload.ts";

describe("cases", () => {
  test("without selectors: all nine, each with one and two threads", () => {
    const cases = casesOf(undefined);
    expect(cases).toHaveLength(9);
    expect(cases.every(({ threads }) => threads.join() === "1,2")).toBe(true);
  });

  test.each([
    ["W1:train:32:2", ["W1 train 32 2"]],
    ["W1:train:32", ["W1 train 32 1,2"]],
    ["W2:infer", ["W2 infer 1 1,2", "W2 infer 64 1,2"]],
    ["W1:train:32:2,W1:train:32:1", ["W1 train 32 1,2"]],
  ])("%s", (selectors, expected) => {
    const found = casesOf(selectors.split(",")).map((one) => `${one.workload} ${one.mode} ${one.batch} ${one.threads}`);
    expect(found).toEqual(expected);
  });

  test("a selector that names nothing says what there is", () => {
    expect(() => casesOf(["W1:train:3"])).toThrow("W1:train:32");
  });

  test("work of W1: forward 26²·8·9, 11²·16·72, 400·10 multiply-adds; training without the image's gradient", () => {
    const [first, rest] = [2 * 26 * 26 * 8 * 9, 2 * (11 * 11 * 16 * 72 + 400 * 10)];
    expect(flopsOf(workloads.W1, "infer")).toBe(first + rest);
    expect(flopsOf(workloads.W1, "train")).toBe(2 * first + 3 * rest);
  });
});

const timing = (samples: number[], threads: number): EngineTiming => ({
  samples,
  check: [2, 1],
  peakBytes: 1000,
  backend: "wasm",
  instructionSet: "simd",
  threads,
});

describe("a race", () => {
  test("without peers has one round; the row has the fields that programs read", async () => {
    const calls: number[] = [];
    const time: TimeEngine = async ({ threads }) => {
      calls.push(threads);
      return timing([2, 1, 4], threads);
    };
    const [one] = casesOf(["W1:train:32"]);
    const { own, peers } = await race(one, [], { exact: false, budget: 1, rounds: 5 }, time);
    expect([calls, peers]).toEqual([[1, 2], []]);
    expect(Object.entries(ownRow(one, own[1]))).toEqual([
      ["workload", "W1"],
      ["mode", "train"],
      ["batch", 32],
      ["threads", 2],
      ["backend", "wasm"],
      ["minMs", 1],
      ["medianMs", 2],
      ["imagesPerSecond", 16_000],
      ["gflops", (flopsOf(workloads.W1, "train") * 16_000) / 1e9],
      ["peakBytes", 1000],
      ["check", [2, 1]],
    ]);
  });

  test("the ratio is ours divided by the peer's", () => {
    const [one] = casesOf(["W1:train:32:2"]);
    const row = peerRow(one, { peer: "torch", threads: 2, oursMinMs: 1, peerMinMs: 4 });
    expect(Object.keys(row).join()).toBe("workload,mode,batch,threads,peer,oursMinMs,peerMinMs,ratio");
    expect(row.ratio).toBe(0.25);
  });

  test("numbers agree within a thousandth, and all of them", () => {
    expect([agree([1.0009], [1]), agree([1.0011], [1]), agree([1, Number.NaN], [1, 1]), agree([1], [1, 1])]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test("the median of an even number of samples lies between two", () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });
});

describe("what peers get", () => {
  test("the layers carry our weights, and say what was flattened", () => {
    const layers = layersOf(workloads.W1);
    const { parameters } = makeModel(workloads.W1);
    expect(layers.map(({ kind }) => kind)).toEqual(workloads.W1.layers.map(([kind]) => kind));
    expect(layers[0]).toMatchObject({ shape: [3, 3, 1, 8], pad: 0, kernel: parameters.get("conv1.kernel")?.data });
    expect(layers.at(-1)).toMatchObject({ shape: [400, 10], from: [5, 5, 16] });
    expect(layersOf(workloads.W2)[0]).toMatchObject({ shape: [3, 3, 3, 32], pad: 1 });
  });

  test("axes change places", () => {
    const numbers = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect([...transposed(numbers, [2, 3], [1, 0])]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  test("the ONNX model holds every weight and names its operators", () => {
    const bytes = Buffer.from(onnxModel(workloads.W1));
    const { parameters } = makeModel(workloads.W1);
    const floats = [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
    expect(bytes.length).toBeGreaterThan(4 * floats);
    for (const word of ["Conv", "Relu", "MaxPool", "Flatten", "Gemm"]) expect(bytes.includes(word)).toBe(true);
  });
});

describe("a profile", () => {
  const kernels: KernelTime[] = [
    { name: "conv1.forward", way: "direct", milliseconds: 3, multiplyAdds: 30e6 },
    { name: "pool1.forward", way: "direct", milliseconds: 1, multiplyAdds: 0 },
    { name: "conv1.kernelGradient", way: "winograd", milliseconds: 4, multiplyAdds: 60e6 },
  ];

  test("each kernel beside the step and the ceiling", () => {
    expect(rowsOf(kernels, 40).map(({ share, gflops, ofCeiling }) => [share, gflops, ofCeiling])).toEqual([
      [0.375, 20, 0.5],
      [0.125, 0, 0],
      [0.5, 30, 0.75],
    ]);
  });

  test("as a table, kernels below their layer", () => {
    expect(tableOf(kernels, 40).split("\n")).toEqual([
      "kernel             way           ms    share  GFLOP/s  of ceiling",
      "conv1                        7.0000   87.5 %     25.7      64.3 %",
      "  .forward         direct    3.0000   37.5 %     20.0      50.0 %",
      "  .kernelGradient  winograd  4.0000   50.0 %     30.0      75.0 %",
      "pool1.forward      direct    1.0000   12.5 %",
      "the step                     8.0000  100.0 %     22.5      56.3 %",
    ]);
  });
});

describe("the chart", () => {
  const point = (axis: Measured["axis"], batch: number, side: number, threads: number): Measured => {
    const speed = batch * threads * 1000;
    return {
      axis,
      workload: "W1",
      mode: "train",
      batch,
      side,
      threads,
      minMs: 1 / threads,
      imagesPerSecond: speed,
      gflops: side / 2,
    };
  };
  const found = [
    point("batch", 1, 28, 1),
    point("batch", 64, 28, 1),
    point("image", 16, 16, 1),
    point("image", 16, 64, 1),
    point("threads", 64, 28, 1),
    point("threads", 64, 28, 2),
  ];

  test("has a panel an axis; twice the speed with two threads meets the ideal", () => {
    const [batch, image, threads] = panels(found);
    expect(batch.series).toEqual([
      {
        name: "W1, 1 thread",
        points: [
          [1, 1000],
          [64, 64_000],
        ],
      },
    ]);
    expect(image.series[0].points).toEqual([
      [16, 8],
      [64, 32],
    ]);
    expect(threads.series.map(({ points }) => points)).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [2, 2],
      ],
    ]);
  });

  test("draws every line once, with finite places, and its name at the end", () => {
    const svg = chart(panels(found));
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg.match(/stroke-width="1.8"/g)).toHaveLength(3);
    expect(svg).toContain(">ideal</text>");
  });

  test("the table has a row a point", () => {
    expect(page(found).match(/^\| (?:batch|image|threads) /gm)).toHaveLength(found.length);
  });
});
