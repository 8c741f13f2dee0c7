// Model files: the same bits back, the same bytes for equal models, every part that can be wrong, and seeded damage.

import { describe, expect, test } from "vitest";
import { fit } from "../../test/reference.ts";
import { CutawayError } from "../base/errors.ts";
import { type RandomStream, randomStream } from "../base/random.ts";
import { dataset } from "../data/dataset.ts";
import { modelFromGraph, network, sequential } from "../nn/build.ts";
import { add, conv2d, dense, flatten, maxPool2d, relu, rescale } from "../nn/layers.ts";
import type { Model } from "../nn/model.ts";
import { loadModel, saveModel } from "./model-file.ts";
import { readSafetensors, type TensorToWrite, writeSafetensors } from "./safetensors.ts";

const { uniform } = randomStream(12, "check");
const data = dataset({
  images: Uint8Array.from({ length: 6 * 64 }, () => 256 * uniform()),
  shape: [8, 8, 1],
  labels: [0, 1, 2, 0, 1, 2],
  classes: ["cup", "“key”", "π"],
});

/** A trained network that branches, with a layer that is not trained. */
async function trained(): Promise<Model> {
  const model = network([8, 8, 1], (x) => {
    const stem = conv2d({ filters: 2, kernelSize: 3, padding: "same", kernelInitializer: "glorotNormal" })(
      rescale()(x),
    );
    const sum = add(relu()(stem), stem, { name: "both" });
    const last = dense({ units: 3, trainable: false });
    return last(
      flatten()(
        maxPool2d({
          poolSize: 2,
          padding: [
            [0, 1],
            [1, 0],
          ],
        })(sum),
      ),
    );
  });
  await fit(model, data, { seed: 3, epochs: 2, batchSize: 4 });
  return model;
}
const model = await trained();
const bytes = saveModel(model);

/** The same network with its numbers as float32. */
function rounded(): Model {
  const parameters = new Map(
    [...model.parameters].map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
  );
  return modelFromGraph(model.network.graph, { parameters, classes: model.classes, input: model.input });
}

describe("there and back", () => {
  test.each<[string, Model]>([
    ["F64", model],
    ["F32", rounded()],
  ])("a model in %s: the same numbers, classes, form and answers", async (dtype, saved) => {
    const loaded = loadModel(saveModel(saved));
    expect(loaded.snapshot()).toEqual(saved.snapshot());
    expect([...loaded.parameters.keys()]).toEqual([...saved.parameters.keys()]);
    expect(loaded.dtype.toUpperCase()).toBe(dtype);
    expect(loaded.network.graph).toEqual(saved.network.graph);
    expect([loaded.classes, loaded.input]).toEqual([data.classes, data.input]);
    expect(await loaded.predict(data.images.subarray(0, 64))).toEqual(await saved.predict(data.images.subarray(0, 64)));
    expect(saveModel(loaded)).toEqual(saveModel(saved));
  });

  test("a network that ends in maps, without parameters, classes and form", () => {
    const maps = sequential([4, 4, 1], relu(), maxPool2d({ poolSize: 2 }));
    const loaded = loadModel(saveModel(maps));
    expect(loaded.network.graph).toEqual(maps.network.graph);
    expect([loaded.classes, loaded.input, loaded.network.head]).toEqual([undefined, undefined, undefined]);
  });

  test("equal models give equal bytes, another number gives others", async () => {
    const other = await trained();
    expect(saveModel(other)).toEqual(bytes);
    other.parameters.get("conv1.bias")!.data[0] += 2 ** -50;
    expect(saveModel(other)).not.toEqual(bytes);
  });

  test("what stands in the file: documented keys, parameters by address, nothing of the run", () => {
    const { metadata, tensors } = readSafetensors(bytes, "test");
    expect(metadata).toEqual({
      format: "cutaway",
      version: "1",
      graph: expect.any(String),
      classes: '["cup","“key”","π"]',
      input: '{"centring":"none","channels":"grey","polarity":"kept","resize":"stretch","shape":[8,8,1]}',
    });
    expect(JSON.parse(metadata.graph)).toEqual(model.network.graph);
    expect(metadata.graph).toMatch(
      /^\{"input":\[8,8,1\],"nodes":\[\{"initializer":"heUniform","inputs":\["input"\],"name":"rescale1"/,
    );
    expect([...tensors].map(([name, { dtype, shape }]) => `${name} ${dtype} ${shape.join("×")}`)).toEqual([
      "conv1.bias F64 2",
      "conv1.kernel F64 3×3×1×2",
      "dense1.bias F64 3",
      "dense1.weight F64 32×3",
    ]);
    const bare = readSafetensors(saveModel(sequential([2], dense({ units: 2 }))), "test").metadata;
    expect(Object.keys(bare).sort()).toEqual(["format", "graph", "version"]);
  });

  test("loading asks for no host, and a loaded model is not fresh", () => {
    expect(loadModel(bytes)).toMatchObject({ host: undefined, fresh: false });
  });
});

interface Parts {
  metadata: Record<string, string>;
  tensors: TensorToWrite[];
}
/** The file with some of its parts changed. */
function changed(change: (parts: Parts) => void): Uint8Array {
  const { metadata, tensors } = readSafetensors(bytes, "test");
  const parts = {
    metadata: { ...metadata },
    tensors: [...tensors].map(([name, { shape, data }]) => ({ name, shape, data })),
  };
  change(parts);
  return writeSafetensors(parts);
}
/** Pairs of what stands in the graph's JSON and what stands there instead. */
const graphWith = (...pairs: readonly (readonly [string, string])[]) =>
  changed(({ metadata }) => {
    for (const [from, to] of pairs) {
      expect(metadata.graph).toContain(from);
      metadata.graph = metadata.graph.replace(from, to);
    }
  });
/** The model with all its numbers as zeros of half precision. */
function half(): Uint8Array {
  const { metadata, tensors } = readSafetensors(bytes, "test");
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: "F16", shape, data_offsets: [end, end + 2 * data.length] };
    end += 2 * data.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + end);
  new DataView(file.buffer).setUint32(0, text.length, true);
  file.set(text, 8);
  return file;
}
const keyed = (key: string, value: string | undefined) =>
  changed(({ metadata }) => {
    delete metadata[key];
    if (value !== undefined) metadata[key] = value;
  });
const form = (change: object) => keyed("input", JSON.stringify({ ...data.input, ...change }));

describe("a file that is no model, or a broken one", () => {
  test.each<[string, string, () => Uint8Array]>([
    ["no bytes", "safetensors.truncated", () => new Uint8Array(0)],
    ["cut short", "safetensors.truncated", () => bytes.subarray(0, bytes.length - 1)],
    ["a file of another program", "modelFile.format", () => writeSafetensors({ metadata: {}, tensors: [] })],
    ["another format", "modelFile.format", () => keyed("format", "pt")],
    ["a newer version", "modelFile.format", () => keyed("version", "2")],
    ["no version", "modelFile.format", () => keyed("version", undefined)],
    ["no graph", "modelFile.metadata", () => keyed("graph", undefined)],
    ["a graph cut short", "modelFile.metadata", () => graphWith(["}]}", "}]"])],
    ["a graph nested without end", "modelFile.metadata", () => keyed("graph", "[".repeat(100_000))],
    ["a graph with a name twice", "modelFile.metadata", () => graphWith(['"input":', '"nodes":[],"input":'])],
    ["a graph that is a list", "graph.form", () => keyed("graph", "[]")],
    ["an unknown operation", "graph.operation", () => graphWith(['"maxPool2d"', '"medianPool2d"'])],
    ["an unknown option", "option.unknown", () => graphWith(['"groups":1', '"group":1'])],
    ["a wrong option", "option.value", () => graphWith(['"filters":2', '"filters":-2'])],
    ["two nodes of one name", "graph.twice", () => graphWith(['"name":"relu1"', '"name":"conv1"'])],
    [
      "a node that reads a later one",
      "graph.input",
      () => graphWith(['"inputs":["relu1","conv1"]', '"inputs":["relu1","dense1"]']),
    ],
    [
      "an image smaller than the kernel",
      "shape.window",
      () => graphWith(['"input":[8,8,1]', '"input":[1,1,1]'], ['"padding":"same"', '"padding":"valid"']),
    ],
    ["sizes without measure", "graph.large", () => graphWith(['"input":[8,8,1]', '"input":[99999,99999,1]'])],
    ["a graph for other tensors", "model.parameter", () => graphWith(['"filters":2', '"filters":3'])],
    ["a tensor missing", "model.parameter", () => changed(({ tensors }) => void tensors.pop())],
    [
      "a tensor too many",
      "model.parameter",
      () => changed(({ tensors }) => void tensors.push({ ...tensors[0], name: "conv9.bias" })),
    ],
    [
      "a tensor of another name",
      "model.parameter",
      () => changed(({ tensors }) => void tensors.splice(0, 1, { ...tensors[0], name: "conv1.beta" })),
    ],
    [
      "a tensor of another shape",
      "model.parameter",
      () => changed(({ tensors }) => void tensors.splice(0, 1, { ...tensors[0], shape: [1, 2] })),
    ],
    ["half precision", "modelFile.dtype", half],
    ["too few classes", "modelFile.metadata", () => keyed("classes", '["cup","key"]')],
    ["too many classes", "modelFile.metadata", () => keyed("classes", '["a","b","c","d"]')],
    ["a class twice", "modelFile.metadata", () => keyed("classes", '["cup","key","cup"]')],
    ["classes that are no names", "modelFile.metadata", () => keyed("classes", "[0,1,2]")],
    ["classes that are no list", "modelFile.metadata", () => keyed("classes", '{"0":"cup","length":1}')],
    ["classes that are no JSON", "modelFile.metadata", () => keyed("classes", "cup")],
    ["a form of another shape", "modelFile.metadata", () => form({ shape: [8, 8, 3] })],
    ["a form without a shape", "modelFile.metadata", () => form({ shape: undefined })],
    ["a form with an unknown word", "modelFile.metadata", () => form({ polarity: "dark" })],
    ["a form with a word of objects", "modelFile.metadata", () => form({ resize: "constructor" })],
    ["a form that lacks a word", "modelFile.metadata", () => form({ centring: undefined })],
    ["a form that is none", "modelFile.metadata", () => keyed("input", "null")],
  ])("%s: %s", (_what, code, make) => {
    expect(() => loadModel(make(), "a.safetensors")).toThrow(expect.objectContaining({ code }));
  });

  test("errors of the file's own parts name the file", () => {
    for (const file of [keyed("format", "pt"), keyed("classes", "1"), graphWith(['"maxPool2d"', '"x"'])])
      expect(() => loadModel(file, "a.safetensors")).toThrow(/^a\.safetensors/);
  });
});

describe("seeded damage", () => {
  const text = new TextDecoder("latin1").decode(bytes);
  const start = 8 + new DataView(bytes.buffer).getUint32(0, true);

  /** Changes a byte, swaps a digit, cuts, doubles or drops a stretch; mostly where the header is. */
  function damage(dice: RandomStream): Uint8Array {
    const at = dice.below(dice.below(4) === 0 ? bytes.length : start);
    const length = 1 + dice.below(12);
    const copy = bytes.slice();
    switch (dice.below(5)) {
      case 0:
        copy[at] = dice.below(256);
        return copy;
      case 1: {
        const digits = [...text.slice(0, start).matchAll(/[0-9]/g)].map(({ index }) => index);
        copy[digits[dice.below(digits.length)]] = 48 + dice.below(10);
        return copy;
      }
      case 2:
        return copy.subarray(0, at);
      case 3:
        return Uint8Array.of(...copy.subarray(0, at + length), ...copy.subarray(at));
      default:
        return Uint8Array.of(...copy.subarray(0, at), ...copy.subarray(at + length));
    }
  }

  test("300 files are read as models that can be saved again, or refused with a clear error", () => {
    let read = 0;
    const codes = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      try {
        const loaded = loadModel(damage(randomStream(seed, "check")));
        expect(saveModel(loadModel(saveModel(loaded)))).toEqual(saveModel(loaded));
        read++;
      } catch (error) {
        if (!(error instanceof CutawayError)) throw new Error(`seed ${seed}`, { cause: error });
        codes.add(error.code);
      }
    }
    expect(read).toBeGreaterThan(15);
    expect(read).toBeLessThan(150);
    expect(codes.size).toBeGreaterThan(10);
  });
});
