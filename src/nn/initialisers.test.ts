// Initial weights: bounds and spreads of each kind, and that they depend on seed and place alone.
import { describe, expect, test } from "vitest";
import { randomStream } from "../base/random.ts";
import { type Initialiser, initialiserNames } from "../graph/graph.ts";
import type { ParameterSpec } from "../ops/op.ts";
import { sequential } from "./build.ts";
import { initialise } from "./initialisers.ts";
import { conv2d, dense, flatten } from "./layers.ts";

/** 20,000 weights of fans that make the deviations short: He √(2/8) = 1/2, Glorot √(2/32) = 1/4. */
const spec: ParameterSpec = { shape: [100, 200], kind: "weight", fanIn: 8, fanOut: 24 };
const deviations: Record<Initialiser, number> = {
  heUniform: 0.5,
  heNormal: 0.5,
  glorotUniform: 0.25,
  glorotNormal: 0.25,
};
const share = (numbers: Float64Array, holds: (x: number) => boolean) => numbers.filter(holds).length / numbers.length;

describe.each(initialiserNames)("%s", (name) => {
  const weights = initialise(spec, name, 11, 0);
  const deviation = deviations[name];

  test("mean 0, variance 2/fanIn or 2/(fanIn + fanOut)", () => {
    const mean = weights.reduce((sum, x) => sum + x, 0) / weights.length;
    const variance = weights.reduce((sum, x) => sum + (x - mean) ** 2, 0) / weights.length;
    expect(weights).toHaveLength(20_000);
    expect(Math.abs(mean)).toBeLessThan(0.03 * deviation);
    expect(variance / deviation ** 2).toBeGreaterThan(0.96);
    expect(variance / deviation ** 2).toBeLessThan(1.04);
  });

  test("uniform ones fill ±√3 deviations evenly, normal ones reach beyond", () => {
    const bound = Math.sqrt(3) * deviation;
    const outside = share(weights, (x) => Math.abs(x) > bound);
    const inner = share(weights, (x) => Math.abs(x) < bound / 2);
    if (name.endsWith("Uniform")) {
      expect(outside).toBe(0);
      expect(Math.abs(inner - 0.5)).toBeLessThan(0.012);
      expect(Math.max(...weights) / bound).toBeGreaterThan(0.999);
    } else {
      expect(Math.abs(outside - 0.0833)).toBeLessThan(0.007);
      expect(Math.abs(inner - 0.6135)).toBeLessThan(0.012);
    }
  });

  test("the same seed and place give the same bits, another seed or place others", () => {
    expect(initialise(spec, name, 11, 0)).toEqual(weights);
    for (const other of [initialise(spec, name, 12, 0), initialise(spec, name, 11, 1)])
      expect(other.filter((x, k) => x === weights[k])).toHaveLength(0);
  });

  test("biases start at zero", () => {
    expect(initialise({ ...spec, shape: [5], kind: "bias" }, name, 11, 0)).toEqual(new Float64Array(5));
  });
});

test("uniform weights are the stream's numbers, row-major: bound·(2u − 1)", () => {
  const { uniform } = randomStream(3, "initialise", 7);
  const six = { shape: [2, 3], kind: "weight", fanIn: 6, fanOut: 2 } as const;
  const expected = Float64Array.from({ length: 6 }, () => 2 * uniform() - 1);
  const found = initialise(six, "heUniform", 3, 7);
  expect(found.every((x, k) => Math.abs(x - expected[k]) < 1e-15)).toBe(true);
});

describe("in a network", () => {
  const two = (initializer: Initialiser) =>
    sequential(
      [3, 3, 4],
      conv2d({ filters: 4, kernelSize: 1, kernelInitializer: initializer }),
      conv2d({ filters: 4, kernelSize: 1, kernelInitializer: initializer }),
      flatten(),
      dense({ units: 2 }),
    );
  const numbers = (model: ReturnType<typeof two>, address: string) => model.parameters.get(address)?.data;

  test("layers of one shape differ, and each layer has its own place in the stream", () => {
    const model = two("heNormal");
    model.initialize(5);
    expect(numbers(model, "conv1.kernel")).not.toEqual(numbers(model, "conv2.kernel"));
    for (const [place, address] of [...model.parameters.keys()].entries()) {
      const { node, name } = {
        node: model.network.nodes.find((each) => address.startsWith(`${each.name}.`)),
        name: address.split(".")[1],
      };
      const own = initialise(node!.parameters[name], node!.initializer, 5, place);
      expect(numbers(model, address)).toEqual(own);
    }
  });

  test("a new model has the weights of seed 0; the kind is the layer's own", () => {
    const model = two("glorotUniform");
    const before = model.snapshot();
    model.initialize(0);
    expect(model.snapshot()).toEqual(before);
    expect(numbers(two("heUniform"), "conv1.kernel")).not.toEqual(numbers(model, "conv1.kernel"));
    expect(model.network.nodes.map(({ initializer }) => initializer).slice(0, 4)).toEqual([
      "glorotUniform",
      "glorotUniform",
      "heUniform",
      "heUniform",
    ]);
  });

  test.each([-1, 0.5, 2 ** 32, Number.NaN])("%d is no seed", (seed) => {
    const model = two("heUniform");
    const before = model.snapshot();
    expect(() => model.initialize(seed)).toThrow(expect.objectContaining({ code: "option.value" }));
    expect(model.snapshot()).toEqual(before);
  });
});
