// The size of a map and the numbers of its formula, against the maps that the engine writes.
import { expect, test } from "vitest";
import { modelFromGraph } from "../../nn/build.ts";
import { mapSize } from "./map-size.ts";
import { workedModel } from "./worked.ts";

const sizeWith = (options: Record<string, unknown>) => {
  const { model } = workedModel("conv2d", { options });
  const [rows, columns] = mapSize(model.network, "conv1") ?? [];
  return { rows, columns, shape: model.network.nodes[0].site.output };
};

test("the worked example: 5 − 3 + 1 = 3, every second window 2, with a border 5", () => {
  expect(sizeWith({}).rows).toMatchObject({ size: 5, kernel: 3, stride: 1, before: 0, after: 0, dropped: 0, count: 3 });
  expect(sizeWith({ strides: 2 }).rows?.text).toBe("⌊(5 + 0 + 0 − 1·(3 − 1) − 1) ÷ 2⌋ + 1 = 2");
  expect(sizeWith({ padding: "same" }).rows).toMatchObject({ before: 1, after: 1, count: 5 });
});

test("what fits no window is dropped, and is said", () => {
  expect(sizeWith({ strides: 3 }).rows).toMatchObject({ count: 1, dropped: 2 });
});

test("the formula gives the engine's map for every stride, padding and dilation", () => {
  for (const strides of [1, 2, 3, 4])
    for (const padding of ["valid", "same", 1])
      for (const dilationRate of [1, 2]) {
        const { rows, columns, shape } = sizeWith({ strides, padding, dilationRate });
        for (const [k, axis] of [rows, columns].entries()) {
          if (!axis) throw new Error("no axis");
          const { size, before, after, dilation, kernel, stride, count } = axis;
          expect(Math.floor((size + before + after - dilation * (kernel - 1) - 1) / stride) + 1).toBe(count);
          expect(shape[k]).toBe(count);
        }
      }
});

test("a pooling has a size, a ReLU and an unknown name have none", () => {
  const model = modelFromGraph({ input: [4, 4, 1], nodes: [nodeOf("maxPool2d", { poolSize: 2 }), nodeOf("relu", {})] });
  const [pool, relu] = model.network.nodes;
  expect(mapSize(model.network, pool.name)?.[0].count).toBe(2);
  expect(mapSize(model.network, relu.name)).toBeUndefined();
  expect(mapSize(model.network, "nothing")).toBeUndefined();
});

function nodeOf(op: "maxPool2d" | "relu", options: Record<string, unknown>) {
  const inputs = [op === "relu" ? "pool1" : "input"];
  return {
    name: op === "relu" ? "relu1" : "pool1",
    op,
    inputs,
    options,
    trainable: true,
    initializer: "heUniform" as const,
  };
}
