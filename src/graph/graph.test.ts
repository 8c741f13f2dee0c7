// Graphs from outside: what may be left out, what is refused and with which code, and that nothing else is ever thrown.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CutawayError } from "../base/errors.ts";
import { nextName, parseGraph, withHead } from "./graph.ts";

const chain = {
  input: [9, 7, 1],
  nodes: [
    { op: "rescale" },
    { op: "conv2d", options: { filters: 2, kernelSize: 3 } },
    { op: "relu" },
    { op: "conv2d", options: { filters: 4, kernelSize: [3, 1], padding: 1, groups: 2, useBias: false } },
    { op: "maxPool2d", options: { poolSize: 2 } },
    { op: "flatten" },
    { op: "dense", options: { units: 3 } },
  ],
};

describe("what may be left out", () => {
  test("names count by kind, inputs are the node before, options are settled", () => {
    const { input, nodes } = parseGraph(chain, "test");
    expect(input).toEqual([9, 7, 1]);
    expect(nodes.map(({ name }) => name)).toEqual([
      "rescale1",
      "conv1",
      "relu1",
      "conv2",
      "pool1",
      "flatten1",
      "dense1",
    ]);
    expect(nodes.map(({ inputs }) => inputs[0])).toEqual(["input", ...nodes.slice(0, -1).map(({ name }) => name)]);
    expect(nodes[3]).toEqual({
      name: "conv2",
      op: "conv2d",
      inputs: ["relu1"],
      options: {
        filters: 4,
        kernelSize: [3, 1],
        strides: [1, 1],
        padding: [
          [1, 1],
          [1, 1],
        ],
        dilationRate: [1, 1],
        groups: 2,
        useBias: false,
      },
      trainable: true,
      initializer: "heUniform",
    });
    expect(nodes[0].options).toEqual({ divisor: 255 });
    expect(nodes[4].options).toEqual({ poolSize: [2, 2], strides: [2, 2], padding: "valid" });
  });

  test("a settled graph is read as itself, also from JSON", () => {
    const settled = parseGraph(chain, "test");
    expect(parseGraph(settled, "test")).toEqual(settled);
    expect(parseGraph({ $schema: "graph.schema.json", ...chain }, "test")).toEqual(settled);
    expect(parseGraph(JSON.parse(JSON.stringify(settled)), "test")).toEqual(settled);
  });

  test("what is given stays: names, inputs, trainable, initializer; names like those of objects are names", () => {
    const node = { op: "dense", name: "constructor", inputs: ["input"], trainable: false, initializer: "glorotNormal" };
    const { nodes } = parseGraph({ input: [4], nodes: [{ ...node, options: { units: 2 } }, { op: "relu" }] }, "test");
    expect(nodes[0]).toMatchObject(node);
    expect(nodes[1].inputs).toEqual(["constructor"]);
  });

  test("the graph shares no list with what was given", () => {
    const given = { input: [4], nodes: [{ op: "relu", inputs: ["input"] }] };
    const graph = parseGraph(given, "test");
    given.input[0] = 5;
    given.nodes[0].inputs[0] = "elsewhere";
    expect(graph).toMatchObject({ input: [4], nodes: [{ inputs: ["input"] }] });
  });

  test("a counter passes over names that are taken", () => {
    const relus = { input: [4], nodes: [{ op: "relu", name: "relu2" }, { op: "relu" }, { op: "relu" }] };
    expect(parseGraph(relus, "test").nodes.map(({ name }) => name)).toEqual(["relu2", "relu1", "relu3"]);
    expect(nextName("conv", [{ name: "conv1" }, { name: "conv3" }])).toBe("conv2");
  });

  test("thousands of nodes without names take no minutes", () => {
    const start = performance.now();
    const { nodes } = parseGraph({ input: [4], nodes: Array.from({ length: 2000 }, () => ({ op: "relu" })) }, "test");
    expect(nodes[1999].name).toBe("relu2000");
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

test("the head is softmax over the last node, then cross-entropy over both", () => {
  const { nodes } = withHead(parseGraph(chain, "test"));
  expect(nodes.slice(-2)).toMatchObject([
    { name: "softmax1", op: "softmax", inputs: ["dense1"] },
    { name: "crossEntropy1", op: "crossEntropy", inputs: ["dense1", "softmax1"] },
  ]);
});

/** A graph of one node, or of a good relu and one node. */
const one = (node: unknown) => ({ input: [4, 4, 1], nodes: [node] });
const two = (node: unknown) => ({ input: [4, 4, 1], nodes: [{ op: "relu" }, node] });
const conv = (options: object) => one({ op: "conv2d", options: { filters: 1, kernelSize: 1, ...options } });

describe("what is refused", () => {
  test.each<[string, unknown, string]>([
    ["graph.form", null, "net"],
    ["graph.form", [], "net"],
    ["graph.form", "{}", "net"],
    ["graph.form", { input: [4], nodes: [{ op: "relu" }], layers: 1 }, "net"],
    ["graph.form", { nodes: [{ op: "relu" }] }, "net, input"],
    ["graph.form", { input: 4, nodes: [{ op: "relu" }] }, "net, input"],
    ["graph.form", { input: [], nodes: [{ op: "relu" }] }, "net, input"],
    ["graph.form", { input: [4, 4, 1, 1], nodes: [{ op: "relu" }] }, "net, input"],
    ["graph.form", { input: [4, 0, 1], nodes: [{ op: "relu" }] }, "net, input"],
    ["graph.form", { input: [4, 1.5, 1], nodes: [{ op: "relu" }] }, "net, input"],
    ["graph.form", { input: ["4"], nodes: [{ op: "relu" }] }, "net, input"],
    ["graph.form", { input: [2 ** 53], nodes: [{ op: "relu" }] }, "net, input"],
    ["graph.form", { input: [4], nodes: [] }, "net, nodes"],
    ["graph.form", { input: [4], nodes: { 0: { op: "relu" } } }, "net, nodes"],
    ["graph.form", one(null), "net, node 1"],
    ["graph.form", two("relu"), "net, node 2"],
    ["graph.form", one({ op: "relu", units: 3 }), "net, node 1"],
    ["graph.form", one(JSON.parse('{"op":"relu","__proto__":{}}')), "net, node 1"],
    ["graph.operation", one({}), "net, node 1, op"],
    ["graph.operation", one({ op: "Relu" }), "net, node 1, op"],
    ["graph.operation", one({ op: ["relu"] }), "net, node 1, op"],
    ["graph.operation", one({ op: "__proto__" }), "net, node 1, op"],
    ["graph.operation", one({ op: "constructor" }), "net, node 1, op"],
    ["graph.operation", one({ op: "toString" }), "net, node 1, op"],
    ["graph.name", one({ op: "relu", name: "" }), "net, node 1, name"],
    ["graph.name", one({ op: "relu", name: "Relu" }), "net, node 1, name"],
    ["graph.name", one({ op: "relu", name: "a.b" }), "net, node 1, name"],
    ["graph.name", one({ op: "relu", name: "__proto__" }), "net, node 1, name"],
    ["graph.name", one({ op: "relu", name: 3 }), "net, node 1, name"],
    ["graph.name", one({ op: "relu", name: "input" }), "net, node 1, name"],
    ["graph.name", one({ op: "relu", name: "loss" }), "net, node 1, name"],
    ["graph.twice", two({ op: "relu", name: "relu1" }), "net, node 2, name"],
    ["graph.form", one({ op: "relu", trainable: 1 }), "net, node 1, trainable"],
    ["graph.form", one({ op: "relu", initializer: "zeros" }), "net, node 1, initializer"],
    ["graph.form", one({ op: "relu", options: [] }), "net, node 1, options"],
    ["graph.form", one({ op: "relu", inputs: "input" }), "net, node 1, inputs"],
    ["graph.form", one({ op: "relu", inputs: [] }), "net, node 1, inputs"],
    ["graph.form", one({ op: "relu", inputs: null }), "net, node 1, inputs"],
    ["graph.form", one({ op: "relu", options: null }), "net, node 1, options"],
    ["graph.form", one({ op: "relu", trainable: null }), "net, node 1, trainable"],
    ["graph.name", one({ op: "relu", name: null }), "net, node 1, name"],
    ["graph.form", two({ op: "add" }), "net, node 2, inputs"],
    ["graph.form", two({ op: "relu", inputs: ["relu1", "input"] }), "net, node 2, inputs"],
    ["graph.input", one({ op: "relu", inputs: ["relu1"] }), "net, node 1, inputs"],
    ["graph.input", two({ op: "relu", inputs: ["relu2"] }), "net, node 2, inputs"],
    ["graph.input", two({ op: "relu", inputs: ["constructor"] }), "net, node 2, inputs"],
    ["graph.input", two({ op: "relu", inputs: [undefined] }), "net, node 2, inputs"],
    ["graph.input", two({ op: "add", inputs: new Array(2) }), "net, node 2, inputs"],
    ["option.missing", one({ op: "conv2d" }), "conv1, option filters"],
    ["option.missing", one({ op: "dense", options: { units: undefined } }), "dense1, option units"],
    ["option.unknown", conv({ filter: 1 }), "conv1"],
    ["option.unknown", one({ op: "relu", options: JSON.parse('{"__proto__":1}') }), "relu1"],
    ["option.value", conv({ filters: 0 }), "conv1, option filters"],
    ["option.value", conv({ filters: "8" }), "conv1, option filters"],
    ["option.value", conv({ kernelSize: [3] }), "conv1, option kernelSize"],
    ["option.value", conv({ strides: [1, 0] }), "conv1, option strides"],
    ["option.value", conv({ padding: "SAME" }), "conv1, option padding"],
    ["option.value", conv({ padding: [[1, 1], 1] }), "conv1, option padding"],
    ["option.value", conv({ dilationRate: null }), "conv1, option dilationRate"],
    ["option.value", conv({ useBias: "no" }), "conv1, option useBias"],
    ["option.value", one({ op: "rescale", options: { divisor: 0 } }), "rescale1, option divisor"],
  ])("%s: %j", (code, graph, where) => {
    expect(() => parseGraph(graph, "net")).toThrow(expect.objectContaining({ code, where }));
  });

  test("a BigInt, a ring of references and a nesting without end are named, not followed", () => {
    const ring: Record<string, unknown> = {};
    ring.self = ring;
    const deep = Array.from({ length: 50_000 }).reduce<unknown[]>((inside) => [inside], []);
    for (const input of [[4n], ring, deep])
      expect(() => parseGraph({ input, nodes: [{ op: "relu" }] }, "net")).toThrow(
        expect.objectContaining({ code: "graph.form" }),
      );
  });
});

describe("anything is a graph or a clear error", () => {
  const junk = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
    key: fc.constantFrom("input", "nodes", "op", "name", "options", "filters", "padding", "__proto__", "constructor"),
  });
  const isGraphOrError = (value: unknown) => {
    try {
      const graph = parseGraph(value, "net");
      expect(parseGraph(graph, "net")).toEqual(graph);
      return true;
    } catch (error) {
      if (!(error instanceof CutawayError)) throw error;
      return false;
    }
  };

  test("any value", () => {
    fc.assert(
      fc.property(junk, (value) => {
        isGraphOrError(value);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test("a good graph with junk in one place: some are still graphs, most are not", () => {
    let graphs = 0;
    const place = fc.constantFrom("name", "op", "inputs", "options", "trainable", "initializer", "extra");
    fc.assert(
      fc.property(fc.nat(chain.nodes.length - 1), place, junk, fc.boolean(), (at, key, value, option) => {
        const node: Record<string, unknown> = { ...chain.nodes[at] };
        if (option)
          node.options = { ...(node.options as object), [Object.keys(node.options ?? { divisor: 1 })[0]]: value };
        else node[key] = value;
        if (isGraphOrError({ ...chain, nodes: chain.nodes.with(at, node as (typeof chain.nodes)[0]) })) graphs++;
      }),
      { seed: 2, numRuns: 2000 },
    );
    expect(graphs).toBeGreaterThan(20);
    expect(graphs).toBeLessThan(1000);
  });
});
