// A chain in the making: what works of it is what the built model says; the first layer that does not work is named with its mend.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseGraph } from "../graph/graph.ts";
import { modelFromGraph } from "../nn/build.ts";
import { checkChain } from "./chain.ts";

const conv = { op: "conv2d", options: { filters: 3, kernelSize: 3 } };
const pool = { op: "maxPool2d", options: { poolSize: 2 } };
const flat = { op: "flatten" };
const dense = { op: "dense", options: { units: 4 } };

test("by hand: 6×6, three kernels with a bias, pool 2, four classes", () => {
  const { layers, parameters, multiplications, classes, problem } = checkChain([6, 6, 1], [conv, pool, flat, dense]);
  expect(problem).toBeUndefined();
  expect(layers.map(({ name, shape }) => [name, shape])).toEqual([
    ["conv1", [4, 4, 3]],
    ["pool1", [2, 2, 3]],
    ["flatten1", [12]],
    ["dense1", [4]],
  ]);
  expect(layers.map((layer) => layer.parameters?.text)).toEqual(["(3·3·1+1)·3 = 30", "0", "0", "(12+1)·4 = 52"]);
  expect([parameters, multiplications, classes]).toEqual([82, 4 * 4 * 3 * 9 + 48, 4]);
});

test("a chain that ends in maps is no classifier, an empty one neither", () => {
  expect(checkChain([6, 6, 1], [conv])).not.toHaveProperty("classes");
  expect(checkChain([6, 6, 1], [])).toEqual({ layers: [], parameters: 0, multiplications: 0 });
});

test("a kernel larger than its map: the layer, what stands before it, the mend", () => {
  const large = { op: "conv2d", options: { filters: 2, kernelSize: 5 } };
  const { layers, problem, parameters, classes } = checkChain([6, 6, 1], [conv, large, flat, dense]);
  expect(problem?.at).toBe(1);
  expect(problem?.error).toMatchObject({ code: "shape.window", where: "conv2" });
  expect(problem?.error.hint).toContain("kernel");
  expect(layers.map(({ name, shape }) => [name, shape !== undefined])).toEqual([
    ["conv1", true],
    ["conv2", false],
    ["flatten1", false],
    ["dense1", false],
  ]);
  expect([parameters, classes]).toEqual([30, undefined]);
});

test.each([
  [
    "an option that is none",
    [6, 6, 1],
    [conv, { op: "conv2d", options: { filters: 0, kernelSize: 3 } }],
    1,
    "conv2, option filters",
  ],
  ["a missing option", [6, 6, 1], [{ op: "dense" }], 0, "dense1, option units"],
  ["dense on maps", [6, 6, 1], [conv, dense], 1, "dense1"],
  ["conv2d behind flatten", [6, 6, 1], [flat, conv], 1, "conv1"],
  ["an unknown layer", [6, 6, 1], [conv, { op: "gelu" }], 1, "chain, node 2, op"],
  ["no picture", [0, 6, 1], [conv], -1, "input"],
  ["a picture too large", [1e6, 1e6, 1], [conv], -1, "input"],
])("%s", (_, input, layers, at, where) => {
  const { problem } = checkChain(input, layers);
  expect([problem?.at, problem?.error.where]).toEqual([at, where]);
});

const size = fc.integer({ min: 1, max: 4 });
const padding = fc.constantFrom("valid", "same", 1);
const layer = fc.oneof(
  fc.record({
    op: fc.constant("conv2d"),
    options: fc.record({ filters: size, kernelSize: size, strides: size, padding, useBias: fc.boolean() }),
  }),
  fc.record({ op: fc.constantFrom("maxPool2d", "avgPool2d"), options: fc.record({ poolSize: size, padding }) }),
  fc.record({ op: fc.constantFrom("relu", "flatten", "rescale") }),
  fc.record({ op: fc.constant("dense"), options: fc.record({ units: size }) }),
);

test("random chains: shapes and costs are the model's, or the error is the one that building throws", () => {
  const input = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), size);
  const seen = { whole: 0, broken: 0 };
  fc.assert(
    fc.property(input, fc.array(layer, { minLength: 1, maxLength: 6 }), (shape, layers) => {
      const chain = checkChain(shape, layers);
      const build = () => modelFromGraph(parseGraph({ input: shape, nodes: layers }, "chain"));
      if (chain.problem) {
        seen.broken++;
        const { code, where } = chain.problem.error;
        expect(build).toThrow(expect.objectContaining({ code, where }));
        expect(chain.layers.findIndex((each) => each.shape === undefined)).toBe(chain.problem.at);
        return;
      }
      seen.whole++;
      const summary = build().summary();
      expect(chain.layers.map(({ name, shape }) => ({ name, shape }))).toEqual(
        summary.layers.slice(0, layers.length).map(({ name, shape }) => ({ name, shape })),
      );
      expect([chain.parameters, 2 * chain.multiplications]).toEqual([summary.parameters, summary.flops]);
    }),
    { seed: 5, numRuns: 300 },
  );
  expect(Math.min(seen.whole, seen.broken)).toBeGreaterThan(50);
});
