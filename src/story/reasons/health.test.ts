// Dead filters over a data set, and gradients that vanish or explode: networks made to be ill in one known place.
import { describe, expect, test } from "vitest";
import { dataset } from "../../data/dataset.ts";
import { sequential } from "../../nn/build.ts";
import { conv2d, dense, flatten, relu } from "../../nn/layers.ts";
import type { Model } from "../../nn/model.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Classes, lesson6Image, lesson6Label } from "../lesson6.ts";
import { deadUnits } from "./census.ts";
import { gradientHealth } from "./health.ts";

/** Three filters of 1×1, a hidden layer of four units. */
function small(): Model {
  const model = sequential(
    [2, 2, 1],
    conv2d({ filters: 3, kernelSize: 1 }),
    relu(),
    flatten(),
    dense({ units: 4 }),
    relu(),
    dense({ units: 2 }),
  ) as unknown as Model;
  model.initialize(3);
  model.parameters.get("conv1.kernel")?.data.set([1, -1, 1]);
  model.parameters.get("conv1.bias")?.data.set([0, 0, -3]);
  model.parameters.get("dense1.bias")?.data.set([9, -1e6, 9, 9]);
  return model;
}

const pictures = [
  [1, 2, 0, 0],
  [5, 0, 0, 0],
  [0, 0, 0, 0],
];
const data = dataset({
  images: pictures.map((picture) => Uint8Array.from(picture)),
  shape: [2, 2, 1],
  labels: [0, 1, 0],
});

describe("dead filters and units", () => {
  test.each(["reference", { name: "wasm", exact: true }] as const)("are counted on %j", async (backend) => {
    const { pictures: count, gates, dead } = await deadUnits(small(), data, { backend });
    expect(count).toBe(3);
    expect(gates.map(({ node, reads, kind, dead: own }) => ({ node, reads, kind, own }))).toEqual([
      { node: "relu1", reads: "conv1.out", kind: "filters", own: [1] },
      { node: "relu2", reads: "dense1.out", kind: "units", own: [1] },
    ]);
    expect(gates[0].open).toEqual([2, 0, 1]);
    expect(gates[0].largest.map((value) => value + 0)).toEqual([5, 0, 2]);
    expect(gates[1].open[1]).toBe(0);
    expect(dead).toBe(2);
  });

  test("raising a bias by its distance and a little more brings the filter to life", async () => {
    const model = small();
    const bias = model.parameters.get("conv1.bias")?.data as Float64Array;
    const [census] = (await deadUnits(model, data)).gates;
    bias[1] += -census.largest[1] + 0.01;
    expect((await deadUnits(model, data)).gates[0].dead).toEqual([]);
  });

  test("the lesson's picture: no filter is dead", async () => {
    const one = dataset({
      images: [Uint8Array.from(lesson6Image)],
      shape: [6, 6, 1],
      labels: [0],
      classes: lesson6Classes,
    });
    expect((await deadUnits(lesson6(), one)).gates).toMatchObject([
      { node: "relu1", open: [1, 1, 1], largest: [12, 7, 10], dead: [] },
    ]);
  });

  test("data of another shape is refused", async () => {
    await expect(deadUnits(lesson6(), data)).rejects.toMatchObject({ code: "model.shape" });
  });
});

describe("gradient health", () => {
  const norm = (numbers: Iterable<number>) => Math.sqrt([...numbers].reduce((sum, value) => sum + value * value, 0));

  test("the lesson's network: η·‖g‖ ÷ ‖w‖ by hand", async () => {
    const opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
    const { layers } = gradientHealth(opened);
    expect(layers.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["conv1", "fine"],
      ["dense1", "not trained"],
    ]);
    // Σ g² over the kernels is 2.6355850618686287; the kernels hold eighteen numbers ±1.
    expect(layers[0].ratio).toBeCloseTo((0.001 * Math.sqrt(2.6355850618686287)) / Math.sqrt(18), 14);
    expect(layers[0].weightNorm).toBe(Math.sqrt(18));
    expect(layers[0].gradientRms).toBeCloseTo(Math.sqrt(2.6355850618686287 / 27), 12);
    expect(layers[0].arrivingRms).toBeCloseTo(norm(opened.tensor("grad:conv1.out").data) / Math.sqrt(48), 14);
    expect(layers[1]).toMatchObject({ ratio: 0, updateNorm: 0 });
  });

  test("a hidden layer that lets nothing through makes the layer before it vanish", async () => {
    const model = small();
    model.parameters.get("dense1.bias")?.data.fill(-1e6);
    const { layers } = gradientHealth(await explain(model, { input: pictures[0], label: 0 }));
    expect(layers.map(({ verdict }) => verdict)).toEqual(["vanishes", "vanishes", "fine"]);
    expect(layers[0].gradientRms).toBe(0);
  });

  test("small weights behind it make a layer fade; the threshold decides", async () => {
    const model = small();
    const data = model.parameters.get("dense2.weight")?.data as Float64Array;
    for (let k = 0; k < data.length; k++) data[k] *= 1e-6;
    const opened = await explain(model, { input: pictures[0], label: 0 });
    expect(gradientHealth(opened).layers[0].verdict).toBe("vanishes");
    expect(gradientHealth(opened, { vanishing: 1e-12 }).layers[0].verdict).toBe("fine");
  });

  test("a rate that is too large explodes; weights of 0 have no ratio", async () => {
    const opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label, learningRate: 10 });
    expect(gradientHealth(opened).layers[0]).toMatchObject({ verdict: "explodes" });
    expect(gradientHealth(opened, { exploding: 100 }).layers[0]).toMatchObject({ verdict: "fine" });
    const still = lesson6();
    still.parameters.get("conv1.kernel")?.data.fill(0);
    const { layers } = gradientHealth(await explain(still, { input: lesson6Image, label: lesson6Label }));
    expect(layers[0]).toMatchObject({ ratio: undefined, weightNorm: 0 });
  });

  test("a batch is looked at as a whole", async () => {
    const opened = await explain(small(), { input: pictures, label: [0, 1, 0] });
    const outputs = [0, 1, 2].flatMap((sample) => [...opened.tensor(`grad:conv1.out@${sample}`).data]);
    expect(gradientHealth(opened).layers[0].arrivingRms).toBeCloseTo(norm(outputs) / Math.sqrt(outputs.length), 12);
  });

  test("bad thresholds and a missing label", async () => {
    const opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
    expect(() => gradientHealth(opened, { vanishing: 0 })).toThrow(expect.objectContaining({ code: "option.value" }));
    expect(() => gradientHealth(opened, { exploding: Number.NaN })).toThrow(
      expect.objectContaining({ code: "option.value" }),
    );
    const bare = await explain(lesson6(), { input: lesson6Image });
    expect(() => gradientHealth(bare)).toThrow(expect.objectContaining({ code: "explain.label" }));
  });
});
