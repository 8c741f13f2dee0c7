// Generated kernels against the reference: every operation, random settings and shapes, plain and fused arithmetic, poisoned outputs.
import { describe, expect, test } from "vitest";
import { bestInstructionSet } from "../../src/backend/wasm/platform.ts";
import { type RandomStream, randomStream } from "../../src/base/random.ts";
import { type Engine, referenceEngine } from "../../src/graph/engine.ts";
import { wasmEngine } from "../../src/graph/wasm-engine.ts";
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
  add: () => (x) => add(x, relu()(x) as never) as Maps,
};

/** A 1×1 convolution before the block, so that its input gradient reaches a parameter; a dense layer behind it. */
function around(block: Block, seed: number): Model {
  const random = randomStream(seed, "check");
  const { below } = random;
  const [height, width, channels] = [9 + below(6), 8 + below(7), 1 + below(6)];
  const model = network([height, width, channels] as [number, number, number], (x) => {
    const before = conv2d({ filters: channels, kernelSize: 1 })(x) as Maps;
    return dense({ units: 3 })(flatten()(block(random, channels)(before)));
  }) as unknown as Model;
  model.initialize(seed);
  return model;
}

function run(engine: Engine, image: readonly number[]): void {
  for (const output of engine.outputs) output.fill(Number.NaN);
  engine.input.set(image);
  engine.setLabel(1);
  engine.forward();
  engine.backward(0.5);
}

/** float32 against float64: 2⁻²⁴ a rounding, some hundred of them in a row, relative to the largest number of the tensor. */
const allowed = 256 / 16777216;

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

const best = bestInstructionSet();
const sets = ["simd", "relaxed-fma"] as const;

describe.each(sets)("%s", (set) => {
  const here = best === "relaxed-fma" || set === best;
  describe.skipIf(missing(here, `kernels with ${set}`, "this platform does not have them"))("kernels", () => {
    test.each(Object.keys(blocks))("%s: values and gradients on 40 random networks", (name) => {
      let made = 0;
      for (let seed = 1; made < 40; seed++) {
        const model = attempt(() => around(blocks[name], seed));
        if (!model) continue;
        made++;
        const parameters = new Map(
          [...model.parameters].map(([address, { data }]) => [address, Float64Array.from(data, Math.fround)]),
        );
        const reference = referenceEngine(model.network, parameters);
        const engine = wasmEngine(model.network, parameters, set);
        const { uniform } = randomStream(seed, "check", 1);
        const image = Array.from(reference.input, () => Math.fround(2 * uniform() - 1));
        // Twice: what the first sample leaves in scratch memory must not reach the second.
        for (const pass of [image.toReversed(), image]) {
          for (const one of [reference, engine]) {
            for (const gradient of one.gradients.values()) gradient.fill(0);
            run(one, pass);
          }
        }
        const nodes = model.network.nodes;
        for (const [k, output] of engine.outputs.entries())
          compare(`seed ${seed}: ${nodes[k].name}`, output, reference.outputs[k]);
        for (const [address, gradient] of engine.gradients) {
          compare(`seed ${seed}: gradient of ${address}`, gradient, reference.gradients.get(address) as Numbers);
        }
      }
    });
  });
});

/** Random settings may not fit their image: those are left out. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
