// Generated kernels against the reference: every operation, random settings and shapes, plain and fused arithmetic, poisoned outputs.
import { describe, expect, test } from "vitest";
import { bestInstructionSet } from "../../src/backend/wasm/platform.ts";
import { type RandomStream, randomStream } from "../../src/base/random.ts";
import { referenceEngine } from "../../src/graph/engine.ts";
import { keptPass } from "../../src/graph/kept-pass.ts";
import { INPUT } from "../../src/graph/network.ts";
import { backwardPass, createRecord, forwardPass, type Parameters } from "../../src/graph/pass.ts";
import { type WasmEngine, type WasmEngineOptions, wasmEngine } from "../../src/graph/wasm-engine.ts";
import { nodeHost } from "../../src/host/node/host.ts";
import { network } from "../../src/nn/build.ts";
import { add, avgPool2d, conv2d, dense, flatten, maxPool2d, relu, rescale } from "../../src/nn/layers.ts";
import type { Model } from "../../src/nn/model.ts";
import type { SymbolicTensor } from "../../src/nn/types/layer.ts";
import type { Numbers } from "../../src/tensor/tensor.ts";
import { missing } from "../data.ts";

/** An image whose sizes are known at run time only. */
type Maps = SymbolicTensor<[number, number, number]>;
type Block = (random: RandomStream, channels: number) => (x: Maps) => Maps;

const pairOf = ({ below }: RandomStream, least: number, most: number): [number, number] => [
  least + below(most - least + 1),
  least + below(most - least + 1),
];

const anyConv: Block = (random, channels) => {
  const { below } = random;
  const groups = [1, channels, channels % 2 === 0 ? 2 : 1][below(3)];
  const [kernelSize, strides, dilationRate] = [pairOf(random, 1, 4), pairOf(random, 1, 3), pairOf(random, 1, 2)];
  const padding = ["valid", "same", below(4), [pairOf(random, 0, 3), pairOf(random, 0, 3)]][below(4)] as "same";
  const layer = conv2d({
    filters: groups * (1 + below(9)),
    kernelSize,
    strides,
    dilationRate,
    groups,
    padding,
    useBias: below(2) === 1,
  });
  return (x) => layer(x) as Maps;
};

const anyPool =
  (kind: typeof maxPool2d | typeof avgPool2d): Block =>
  (random) => {
    const [poolSize, strides] = [pairOf(random, 2, 3), pairOf(random, 1, 3)];
    const padding = [
      "valid",
      "same",
      1,
      [
        [1, 0],
        [0, 1],
      ],
    ][random.below(4)] as "same";
    const layer = kind({ poolSize, strides, padding });
    return (x) => layer(x) as Maps;
  };

const blocks: Record<string, Block> = {
  conv2d: anyConv,
  maxPool2d: anyPool(maxPool2d),
  avgPool2d: anyPool(avgPool2d as unknown as typeof maxPool2d),
  relu: () => (x) => relu()(x) as Maps,
  rescale: () => (x) => rescale({ divisor: 3 })(x) as Maps,
  "conv2d, relu": (random, channels) => (x) => relu()(anyConv(random, channels)(x) as never) as Maps,
  "conv2d, relu, maxPool2d": (random, channels) => (x) =>
    maxPool2d({ poolSize: 2 })(relu()(anyConv(random, channels)(x) as never) as never) as Maps,
  winograd: ({ below }) => {
    const padding = (
      [
        "valid",
        "same",
        1,
        [
          [2, 0],
          [1, 2],
        ],
      ] as const
    )[below(4)] as "same";
    const [wide, out] = [16 + 4 * below(3), 16 + 4 * below(3)];
    return (x) => {
      const maps = relu()(conv2d({ filters: wide, kernelSize: 1 })(x) as never) as Maps;
      const found = relu()(conv2d({ filters: out, kernelSize: 3, padding })(maps) as never) as Maps;
      return below(2) === 1 ? found : (maxPool2d({ poolSize: 2 })(found) as Maps);
    };
  },
  add: () => (x) => add(x, relu()(x) as never) as Maps,
};

/** A 1×1 convolution before the block, so that its input gradient reaches a parameter; a dense layer behind it. */
function around(block: Block, seed: number): Model {
  const random = randomStream(seed, "check");
  const { below } = random;
  const [height, width, channels] = [9 + below(6), 8 + below(7), 1 + below(6)];
  const model = network([height, width, channels] as [number, number, number], (x) => {
    const before = conv2d({ filters: channels, kernelSize: 1 })(x) as Maps;
    const hidden = relu()(dense({ units: 5 + below(9) })(flatten()(block(random, channels)(before))));
    return dense({ units: 3 })(hidden);
  }) as unknown as Model;
  model.initialize(seed);
  return model;
}

/** float32 against float64 through a whole network: 2⁻²⁴ a rounding, a thousand of them, relative to the largest number of the tensor
 * (measured: up to 330). Each operation by itself is held to much less, relative to its terms, by its own tests. */
const allowed = 1024 / 16777216;

function compare(name: string, ours: Numbers, theirs: Numbers): void {
  let largest = 1e-3;
  let worst = 0;
  for (const [k, v] of theirs.entries()) {
    largest = Math.max(largest, Math.abs(v));
    const distance = Math.abs(ours[k] - v);
    worst = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : Math.max(worst, distance);
  }
  expect(worst / largest, name).toBeLessThanOrEqual(allowed);
}

/** Fills every tensor of every image that a worker holds with NaN: what is read before it is written shows. */
function poison({ plan, team }: WasmEngine, threads: number): void {
  const { map, group } = plan.program;
  for (let worker = 0; worker < threads; worker++) {
    for (let image = 0; image < group; image++) {
      const start = map.workers.start + worker * map.workers.stride + map.images + image * plan.strides.image;
      new Float32Array(team.memory.buffer, start, plan.tensors.bytes / 4).fill(Number.NaN);
    }
  }
}

function float32(model: Model): Parameters {
  return new Map([...model.parameters].map(([address, { data }]) => [address, Float64Array.from(data, Math.fround)]));
}

function imagesFor({ network }: Model, seed: number, count: number): number[][] {
  const { uniform } = randomStream(seed, "check", 1);
  const size = network.input.reduce((product, n) => product * n, 1);
  return Array.from({ length: count }, () => Array.from({ length: size }, () => Math.fround(2 * uniform() - 1)));
}

/** The plan that trains: one batch after another, poisoned in between, against the reference. */
async function compareTraining(
  model: Model,
  seed: number,
  options: Pick<WasmEngineOptions, "set" | "exact" | "threads">,
) {
  const batch = [1, 3, 5, 13][seed % 4];
  const parameters = float32(model);
  const reference = referenceEngine(model.network, parameters);
  const engine = await wasmEngine(model.network, parameters, { ...options, batch, training: true, host: nodeHost });
  const images = imagesFor(model, seed, batch);
  const labels = images.map((_, k) => k % 3);
  for (const pass of [images.toReversed(), images]) {
    poison(engine, options.threads);
    await engine.learn(pass, labels);
    await reference.learn(pass, labels);
    for (const k of images.keys()) {
      compare(`seed ${seed}: logits of image ${k}`, engine.outputs[k], reference.outputs[k]);
      compare(`seed ${seed}: loss of image ${k}`, engine.losses[k], reference.losses[k]);
    }
    for (const [address, gradient] of engine.gradients) {
      compare(`seed ${seed}: gradient of ${address}`, gradient, reference.gradients.get(address) as Numbers);
    }
  }
  engine.close();
}

/** The plan that keeps every cell, against the reference's record; and its logits are those of the other plan, bit for bit. */
async function compareKept(model: Model, seed: number, { set, exact }: Pick<WasmEngineOptions, "set" | "exact">) {
  const { network } = model;
  const parameters = float32(model);
  const [image] = imagesFor(model, seed, 1);
  const kept = keptPass(network, parameters, set, exact);
  kept.forward(image, 1);
  const gradients = new Map([...parameters].map(([address, { length }]) => [address, new Float64Array(length)]));
  const record = createRecord(network, parameters, gradients, "every");
  record.input.set(image);
  record.setLabel(1);
  forwardPass(network, record);
  const loss = network.head?.loss as number;
  for (const start of [loss, network.last]) {
    kept.backward({ node: start, cell: 0, value: 0.5 });
    for (const gradient of gradients.values()) gradient.fill(0);
    backwardPass(network, record, { node: start, cell: 0, value: 0.5 });
    for (let k = 0; k < start; k++) {
      const { name } = network.nodes[k];
      compare(`seed ${seed}: ${name}`, kept.output(k), record.values[k].output);
      const theirs = record.gradients[k]?.output as Numbers;
      if (k !== network.head?.probs) compare(`seed ${seed}: gradient of ${name}`, kept.gradient(k) as Numbers, theirs);
    }
    compare(`seed ${seed}: input gradient`, kept.gradient(INPUT) as Numbers, record.inputGradient as Numbers);
    for (const [address, gradient] of gradients) {
      compare(`seed ${seed}: gradient of ${address}`, kept.parameterGradient(address) as Numbers, gradient);
    }
  }
  const engine = await wasmEngine(network, parameters, {
    set,
    exact,
    threads: 1,
    batch: 5,
    training: true,
    host: undefined,
  });
  await engine.learn([image], [1]);
  expect(engine.outputs[0], `seed ${seed}: both plans`).toEqual(kept.output(network.last));
}

const best = bestInstructionSet();
const sets = ["simd", "relaxed-fma"] as const;

describe.each(sets)("%s", (set) => {
  const here = best === "relaxed-fma" || set === best;
  describe.skipIf(missing(here, `kernels with ${set}`, "this platform does not have them"))("kernels", () => {
    test.each(Object.keys(blocks))("%s: values and gradients on 40 random networks", async (name) => {
      for (const [model, seed] of someNetworks(name, 40)) {
        await compareTraining(model, seed, { set, exact: seed % 2 === 0, threads: 1 });
        await compareKept(model, seed, { set, exact: seed % 2 === 0 });
      }
    });
    test("two threads: every operation on 6 random networks", async () => {
      for (const name of Object.keys(blocks)) {
        for (const [model, seed] of someNetworks(name, 6)) {
          await compareTraining(model, seed, { set, exact: false, threads: 2 });
        }
      }
    });
  });
});

/** The first so many random networks whose settings fit their image. */
function* someNetworks(name: string, count: number): Generator<[Model, number]> {
  let made = 0;
  for (let seed = 1; made < count; seed++) {
    const model = attempt(() => around(blocks[name], seed));
    if (!model) continue;
    made++;
    yield [model, seed];
  }
}

/** Random settings may not fit their image: those are left out. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
