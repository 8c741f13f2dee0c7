// Kernels of every operation but convolution, alone, against the definitions: random settings, groups and cuts, poisoned memory.
import { describe, expect, test } from "vitest";
import { bestInstructionSet } from "../../src/backend/wasm/platform.ts";
import { type RandomStream, randomStream } from "../../src/base/random.ts";
import { type OpName, operations } from "../../src/ops/index.ts";
import type { Kernels } from "../../src/ops/kernels.ts";
import type { Operation } from "../../src/ops/op.ts";
import { wasmKernels } from "../../src/ops/wasm.ts";
import { missing } from "../data.ts";
import { type Bench, backward, type Fill, forward, lay, type Setting } from "../ops/harness.ts";
import { before, type KernelBench, type KernelTrial, kernelBench } from "./kernel-bench.ts";

interface Drawn extends Omit<Setting, "operation" | "label"> {
  readonly relu?: boolean;
  readonly twice?: boolean;
}

const from = ({ below }: RandomStream, least: number, most: number) => least + below(most - least + 1);
const pair = (random: RandomStream, least: number, most: number) => [
  from(random, least, most),
  from(random, least, most),
];
const image = (random: RandomStream) => [...pair(random, 1, 9), from(random, 1, 19)];

function pooling(random: RandomStream): Drawn {
  const poolSize = pair(random, 1, 3);
  const strides = random.below(2) === 1 ? poolSize : pair(random, 1, 3);
  const explicit = poolSize.map((size) => [random.below(size), random.below(size)]);
  const padding = ["valid", "valid", "same", explicit][random.below(4)];
  const [height, width] = poolSize.map((size) => size + random.below(8));
  return { inputs: [[height, width, from(random, 1, 19)]], options: { poolSize, strides, padding } };
}

function classes(random: RandomStream): number {
  return from(random, 1, 13);
}

/** Dense layers small and, one in four, large enough to be cut. */
function layer(random: RandomStream): Drawn {
  const large = random.below(4) === 0;
  const inputs = [[large ? 8 * from(random, 128, 140) : from(random, 1, 70)]];
  const units = large ? 32 + 8 * random.below(3) : from(random, 1, 45);
  return { inputs, options: { units, useBias: random.below(2) === 1 }, relu: random.below(2) === 1 };
}

const draws: Record<Exclude<OpName, "conv2d">, (random: RandomStream) => Drawn> = {
  rescale: (random) => ({ inputs: [image(random)], options: { divisor: 1 + random.below(255) } }),
  relu: (random) => ({ inputs: [image(random)] }),
  flatten: (random) => ({ inputs: [image(random)] }),
  add(random) {
    const shape = image(random);
    return { inputs: [shape, shape], twice: random.below(2) === 1 };
  },
  maxPool2d: pooling,
  avgPool2d: pooling,
  dense: layer,
  softmax: (random) => ({ inputs: [[classes(random)]] }),
  crossEntropy(random) {
    const shape = [classes(random)];
    return { inputs: [shape, shape] };
  },
};

/** Numbers of float32, with zeros and ties among them. */
function fillFor(seed: number, picture: number, shared: Map<string, Float64Array>): Fill {
  const random = randomStream(seed, "check", 1, picture);
  const number = () => Math.fround((random.below(6) === 0 ? random.below(3) - 1 : random.uniform() * 2 - 1) * 2);
  return (role, cells) => {
    const key = typeof role === "object" && "parameter" in role ? role.parameter : undefined;
    const values = (key && shared.get(key)) || Float64Array.from({ length: cells }, number);
    if (key) shared.set(key, values);
    return values;
  };
}

/** The benches of all images, both passes done by the definition. */
function benchesOf(operation: Operation<object>, drawn: Drawn, seed: number, images: number): Bench[] {
  const shared = new Map<string, Float64Array>();
  return Array.from({ length: images }, (_, picture) => {
    const label = randomStream(seed, "check", 2, picture).below(drawn.inputs[0][0]);
    const bench = lay({ ...drawn, operation, label }, fillFor(seed, picture, shared));
    const [first, second] = bench.inputs;
    if (operation === operations.crossEntropy)
      operations.softmax.reference.forward(bench.site, softmaxOf(first, second));
    if (drawn.twice) second.set(first);
    forward(bench);
    passBack(bench, drawn.relu === true);
    return bench;
  });
}

const softmaxOf = (z: Float64Array, p: Float64Array) => ({ inputs: [z], output: p, parameters: {}, label: 0 });

/** Backward, through a ReLU behind the operation where there is one. */
function passBack(bench: Bench, relu: boolean): void {
  if (!relu) {
    backward(bench);
    return;
  }
  const { output } = bench;
  const gated = bench.outputGradient.map((d, k) => (output[k] > 0 ? d : 0));
  backward({ ...bench, outputGradient: gated });
  for (let k = 0; k < output.length; k++) output[k] = Math.max(0, output[k]);
}

/** float32 against float64: 2⁻²⁴ a rounding, some hundred of them in a row, relative to the largest number of the tensor. */
const allowed = 256 / 16777216;

function compare(name: string, ours: Float32Array, theirs: ArrayLike<number>): void {
  let largest = 1e-3;
  let worst = 0;
  for (let k = 0; k < theirs.length; k++) {
    largest = Math.max(largest, Math.abs(theirs[k]));
    const distance = Math.abs(ours[k] - theirs[k]);
    worst = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : Math.max(worst, distance);
  }
  expect(worst / largest, name).toBeLessThanOrEqual(allowed);
}

/** Every tensor that the kernels make: name, image, and what the definition says. */
function expected({ images, add, twice }: KernelTrial): [name: string, image: number, values: ArrayLike<number>][] {
  const all: [string, number, ArrayLike<number>][] = images.flatMap((bench, picture) => [
    ["output", picture, bench.output] as [string, number, ArrayLike<number>],
    ...bench.inputGradients.flatMap((gradient, which): [string, number, ArrayLike<number>][] => {
      if (add[which] === undefined || (twice && which > 0)) return [];
      const other = twice ? bench.inputGradients[1] : undefined;
      const sum = gradient.map((d, k) => d + (other?.[k] ?? 0) + (add[which] ? before(k) : 0));
      return [[`gradient of input${which}`, picture, sum]];
    }),
  ]);
  for (const [key, first] of Object.entries(images[0].parameterGradients)) {
    const sum = first.map((_, k) => before(k) + images.reduce((s, bench) => s + bench.parameterGradients[key][k], 0));
    all.push([`gradient of ${key}`, 0, sum]);
  }
  return all;
}

function trialOf(name: keyof typeof draws, seed: number): Omit<KernelTrial, "set" | "group"> | undefined {
  const random = randomStream(seed, "check", 3);
  const drawn = draws[name](random);
  const images = attempt(() => benchesOf(operations[name] as Operation<object>, drawn, seed, from(random, 1, 7)));
  if (!images) return undefined;
  const choice = () => [false, true, undefined][random.below(3)];
  const first = random.below(2) === 1;
  const records = new Set(
    ["input0", "input1", "output", "gradient", "gradient of input0"].filter(() => random.below(3) === 0),
  );
  return {
    kernels: wasmKernels[name] as Kernels<object>,
    images,
    relu: drawn.relu === true,
    add: drawn.twice ? [first, true] : [choice(), choice()],
    twice: drawn.twice === true,
    region: (key) => (records.has(key) ? "record" : "image"),
  };
}

/** Random settings may not fit their image: those are left out. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

const bits = (bench: KernelBench, trial: KernelTrial) =>
  expected(trial).map(([name, picture]) => bench.read(name, picture).slice().toString());

const best = bestInstructionSet();

describe.each(["simd", "relaxed-fma"] as const)("%s", (set) => {
  const here = best === "relaxed-fma" || set === best;
  describe.skipIf(missing(here, `kernels with ${set}`, "this platform does not have them"))("kernels", () => {
    test.each(Object.keys(draws) as (keyof typeof draws)[])("%s: 40 random settings", (name) => {
      let made = 0;
      for (let seed = 1; made < 40; seed++) {
        const drawn = trialOf(name, seed);
        if (!drawn) continue;
        made++;
        const trial = { ...drawn, set, group: 8 };
        const bench = kernelBench(trial);
        bench.run({ size: 8 });
        for (const [tensor, picture, values] of expected(trial))
          compare(`seed ${seed}: ${tensor} of image ${picture}`, bench.read(tensor, picture), values);
        expect(bench.overwritten(), `seed ${seed}`).toEqual([]);
        const whole = bits(bench, trial);
        const cut = randomStream(seed, "check", 4);
        for (const [group, size] of [[8, 1 + cut.below(4)] as const, [1, 1] as const]) {
          const again = group === 8 ? bench : kernelBench({ ...trial, group });
          again.run({ size, cut });
          expect(bits(again, trial), `seed ${seed}: ${size} at a time, cut`).toEqual(whole);
          expect(again.overwritten(), `seed ${seed}`).toEqual([]);
        }
      }
    });
  });
});

describe("what a kernel says of itself", () => {
  const trial = (name: keyof typeof draws, drawn: Drawn): KernelTrial => ({
    kernels: wasmKernels[name] as Kernels<object>,
    images: benchesOf(operations[name] as Operation<object>, drawn, 1, 1),
    set: "simd",
    group: 8,
    relu: drawn.relu === true,
    add: [false],
    twice: false,
    region: () => "image",
  });
  const facts = (name: keyof typeof draws, drawn: Drawn) =>
    kernelBench(trial(name, drawn)).kernels.map(({ name, way, parts, work }) => [name, way, parts, work]);

  test("a large dense layer with a ReLU is cut by columns of its matrices and rows of its gradient", () => {
    expect(facts("dense", { inputs: [[1024]], options: { units: 32 }, relu: true })).toEqual([
      ["dense1.forward", "direct+relu", 4, 32768],
      ["dense1.outputGradient", "map", 1, 32],
      ["dense1.inputGradient", "direct", 128, 32768],
      ["dense1.weightGradient", "direct", 256, 32768],
      ["dense1.biasGradient", "map", 1, 32],
      ["dense1.refresh", "direct", 128, 32768],
    ]);
  });
  test("a small one is not, nor is one whose columns do not fill the blocks", () => {
    const parts = (length: number, units: number) =>
      facts("dense", { inputs: [[length]], options: { units } }).map(([, , count]) => count);
    expect(parts(1000, 32)).toEqual([1, 1, 1, 1, 1]);
    expect(parts(1026, 36)).toEqual([1, 1, 1, 1, 1]);
  });
  test("map, window, head", () => {
    const ways = (name: keyof typeof draws, drawn: Drawn) => facts(name, drawn).map(([, way]) => way);
    expect(ways("relu", { inputs: [[8]] })).toEqual(["map", "map"]);
    expect(ways("maxPool2d", { inputs: [[4, 4, 1]], options: { poolSize: 2 } })).toEqual(["window", "window"]);
    expect(ways("softmax", { inputs: [[8]] })).toEqual(["head", "head"]);
  });
  test("flatten has nothing to do where both tensors share their room", () => {
    const [bench] = trial("flatten", { inputs: [[2, 2, 1]] }).images;
    const place = { region: "image", offset: 64 } as const;
    const rooms = { label: place, scratch: () => place, kept: () => place, shared: () => place };
    const places = { inputs: [place], output: place, parameters: {}, ...rooms };
    const request = { name: "flatten1", site: bench.site, set: "simd", exact: false, group: 8, places } as const;
    const gradients = { output: place, inputs: [{ place, add: false }], parameters: {} };
    expect(wasmKernels.flatten.forward(request)).toEqual([]);
    expect(wasmKernels.flatten.backward(request, gradients)).toEqual([]);
    expect(() =>
      wasmKernels.dense.forward({ ...(request as never as object), epilogue: { pool: {} } } as never),
    ).toThrow(TypeError);
  });
});

describe("a NaN is seen", () => {
  const { NaN: nan } = Number;
  /** Where the output is NaN if the input is NaN at a position. */
  const output = (name: keyof typeof draws, drawn: Drawn, position: number) => {
    const images = benchesOf(operations[name] as Operation<object>, drawn, 1, 1);
    images[0].inputs[0][position] = nan;
    const kernels = wasmKernels[name] as Kernels<object>;
    const rest = { relu: drawn.relu === true, add: [], twice: false, region: () => "image" as const };
    const bench = kernelBench({ kernels, images, set: "simd", group: 8, ...rest });
    bench.run({ size: 1 });
    return [...bench.read("output")].map(Number.isNaN);
  };

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])("tap %d of a window that takes the largest", (tap) => {
    expect(output("maxPool2d", { inputs: [[3, 3, 1]], options: { poolSize: 3 } }, tap)).toEqual([true]);
  });
  test("through a ReLU, by itself and behind a dense layer", () => {
    expect(output("relu", { inputs: [[3]] }, 1)).toEqual([false, true, false]);
    expect(output("dense", { inputs: [[3]], options: { units: 2 }, relu: true }, 1)).toEqual([true, true]);
  });
});
