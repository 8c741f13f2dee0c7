// The published schema of a network is current, and judges networks as parseGraph does.
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { schemaText } from "../../scripts/schema.ts";
import { readText } from "../../scripts/tree.ts";
import { CutawayError } from "../../src/base/errors.ts";
import { parseGraph } from "../../src/graph/graph.ts";
import { lesson } from "../../src/nn/presets/lesson.ts";

const published = readText("docs/graph.schema.json");
const validate = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(JSON.parse(published));

/** undefined where parseGraph accepts the graph, else the code of its error. */
function parseError(graph: unknown): string | undefined {
  try {
    parseGraph(graph, "graph");
    return undefined;
  } catch (error) {
    if (error instanceof CutawayError) return error.code;
    throw error;
  }
}

const conv = { op: "conv2d", options: { filters: 2, kernelSize: 3 } };
const net = (...nodes: unknown[]) => ({ input: [8, 8, 1], nodes });
const convWith = (options: object) => net({ op: "conv2d", options: { ...conv.options, ...options } });

test("docs/graph.schema.json is current; npm run schema makes it so", () => {
  expect(published).toBe(schemaText());
});

describe("accepted by both", () => {
  test.each<[string, unknown]>([
    ["the preset lesson, with its head", lesson().network.graph],
    ["one layer", net({ op: "relu" })],
    ["a flat input", { input: [4], nodes: [{ op: "dense", options: { units: 2, useBias: false } }] }],
    [
      "every option of conv2d",
      convWith({
        strides: [2, 1],
        padding: [
          [1, 0],
          [0, 1],
        ],
        dilationRate: 2,
        groups: 1,
      }),
    ],
    ["padding as a word", convWith({ padding: "same" })],
    ["padding as a number", convWith({ padding: 0 })],
    [
      "everything about a node",
      net({ ...conv, name: "a", inputs: ["input"], trainable: false, initializer: "glorotNormal" }),
    ],
    [
      "two branches",
      net({ ...conv, name: "a" }, { ...conv, name: "b", inputs: ["input"] }, { op: "add", inputs: ["a", "b"] }),
    ],
  ])("%s", (_, graph) => {
    expect([parseError(graph), validate(graph)]).toEqual([undefined, true]);
  });
});

describe("refused by both", () => {
  test.each<[string, unknown, string]>([
    ["not an object", 7, "graph.form"],
    ["no input", { nodes: [conv] }, "graph.form"],
    ["an input of four axes", { input: [1, 2, 3, 4], nodes: [conv] }, "graph.form"],
    ["an empty axis", { input: [8, 0, 1], nodes: [conv] }, "graph.form"],
    ["no nodes", net(), "graph.form"],
    ["a key too many", { ...net(conv), layers: [] }, "graph.form"],
    ["an unknown operation", net({ op: "conv3d" }), "graph.operation"],
    ["a node without an operation", net({ name: "a" }), "graph.operation"],
    ["an unknown key of a node", net({ ...conv, activation: "relu" }), "graph.form"],
    ["a name with a dot", net({ ...conv, name: "conv.1" }), "graph.name"],
    ["a reserved name", net({ ...conv, name: "logits" }), "graph.name"],
    ["one input for add", net(conv, { op: "add", inputs: ["input"] }), "graph.form"],
    ["no inputs for add", net(conv, { op: "add" }), "graph.form"],
    ["trainable as a word", net({ ...conv, trainable: "no" }), "graph.form"],
    ["an unknown initialiser", net({ ...conv, initializer: "zeros" }), "graph.form"],
    ["a missing option", net({ op: "conv2d", options: { filters: 2 } }), "option.missing"],
    ["no options where some are needed", net({ op: "dense" }), "option.missing"],
    ["an unknown option", convWith({ kernel: 3 }), "option.unknown"],
    ["half a kernel", convWith({ kernelSize: 1.5 }), "option.value"],
    ["three strides", convWith({ strides: [1, 1, 1] }), "option.value"],
    ["padding of a third kind", convWith({ padding: "full" }), "option.value"],
    ["padding on one side only", convWith({ padding: [[1, 1]] }), "option.value"],
    ["a divisor of 0", net({ op: "rescale", options: { divisor: 0 } }), "option.value"],
    ["useBias as a number", convWith({ useBias: 1 }), "option.value"],
  ])("%s", (_, graph, code) => {
    expect([parseError(graph), validate(graph)]).toEqual([code, false]);
  });
});

describe("beyond a schema, refused by parseGraph alone", () => {
  test.each<[string, unknown, string]>([
    ["a name twice", net({ ...conv, name: "a" }, { ...conv, name: "a" }), "graph.twice"],
    ["an input that is no earlier node", net({ ...conv, inputs: ["later"] }), "graph.input"],
  ])("%s", (_, graph, code) => {
    expect([parseError(graph), validate(graph)]).toEqual([code, true]);
  });
});
