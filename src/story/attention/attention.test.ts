// Maps of attention: by hand on the lesson's network, then every cell of random networks against plain loops.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { open, randomCase } from "../../../test/story/surgery.ts";
import { sequential } from "../../nn/build.ts";
import { conv2d, dense, flatten, maxPool2d, relu, rescale } from "../../nn/layers.ts";
import type { Model } from "../../nn/model.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import type { Opened } from "../opened.ts";
import { whatIf } from "../what-if/what-if.ts";
import { gradCam } from "./grad-cam.ts";
import type { AttentionMap } from "./map.ts";
import { occlusion } from "./occlusion.ts";
import { saliency } from "./saliency.ts";

const fixture = JSON.parse(readFileSync(new URL("../../../fixtures/lesson-net.json", import.meta.url), "utf8"));
const wasm = { name: "wasm", exact: false, threads: 1 } as const;
const target = "logits[0]";
let opened: Opened;

beforeAll(async () => {
  opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
});

const close = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-12);

/** Every cell opens, its terms give what the map holds, and every address among them opens to the factor's value. */
function expectOpens(map: AttentionMap, from: Opened): void {
  for (let k = 0; k < map.data.length; k++) {
    const account = map.at(Math.floor(k / map.shape[1]), k % map.shape[1]);
    expect([account.value, account.residual, account.bound]).toEqual([map.data[k], 0, 0]);
    for (const { factors } of account.terms) {
      for (const { address, value } of factors) if (address !== undefined) expect(from.value(address)).toBe(value);
    }
  }
}

/** ∂logit 0/∂pixel from the numbers of the fixture: each winner of a window hands its weight to the nine cells below its kernel. */
function slopesOfLogit0(): number[] {
  const slopes = new Array<number>(36).fill(0);
  for (const [channel, letter] of ["V", "H", "D"].entries()) {
    for (let k = 0; k < 4; k++) {
      const [row, column] = fixture.pl[channel].arg[Math.floor(k / 2)][k % 2];
      if (fixture.pre[channel][row][column] <= 0) continue;
      const weight = fixture.denseW[0][4 * channel + k];
      for (let tap = 0; tap < 9; tap++) {
        const [m, n] = [Math.floor(tap / 3), tap % 3];
        slopes[6 * (row + m) + column + n] += (weight * fixture.kernels[letter][m][n]) / 51;
      }
    }
  }
  return slopes;
}

/** The cells of a map by plain loops over what `Opened` stores. */
function saliencyByHand(from: Opened, z: string, sample = ""): number[] {
  const [height, width, channels] = from.network.input;
  return Array.from({ length: height * width }, (_, k) => {
    const slopes = Array.from({ length: channels }, (_, c) =>
      Math.abs(from.value(`grad(${z}):input[${Math.floor(k / width)},${k % width},${c}]${sample}`)),
    );
    return Math.max(...slopes);
  });
}

function gradCamByHand(from: Opened, z: string, layer: string, sample = ""): number[] {
  const { shape, data: slopes } = from.tensor(`grad(${z}):${layer}.out${sample}`);
  const { data: activations } = from.tensor(`${layer}.out${sample}`);
  const [height, width, channels] = shape;
  const alphas = Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) sum += slopes[(i * width + j) * channels + c];
    }
    return sum / (height * width);
  });
  return Array.from({ length: height * width }, (_, k) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += alphas[c] * activations[k * channels + c];
    return Math.max(0, sum);
  });
}

describe("the lesson's network", () => {
  test("saliency of logit 0: 0.0030637254901960784 at pixel (2,2), all 36 as computed elsewhere", () => {
    const map = saliency(opened, { target });
    expect(map).toMatchObject({ kind: "saliency", target, shape: [6, 6] });
    close(map.at(2, 2).value, 0.0030637254901960784);
    for (const [k, slope] of slopesOfLogit0().entries()) close(map.data[k], Math.abs(slope));
    expectOpens(map, opened);
    expect(map.area(2, 3)).toEqual({ rows: [2, 2], columns: [3, 3] });
  });

  test("Grad-CAM of logit 0 stands on relu1 and opens down to each mean gradient", () => {
    const map = gradCam(opened, { target });
    expect(map).toMatchObject({ kind: "gradCam", shape: [4, 4], stated: { layer: "relu1", channels: 3 } });
    // Pooling hands each of its twelve gradients, weights of the dense layer in 1/32, to one winner; n = 16 places. Kernel V: 4 × 2/32 ÷ 16.
    expect([...map.alphas]).toEqual([8 / 512, -4 / 512, 2 / 512]);
    expect([...map.data]).toEqual(gradCamByHand(opened, target, "relu1"));
    // V(1,2) = 9, H(1,2) = 2, D(1,2) = 7.
    expect(map.at(1, 2).value).toBe((9 * 8 - 2 * 4 + 7 * 2) / 512);
    expectOpens(map, opened);
    for (const [c, alpha] of map.alphas.entries()) {
      expect(map.alpha(c)).toMatchObject({ value: alpha, residual: 0 });
      expect(map.alpha(c).terms).toHaveLength(16);
      expect(map.alpha(c).terms[6].factors[0].address).toBe(`grad(${target}):relu1.out[1,2,${c}]`);
    }
    expect(map.area(1, 2)).toEqual({ rows: [1, 3], columns: [2, 4] });
  });

  test("where the sum is below 0 the gate stands in every term", () => {
    const map = gradCam(opened, { target, layer: "conv1.out" });
    expect(map.stated.layer).toBe("conv1");
    const open = [...map.data].filter((value) => value > 0).length;
    expect([open > 0, open < 16]).toEqual([true, true]);
    const closed = [...map.data.keys()].filter((k) => map.data[k] === 0).map((k) => map.at(Math.floor(k / 4), k % 4));
    expect(closed.some(({ notes }) => /The sum is −[\d.]+: ReLU makes it 0/.test(notes[0] ?? ""))).toBe(true);
    for (const { terms } of closed) expect(terms.every(({ value }) => value === 0)).toBe(true);
  });

  test("occlusion of one pixel is what-if of that pixel", async () => {
    const request = { input: lesson6Image, target };
    const map = await occlusion(lesson6(), { ...request, value: 153 });
    expect(map).toMatchObject({ kind: "occlusion", shape: [6, 6], stated: { size: 1, stride: 1, value: 153 } });
    // Pixel (2,2): 102 → 153 makes the logit 2.21875 of 2.0625.
    expect(map.at(2, 2).value).toBe(2.0625 - 2.21875);
    for (const [row, column] of [
      [0, 0],
      [1, 3],
      [3, 4],
      [5, 5],
    ] as const) {
      const { before, truth } = await whatIf(lesson6(), request, { [`input[${row},${column},0]`]: 153 });
      expect(map.at(row, column).value).toBe(before - truth);
    }
    expect(map.at(2, 2).terms.map(({ value }) => value)).toEqual([2.0625, -2.21875]);
    expect((await map.opened(2, 2)).at(target)).toMatchObject({ value: 2.21875, residual: 0 });
    expect((await map.opened()).value(target)).toBe(2.0625);
    expectOpens(map, await map.opened());
  });

  test("by default the patch shows the mean and z is the guess", async () => {
    const map = await occlusion(lesson6(), { input: lesson6Image });
    close(map.stated.value as number, lesson6Image.reduce((sum, pixel) => sum + pixel, 0) / 36);
    const logits = [...opened.tensor("logits").data];
    const guess = `logits[${logits.indexOf(Math.max(...logits))}]`;
    expect([map, saliency(opened), gradCam(opened)].map((each) => each.target)).toEqual([guess, guess, guess]);
  });

  test("patches that reach the edge end there, and a map stays what it is when the model changes", async () => {
    const model = lesson6();
    const map = await occlusion(model, { input: lesson6Image, target: "probs[1]", size: 4, stride: 3, value: 0 });
    expect(map.shape).toEqual([2, 2]);
    expect([map.area(0, 1), map.area(1, 0)]).toEqual([
      { rows: [0, 3], columns: [3, 5] },
      { rows: [3, 5], columns: [0, 3] },
    ]);
    const changes: Record<string, number> = {};
    for (let i = 3; i < 6; i++) for (let j = 0; j < 4; j++) changes[`input[${i},${j},0]`] = 0;
    const { before, truth } = await whatIf(model, { input: lesson6Image, target: "probs[1]" }, changes);
    expect(map.at(1, 0).value).toBe(before - truth);
    for (const { data } of model.parameters.values()) data.fill(0);
    expect((await map.opened(1, 0)).value("probs[1]")).toBe(truth);
  });
});

describe("random networks", () => {
  const seeds = Array.from({ length: 12 }, (_, seed) => seed);

  test.each(seeds)("%d: every cell is that of a plain loop and opens without a residual", async (seed) => {
    const given = randomCase(seed);
    const from = await open(given);
    const samples = from.samples > 1 ? ["@0", "@1"] : [""];
    for (const sample of samples) {
      for (const cell of ["logits[2]", "probs[1]"]) {
        const z = `${cell}${sample}`;
        const shown = saliency(from, { target: z });
        expect(shown.target).toBe(z);
        expect([...shown.data]).toEqual(saliencyByHand(from, z, sample));
        expectOpens(shown, from);
        for (const layer of ["relu1", "conv2", undefined]) {
          const map = gradCam(from, { target: z, ...(layer && { layer }) });
          const wanted = gradCamByHand(from, z, map.stated.layer as string, sample);
          const scale = Math.max(...wanted, ...map.alphas.map(Math.abs), 1e-300);
          for (const [k, value] of map.data.entries()) {
            expect(Math.abs(value - wanted[k]) / scale).toBeLessThanOrEqual(1e-12);
          }
          expectOpens(map, from);
        }
      }
    }
  });

  test.each(["reference", wasm] as const)(
    "occlusion: z less what the occluded picture gives, on %o",
    async (backend) => {
      for (const seed of [1, 2, 3]) {
        const { model, images } = randomCase(seed);
        const map = await occlusion(model, { input: images[0], target: "logits[1]", size: 3, stride: 2, backend });
        const from = await explain(model, { input: images[0], backend });
        const side = model.inputShape[0];
        expect(map.shape).toEqual([Math.ceil((side - 3) / 2) + 1, Math.ceil((side - 3) / 2) + 1]);
        for (let k = 0; k < map.data.length; k++) {
          const [row, column] = [Math.floor(k / map.shape[1]), k % map.shape[1]];
          const hidden = (await map.opened(row, column)).value("logits[1]");
          expect(map.data[k]).toBe(from.value("logits[1]") - hidden);
        }
        expectOpens(map, from);
        const every = new Set<number>();
        for (let k = 0; k < map.shape[0]; k++) {
          const [first, last] = map.area(k, 0)?.rows ?? [0, 0];
          for (let row = first; row <= last; row++) every.add(row);
        }
        expect(every.size).toBe(side);
      }
    },
  );

  test("on the fast engine the maps open to its own numbers", async () => {
    for (const seed of [1, 2, 3]) {
      const { model, images } = randomCase(seed);
      const from = await explain(model, { input: images[0], backend: wasm });
      const z = "logits[0]";
      const [shown, map] = [saliency(from, { target: z }), gradCam(from, { target: z })];
      expect([...shown.data]).toEqual(saliencyByHand(from, z));
      expectOpens(shown, from);
      expectOpens(map, from);
      const reference = saliency(await explain(model, { input: images[0] }), { target: z });
      const most = Math.max(...reference.data);
      for (const [k, value] of shown.data.entries()) {
        expect(Math.abs(value - reference.data[k])).toBeLessThanOrEqual(1e-4 * most);
      }
    }
  });
});

describe("layers", () => {
  const chain = (...layers: Parameters<typeof sequential> extends [unknown, ...infer L] ? L : never) => {
    const model = sequential([8, 8, 1], ...layers) as unknown as Model;
    model.initialize(1);
    return explain(model, { input: new Float64Array(64).fill(3) });
  };

  test("the default is the last convolution with more than one position, and its ReLU where there is one", async () => {
    const wide = conv2d({ filters: 2, kernelSize: 3 });
    const last = [flatten(), dense({ units: 2 })] as const;
    const cases = [
      [[wide, maxPool2d({ poolSize: 2 }), ...last], "conv1"],
      [[wide, relu(), maxPool2d({ poolSize: 2 }), relu(), ...last], "relu1"],
      [[wide, relu(), conv2d({ filters: 2, kernelSize: 6 }), relu(), ...last], "relu1"],
      [[rescale(), wide, relu(), conv2d({ filters: 3, kernelSize: 2 }), ...last], "conv2"],
    ] as const;
    for (const [layers, layer] of cases) {
      expect(gradCam(await (chain as (...all: readonly unknown[]) => Promise<Opened>)(...layers)).stated.layer).toBe(
        layer,
      );
    }
  });

  test("a target in the middle has its layers before it", () => {
    expect(gradCam(opened, { target: "pool1.out[0,0,0]" }).stated.layer).toBe("relu1");
    expect(gradCam(opened, { target: "relu1.out[0,0,0]" }).stated.layer).toBe("conv1");
    expect(() => gradCam(opened, { target: "conv1.out[0,0,0]" })).toThrow("none, and no convolution to choose from");
  });
});
