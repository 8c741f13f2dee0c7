// The summary of a model by hand: parameters with their arithmetic, FLOPs, bytes, and the table as it is printed.
import { describe, expect, test } from "vitest";
import { loadModel, saveModel } from "../io/model-file.ts";
import { modelFromGraph, network, sequential } from "./build.ts";
import { add, avgPool2d, conv2d, dense, flatten, relu } from "./layers.ts";
import { lesson } from "./presets/lesson.ts";

describe("the lesson's network", () => {
  const summary = lesson().summary();

  test("parameters: 80 + 1,168 + 4,010 = 5,258", () => {
    const learned = summary.layers.filter(({ parameters }) => parameters > 0);
    expect(learned.map(({ name, parameters, arithmetic }) => [name, parameters, arithmetic])).toEqual([
      ["conv1", 80, "3·3·1·8 + 8 = 80"],
      ["conv2", 1168, "3·3·8·16 + 16 = 1,168"],
      ["dense1", 4010, "400·10 + 10 = 4,010"],
    ]);
    expect(summary).toMatchObject({ parameters: 5258, trainable: 5258, bytes: 5258 * 8 });
  });

  test("FLOPs: two for each of 26²·8·9, 11²·16·72 and 400·10 multiply-adds", () => {
    const flops = summary.layers.filter((layer) => layer.flops > 0).map((layer) => [layer.name, layer.flops]);
    expect(flops).toEqual([
      ["conv1", 97344],
      ["conv2", 278784],
      ["dense1", 8000],
    ]);
    expect(summary.flops).toBe(384128);
  });

  test("as it is printed", () => {
    expect(String(summary).split("\n")).toEqual([
      "layer          output    parameters             FLOPs",
      "input          28×28×1",
      "rescale1       28×28×1",
      "conv1          26×26×8   3·3·1·8 + 8 = 80       97,344",
      "relu1          26×26×8",
      "pool1          13×13×8",
      "conv2          11×11×16  3·3·8·16 + 16 = 1,168  278,784",
      "relu2          11×11×16",
      "pool2          5×5×16",
      "flatten1       400",
      "dense1         10        400·10 + 10 = 4,010    8,000",
      "softmax1       10",
      "crossEntropy1  1",
      "5,258 parameters (5,258 trained), 42,064 bytes, 384,128 FLOPs an image",
    ]);
  });
});

test("groups, missing biases, strides, layers that are not trained", () => {
  const model = sequential(
    [9, 9, 4],
    conv2d({ filters: 8, kernelSize: [3, 1], groups: 2, strides: 2, useBias: false }),
    flatten(),
    dense({ units: 2, trainable: false }),
  );
  const { layers, parameters, trainable, flops } = model.summary();
  expect(layers[0]).toEqual({
    name: "conv1",
    op: "conv2d",
    shape: [4, 5, 8],
    parameters: 48,
    arithmetic: "3·1·2·8 = 48",
    trainable: true,
    flops: 2 * 4 * 5 * 8 * 3 * 2,
  });
  expect({ parameters, trainable, flops }).toEqual({ parameters: 48 + 322, trainable: 48, flops: 1920 + 2 * 160 * 2 });
  expect(String(model.summary())).toContain("160·2 + 2 = 322 (not trained)");
});

test("float32 models take half the bytes", () => {
  const parameters = new Map([
    ["dense1.weight", { shape: [3, 2], data: new Float32Array(6) }],
    ["dense1.bias", { shape: [2], data: new Float32Array(2) }],
  ]);
  const model = modelFromGraph(sequential([3], dense({ units: 2 })).network.graph, { parameters });
  expect(model.summary().bytes).toBe(32);
  expect(loadModel(saveModel(model)).summary().bytes).toBe(32);
});

test("a network without parameters, and one that branches", () => {
  const { parameters, bytes, flops } = sequential([4, 4, 2], avgPool2d({ poolSize: 2 }), relu()).summary();
  expect({ parameters, bytes, flops }).toEqual({ parameters: 0, bytes: 0, flops: 0 });
  const branching = network([4, 4, 2], (x) => add(conv2d({ filters: 2, kernelSize: 1 })(x), relu({ name: "skip" })(x)));
  expect(branching.summary().layers.map(({ name }) => name)).toEqual(["conv1", "skip", "add1"]);
});
