// conv2d by Winograd: its kernels against the definition, and against themselves: cuts, groups, epilogues, poisoned memory.
import { describe, expect, test } from "vitest";
import { missing } from "../../../test/data.ts";
import {
  type Case,
  type Epilogue,
  fill,
  type Numbers,
  prepare,
  run,
  truth,
} from "../../../test/ops/convolution-kernels.ts";
import { bestInstructionSet } from "../../backend/wasm/platform.ts";
import { type RandomStream, randomStream } from "../../base/random.ts";
import { sizeOf } from "../../base/shape.ts";
import type { KernelRequest, Kernels } from "../kernels.ts";
import type { Site } from "../op.ts";
import { type Padding, type Pair, readOptions } from "../options.ts";
import { type Conv2dOptions, op } from "./op.ts";
import { winogradBackward, winogradForward, winogradPays, winogradRefresh } from "./winograd.ts";
import { winogradBound, winogradScales } from "./winograd-bound.ts";

const best = bestInstructionSet();
const sets = ["simd", "relaxed-fma"] as const;
type InstructionSet = (typeof sets)[number];

const kernels: Kernels<Conv2dOptions> = {
  forward: winogradForward,
  backward: winogradBackward,
  refresh: winogradRefresh,
  fuses: true,
};

function siteOf(image: readonly number[], raw: Readonly<Record<string, unknown>>): Site<Conv2dOptions> {
  const options = readOptions(op.options, { kernelSize: 3, ...raw }, "conv1");
  return { options, inputs: [image], output: op.shape(options, [image], "conv1") };
}

/** Odd sizes, every padding up to two cells, channels and filters in fours. */
function randomSite({ below }: RandomStream): Site<Conv2dOptions> {
  const pair = (): Pair => [below(3), below(3)];
  const image = [3 + below(16), 3 + below(20), 4 * (1 + below(10))];
  const padding = (["valid", "same", [pair(), pair()]] as Padding[])[below(3)];
  return siteOf(image, { filters: 4 * (1 + below(10)), padding, useBias: below(2) === 1 });
}

/** Numbers between −1 and 1; most of them 0 where `sparse`, as behind a ReLU on a dark picture. */
function randomCase(seed: number, set: InstructionSet, epilogue: Epilogue, sparse = false): Case {
  const random = randomStream(seed, "check");
  const site = randomSite(random);
  const fits = epilogue !== "pool" || Math.min(site.output[0], site.output[1]) > 1;
  const number = () => (sparse && random.below(8) > 0 ? 0 : Math.fround(2 * random.uniform() - 1));
  return fill({ site, epilogue: fits ? epilogue : "relu", set, random, number, images: 1 + random.below(7) });
}

/** Times 2²⁴ over its scale, the largest difference; NaN where a number is not one. */
function worst(found: readonly number[], exact: readonly number[], scale: (k: number) => number): number {
  return found.reduce((most, value, k) => {
    const error = Math.abs(value - exact[k]);
    return error === 0 ? most : Math.max(most, (error * 16777216) / scale(k));
  }, 0);
}

/** The largest error of a case, each number's in units of its own bound. */
function worstOf(one: Case, found: Numbers): number {
  const { site, kernel, bias } = one;
  const [channels, filters] = [site.inputs[0][2], site.options.filters];
  const exact = truth(one);
  const kernelScale = new Float64Array(channels * filters);
  const scales = one.inputs.map((input, k) => {
    const found = winogradScales(site, { input, kernel, bias, outputGradient: one.outputGradients[k] });
    found.kernelGradient.forEach((scale, cell) => {
      kernelScale[cell] += scale;
    });
    return found;
  });
  const [outputs, inputs] = [sizeOf(site.output), sizeOf(site.inputs[0])];
  const before = one.inputGradient === "add" ? 1 : 0;
  const errors = [
    worst(found.output, exact.output, (k) => scales[Math.floor(k / outputs)].output[k % filters]),
    worst(found.kernelGradient, exact.kernelGradient, (k) => kernelScale[k % kernelScale.length]),
    worst(
      found.inputGradient ?? [],
      exact.inputGradient ?? [],
      (k) => scales[Math.floor(k / inputs)].inputGradient[k % channels] + before,
    ),
  ];
  return Math.max(...errors) / winogradBound;
}

const together = { pieces: false, alone: false };

/** ReLU and pooling of the plain outputs, and the gradient's way back through them. */
function through(
  one: Case,
  plain: readonly number[],
): { output: number[]; winner: number[]; gradients: Float32Array[] } {
  const [height, width, filters] = one.site.output;
  const size = height * width * filters;
  const relu = plain.map((v) => Math.max(v, 0));
  const gradients = one.inputs.map(() => new Float32Array(size));
  if (one.epilogue === "relu") {
    relu.forEach((v, k) => {
      if (v > 0) gradients[Math.floor(k / size)][k % size] = one.outputGradients[Math.floor(k / size)][k % size];
    });
    return { output: relu, winner: [], gradients };
  }
  const [output, winner]: [number[], number[]] = [[], []];
  for (const [image, outputGradient] of one.outputGradients.entries()) {
    outputGradient.forEach((d, o) => {
      const columns = width >> 1;
      const [f, j, i] = [o % filters, Math.floor(o / filters) % columns, Math.floor(o / filters / columns)];
      const cells = [0, 1, 2, 3].map((k) => ((2 * i + (k >> 1)) * width + 2 * j + (k & 1)) * filters + f);
      const value = (cell: number) => relu[image * size + cell];
      const first = cells.reduce((lead, cell) => (value(cell) > value(lead) ? cell : lead));
      output.push(value(first));
      winner.push(cells.indexOf(first));
      if (value(first) > 0) gradients[image][first] = d;
    });
  }
  return { output, winner, gradients };
}

/** The sign of a zero is nobody's business: adding 0 takes it away. */
const unsigned = (list: readonly number[] = []) => list.map((v) => v + 0);

describe.each(sets)("%s", (set) => {
  const here = best === "relaxed-fma" || set === best;
  describe.skipIf(missing(here, `kernels with ${set}`, "this platform does not have them"))("kernels", () => {
    test("random convolutions, dense and sparse, lie within the bound", () => {
      for (let seed = 1; seed <= 60; seed++) {
        const one = randomCase(seed, set, "none", seed % 3 === 0);
        expect(worstOf(one, run(kernels, one, together, 8, false)), one.label).toBeLessThan(1);
      }
    });

    test("all terms 0, the neighbours' not: nearly 0, within the bound", () => {
      const random = randomStream(1, "check");
      const site = siteOf([8, 8, 8], { filters: 8, padding: "same" });
      const one = fill({ site, epilogue: "none", set, random, number: () => random.uniform(), images: 2 });
      for (const input of one.inputs) input.fill(0, 0, 5 * 8 * 8);
      one.bias?.fill(0);
      const found = run(kernels, one, together, 8, false);
      expect(worstOf(one, found)).toBeLessThan(1);
      expect(Math.max(...found.output.slice(0, 4 * 8 * 8).map(Math.abs))).toBeLessThan(1e-5);
    });

    test("neither cuts nor the size of the group nor the place in it change a bit", () => {
      for (let seed = 101; seed <= 130; seed++) {
        const one = randomCase(seed, set, (["none", "relu", "pool"] as const)[seed % 3]);
        const alone = run(kernels, one, { pieces: false, alone: true }, 8, false);
        expect(run(kernels, one, { pieces: true, alone: true }, 1, false), one.label).toEqual(alone);
        const { kernelGradient: _, ...group } = run(kernels, one, together, 8, false);
        expect(alone, one.label).toMatchObject(group);
        const { kernelGradient: __, ...narrow } = run(kernels, one, together, one.images, false);
        expect(narrow, one.label).toEqual(group);
      }
    });

    test("epilogues give the bits that the steps by themselves give, forward and backward", () => {
      for (let seed = 201; seed <= 230; seed++) {
        const one = randomCase(seed, set, seed % 2 === 0 ? "relu" : "pool");
        const nothing = one.inputs.map(() => new Float32Array(sizeOf(one.site.output)));
        const plain: Case = { ...one, epilogue: "none", outputGradients: nothing };
        const after = through(one, run(kernels, plain, together, 8, false).output);
        const found = run(kernels, one, together, 8, false);
        const steps = run(kernels, { ...plain, outputGradients: after.gradients }, together, 8, false);
        expect(unsigned(found.output), one.label).toEqual(unsigned(after.output));
        if (one.epilogue === "pool") expect(found.winner, one.label).toEqual(after.winner);
        expect(unsigned(found.inputGradient), one.label).toEqual(unsigned(steps.inputGradient));
        expect(unsigned(found.kernelGradient), one.label).toEqual(unsigned(steps.kernelGradient));
      }
    });
  });
});

describe("which convolutions go this way", () => {
  const ask = (site: Site<Conv2dOptions>, exact = false) => {
    const random = randomStream(1, "check");
    const one = fill({ site, epilogue: "none", set: "simd", random, number: () => 0, images: 1 });
    return winogradPays({ ...prepare(kernels, one).request, exact } as KernelRequest<Conv2dOptions>);
  };

  test("those with enough channels and filters, and tiles that lie inside", () => {
    expect(ask(siteOf([13, 13, 8], { filters: 16 }))).toBe(true);
    for (const size of [8, 16, 32]) expect(ask(siteOf([size, size, 32], { filters: 64, padding: "same" }))).toBe(true);
    expect(ask(siteOf([5, 5, 64], { filters: 64, padding: "same" }))).toBe(false);
    expect(ask(siteOf([28, 28, 4], { filters: 4, padding: "same" }))).toBe(false);
  });

  test("never where sums are to be direct", () => {
    expect(ask(siteOf([32, 32, 32], { filters: 32, padding: "same" }), true)).toBe(false);
  });
});
