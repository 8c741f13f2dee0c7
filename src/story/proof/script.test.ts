// The Python file as text: a form for every operation, packed numbers by hand, and what it refuses to be made of.
import { describe, expect, test } from "vitest";
import { randomNetwork } from "../../../test/story/networks.ts";
import type { CutawayError } from "../../base/errors.ts";
import { sequential } from "../../nn/build.ts";
import { conv2d, relu } from "../../nn/layers.ts";
import type { Model } from "../../nn/model.ts";
import { operations } from "../../ops/index.ts";
import { lesson6, lesson6Image } from "../lesson6.ts";
import { base64Lines, littleEndian, pythonLiteral } from "./packed.ts";
import { pytorch } from "./pytorch.ts";
import { proofScript } from "./script.ts";

const file = { path: "models/six.safetensors", sha256: "00ff" };
const six = () => lesson6() as unknown as Model;

describe("the table of operations", () => {
  test("has every operation, each with a function of its name", () => {
    expect(Object.keys(pytorch).sort()).toEqual(Object.keys(operations).sort());
    for (const { name, define } of Object.values(pytorch)) expect(define.startsWith(`def ${name}(`)).toBe(true);
  });
});

describe("packing", () => {
  test("base64 as others write it, in lines", () => {
    for (const length of [0, 1, 2, 3, 89, 90, 91, 400]) {
      const bytes = Uint8Array.from({ length }, (_, k) => (k * 37 + length) % 256);
      const lines = base64Lines(bytes);
      expect(lines.join("")).toBe(Buffer.from(bytes).toString("base64"));
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(120);
    }
  });

  test("numbers lie with the lowest byte first", () => {
    expect([...littleEndian(Float32Array.of(1, -2))]).toEqual([0, 0, 128, 63, 0, 0, 0, 192]);
    expect([...littleEndian(Float64Array.of(1))]).toEqual([0, 0, 0, 0, 0, 0, 240, 63]);
  });

  test("literals", () => {
    expect(pythonLiteral([[1, 0], [-0.5], 'a"b\\'])).toBe('((1, 0), (-0.5,), "a\\"b\\\\")');
    expect(pythonLiteral([])).toBe("()");
  });
});

describe("the file", () => {
  test("calls one function a node, in order, with settled options", async () => {
    const text = await proofScript(six(), { input: lesson6Image, label: 0, file });
    const calls = [...text.matchAll(/^ {4}v\["(\w+)"\] = (.*)$/gm)].map(([, name, call]) => `${name} = ${call}`);
    expect(calls).toEqual([
      'rescale1 = rescale(v["input"], divisor=51)',
      'conv1 = conv2d(v["rescale1"], kernel=p["conv1.kernel"], strides=(1, 1), padding=((0, 0), (0, 0)), dilation=(1, 1), groups=1)',
      'relu1 = relu(v["conv1"], node="relu1")',
      'pool1 = max_pool2d(v["relu1"], window=(2, 2), strides=(2, 2), padding=((0, 0), (0, 0)), node="pool1")',
      'flatten1 = flatten(v["pool1"])',
      'dense1 = dense(v["flatten1"], weight=p["dense1.weight"], bias=p["dense1.bias"])',
      'softmax1 = softmax(v["dense1"])',
      'crossEntropy1 = cross_entropy(v["dense1"], v["softmax1"])',
    ]);
    expect(text).toContain('MODEL = "models/six.safetensors"\nSHA256 = "00ff"\nLABEL = 0\nDTYPE = torch.float64\n');
    expect(text).not.toContain("def avg_pool2d");
    expect(text.startsWith("#!/usr/bin/env python3\n")).toBe(true);
  });

  test("a model in float32 is computed by the kernels, on wish by the reference", async () => {
    const { model, input, label } = randomNetwork(2, "f32");
    expect(await proofScript(model, { input, label, file })).toContain("DTYPE = torch.float32");
    const wide = await proofScript(model, { input, label, file, backend: "reference" });
    expect(wide).toContain("DTYPE = torch.float64");
  });

  test("padding stands as the windows read it: TensorFlow's same, and no more than is read", async () => {
    const strided = { filters: 1, kernelSize: 2, strides: 2 };
    const chain = [
      conv2d({ ...strided, padding: "same" }),
      conv2d({
        ...strided,
        padding: [
          [0, 3],
          [0, 0],
        ],
      }),
    ] as const;
    const model = sequential([5, 4, 1], ...chain, relu()) as unknown as Model;
    const { site } = model.network.nodes[0];
    expect(pytorch.conv2d.arguments(site as never, "conv1").padding).toEqual([
      [0, 1],
      [0, 0],
    ]);
    // 3 + 3 rows hold three windows of two rows; 2 columns one.
    expect(pytorch.conv2d.arguments(model.network.nodes[1].site as never, "conv2").padding).toEqual([
      [0, 3],
      [0, 0],
    ]);
  });
});

describe("refused", () => {
  const codeOf = async (work: Promise<unknown>) => ((await work.catch((error) => error)) as CutawayError).code;
  const maps = sequential([4, 4, 1], conv2d({ filters: 2, kernelSize: 3 })) as unknown as Model;

  test.each([
    ["a network without a loss", maps, new Float32Array(16), 0, "model.noHead"],
    ["a label that is no class", six(), lesson6Image, 3, "model.label"],
    ["a picture of another size", six(), lesson6Image.slice(1), 0, "model.pixels"],
  ])("%s", async (_title, model, input, label, code) => {
    expect(await codeOf(proofScript(model, { input, label, file }))).toBe(code);
  });
});
