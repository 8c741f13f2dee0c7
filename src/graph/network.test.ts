// Networks: shapes and parameters by hand, the head, sizes without measure, what addresses mean, and graphs built layer by layer.
import { describe, expect, test } from "vitest";
import { formatAddress, parseAddress } from "../trace/address.ts";
import { buildGraph, type GraphTensor, type NodeRequest } from "./builder.ts";
import { parseGraph, withHead } from "./graph.ts";
import { buildNetwork, INPUT, type Network, parameterSpecs, shapeAt } from "./network.ts";
import { allPlaces, canonical, placeOf } from "./places.ts";

const code = (code: string) => expect.objectContaining({ code });
const bare = (input: readonly number[], ...nodes: object[]) => buildNetwork(parseGraph({ input, nodes }, "test"));
const classifier = (input: readonly number[], ...nodes: object[]) =>
  buildNetwork(withHead(parseGraph({ input, nodes }, "test")));

const layers = [
  { op: "rescale" },
  { op: "conv2d", options: { filters: 8, kernelSize: [3, 2], groups: 2, strides: [2, 1], padding: "same" } },
  { op: "maxPool2d", options: { poolSize: 2 } },
  { op: "flatten" },
  { op: "dense", options: { units: 10, useBias: false }, trainable: false },
];
const small = classifier([9, 7, 4], ...layers);

describe("a network by hand", () => {
  test("shapes: 9×7×4 → 5×7×8 → 2×3×8 → 48 → 10 → 10 → a scalar", () => {
    const shapes = [[9, 7, 4], [5, 7, 8], [2, 3, 8], [48], [10], [10], []];
    expect(small.nodes.map((_, k) => shapeAt(small, k))).toEqual(shapes);
    expect(shapeAt(small, INPUT)).toEqual([9, 7, 4]);
    expect(small.nodes.map(({ inputs }) => inputs)).toEqual([[INPUT], [0], [1], [2], [3], [4], [4, 5]]);
    expect({ last: small.last, head: small.head }).toEqual({ last: 4, head: { probs: 5, loss: 6 } });
  });

  test("parameters: in graph order, with what reaches one output and what one input reaches", () => {
    expect(parameterSpecs(small).map(({ address, name, spec }) => ({ address, name, ...spec }))).toEqual([
      { address: "conv1.kernel", name: "kernel", shape: [3, 2, 2, 8], kind: "weight", fanIn: 12, fanOut: 24 },
      { address: "conv1.bias", name: "bias", shape: [8], kind: "bias", fanIn: 12, fanOut: 24 },
      { address: "dense1.weight", name: "weight", shape: [48, 10], kind: "weight", fanIn: 48, fanOut: 10 },
    ]);
    expect(small.nodes.map(({ trainable }) => trainable)).toEqual([true, true, true, true, false, true, true]);
  });

  test("without a head the last node is the output", () => {
    expect(bare([4], { op: "relu" }, { op: "dense", options: { units: 2 } })).toMatchObject({ last: 1 });
    expect(bare([4], { op: "softmax" }).head).toBeUndefined();
  });
});

describe("the head stands at the end, in order, over one layer", () => {
  const dense = { op: "dense", options: { units: 4 } };
  const softmax = { op: "softmax", inputs: ["dense1"] };
  const loss = { op: "crossEntropy", inputs: ["dense1", "softmax1"] };

  test("written out it is the one that is added", () => {
    expect(bare([4], dense, softmax, loss)).toMatchObject({ last: 0, head: { probs: 1, loss: 2 } });
    expect(bare([4], dense, softmax, loss).graph).toEqual(classifier([4], dense).graph);
  });

  test.each<[string, object[]]>([
    ["a loss without softmax", [dense, { op: "relu" }, { ...loss, inputs: ["dense1", "relu1"] }]],
    [
      "softmax of another layer",
      [dense, { op: "relu" }, { ...softmax, inputs: ["dense1"] }, { ...loss, inputs: ["relu1", "softmax1"] }],
    ],
    ["a loss of something else", [{ op: "relu" }, dense, softmax, { ...loss, inputs: ["relu1", "softmax1"] }]],
    ["inputs the wrong way round", [dense, softmax, { ...loss, inputs: ["softmax1", "dense1"] }]],
    ["the logits twice", [dense, softmax, { ...loss, inputs: ["dense1", "dense1"] }]],
    ["a layer between the logits and softmax", [dense, { op: "relu" }, softmax, loss]],
    ["a layer between softmax and loss", [dense, softmax, { op: "relu", inputs: ["dense1"] }, loss]],
    ["a layer after the loss", [dense, softmax, loss, { op: "relu" }]],
    ["a second loss", [dense, softmax, loss, { op: "flatten" }, { ...softmax, inputs: ["flatten1"] }]],
    ["two losses over one softmax", [dense, softmax, loss, loss]],
    [
      "no layer at all",
      [
        { ...softmax, inputs: ["input"] },
        { ...loss, inputs: ["input", "softmax1"] },
      ],
    ],
    ["a loss alone", [{ ...loss, inputs: ["input", "input"] }]],
  ])("%s", (_what, nodes) => {
    expect(() => bare([4], ...nodes)).toThrow(code("graph.head"));
  });

  test("it needs flat logits", () => {
    expect(() => classifier([4, 4, 1], { op: "relu" })).toThrow(code("shape.rank"));
  });
});

describe("sizes without measure are refused before memory is asked for", () => {
  const large = code("graph.large");
  test("an input, an output and a parameter of more than 2³⁰ numbers", () => {
    const shrinking = { op: "maxPool2d", options: { poolSize: 1, strides: 2 ** 25 } };
    expect(() => bare([2 ** 25, 2 ** 25, 1], shrinking)).toThrow(large);
    expect(() => bare([2 ** 10, 2 ** 10, 1], { op: "conv2d", options: { filters: 1025, kernelSize: 1 } })).toThrow(
      large,
    );
    expect(() => bare([2 ** 20], { op: "dense", options: { units: 1025 } })).toThrow(large);
    expect(() =>
      bare([4, 4, 1], { op: "conv2d", options: { filters: 1, kernelSize: 2 ** 52, padding: "same" } }),
    ).toThrow(large);
  });

  test("exactly 2³⁰ is allowed", () => {
    expect(shapeAt(bare([2 ** 30], { op: "relu" }), 0)).toEqual([2 ** 30]);
  });
});

describe("what addresses mean", () => {
  const spelling = (network: Network, text: string) => formatAddress(canonical(network, parseAddress(text)));

  test.each([
    ["dense1.out[3]", "logits[3]"],
    ["logits[3]", "logits[3]"],
    ["softmax1.out[3]@2", "probs[3]@2"],
    ["crossEntropy1.out", "loss"],
    ["grad:dense1.out[3]", "grad:logits[3]"],
    ["grad(dense1.out[0]):conv1.kernel[2,1,1,7]", "grad(logits[0]):conv1.kernel[2,1,1,7]"],
    ["grad(grad(dense1.out[0]):conv1.out[4,6,7]):input[8,6,3]", "grad(grad(logits[0]):conv1.out[4,6,7]):input[8,6,3]"],
    ["next:conv1.bias[7]", "next:conv1.bias[7]"],
    ["state.velocity:conv1.bias[7]", "state.velocity:conv1.bias[7]"],
    ["pool1.out", "pool1.out"],
  ])("%s is %s", (text, canonicalText) => {
    expect(spelling(small, text)).toBe(canonicalText);
  });

  test("everything that has an address, in graph order, each found under its own name", () => {
    const places = allPlaces(small);
    expect(places.map(({ name }) => name).join(" ")).toBe(
      "input rescale1.out conv1.kernel conv1.bias conv1.out pool1.out flatten1.out dense1.weight logits probs loss",
    );
    for (const place of places) expect(placeOf(small, parseAddress(place.name))).toEqual(place);
    const maps = bare([4, 4, 1], { op: "relu" }, { op: "relu" });
    expect(allPlaces(maps).map(({ name }) => name)).toEqual(["input", "relu1.out", "relu2.out"]);
  });

  test("what does not exist is refused with what does", () => {
    const tiny = classifier([2], { op: "dense", options: { units: 3 } });
    const known = "one of input[0…1], dense1.weight[0…1,0…2], dense1.bias[0…2], logits[0…2], probs[0…2], loss";
    for (const text of ["conv1.out[0]", "dense1.kernel[0]", "dense1.constructor", "toString.out", "grad:dense2.out"])
      expect(() => placeOf(tiny, parseAddress(text))).toThrow(
        expect.objectContaining({ code: "address.unknown", expected: known, where: `address ${text}` }),
      );
    expect(() => canonical(tiny, parseAddress("grad(conv1.out[0]):input[0]"))).toThrow(code("address.unknown"));
    for (const text of ["logits[0]", "probs", "loss"])
      expect(() => placeOf(bare([2], { op: "relu" }), parseAddress(text))).toThrow(code("address.unknown"));
  });

  test.each([
    "conv1.out[5,0,0]",
    "conv1.out[0,7,0]",
    "conv1.out[0,0]",
    "conv1.out[0,0,0,0]",
    "conv1.out[]",
    "logits[10]",
    "loss[0]",
  ])("%s lies outside", (text) => {
    expect(() => placeOf(small, parseAddress(text))).toThrow(code("address.cell"));
  });

  test("the last cell and the whole tensor lie inside", () => {
    expect(placeOf(small, parseAddress("conv1.out[4,6,7]"))).toEqual({
      node: 1,
      role: "out",
      shape: [5, 7, 8],
      name: "conv1.out",
    });
    expect(placeOf(small, parseAddress("conv1.kernel"))).toMatchObject({ role: "kernel", shape: [3, 2, 2, 8] });
  });
});

describe("a graph built layer by layer", () => {
  const relu: NodeRequest = { op: "relu", options: {}, trainable: true, initializer: "heUniform" };

  test("nodes are named as they come, shapes are known at once", () => {
    const builder = buildGraph([6, 6, 1]);
    const options = {
      filters: 2,
      kernelSize: [3, 3],
      strides: [1, 1],
      padding: "valid",
      dilationRate: [1, 1],
      groups: 1,
      useBias: true,
    };
    const conv = builder.add({ ...relu, op: "conv2d", options, trainable: false, initializer: "heNormal" }, [
      builder.input,
    ]);
    expect({ shape: conv.shape, node: conv.node }).toEqual({ shape: [4, 4, 2], node: "conv1" });
    const sum = builder.add({ ...relu, op: "add", name: "sum" }, [conv, builder.add(relu, [conv])]);
    expect(builder.finish(sum)).toEqual({
      input: [6, 6, 1],
      nodes: [
        { name: "conv1", op: "conv2d", inputs: ["input"], options, trainable: false, initializer: "heNormal" },
        { ...relu, name: "relu1", inputs: ["conv1"] },
        { ...relu, op: "add", name: "sum", inputs: ["conv1", "relu1"] },
      ],
    });
  });

  test("tensors of another network, or none, are refused", () => {
    const [one, other] = [buildGraph([4]), buildGraph([4])];
    const nothing = undefined as unknown as GraphTensor;
    expect(() => one.add(relu, [other.input])).toThrow(code("graph.foreign"));
    expect(() => one.add({ ...relu, op: "add" }, [one.input, other.input])).toThrow(code("graph.foreign"));
    expect(() => one.add({ ...relu, op: "add" }, [one.input, nothing])).toThrow(code("graph.foreign"));
    expect(() => one.finish(other.add(relu, [other.input]))).toThrow(code("graph.foreign"));
    expect(() => one.finish(nothing)).toThrow(code("graph.foreign"));
  });

  test("a layer that does not lead to the output is named", () => {
    const builder = buildGraph([4]);
    const used = builder.add(relu, [builder.input]);
    builder.add({ ...relu, name: "idle" }, [used]);
    expect(() => builder.finish(used)).toThrow(expect.objectContaining({ code: "graph.unused", where: "idle" }));
  });

  test("one name twice, and no layer at all, are refused", () => {
    const builder = buildGraph([4]);
    const first = builder.add({ ...relu, name: "same" }, [builder.input]);
    expect(() => builder.finish(builder.add({ ...relu, name: "same" }, [first]))).toThrow(code("graph.twice"));
    const empty = buildGraph([4]);
    expect(() => empty.finish(empty.input)).toThrow(code("graph.form"));
  });
});
