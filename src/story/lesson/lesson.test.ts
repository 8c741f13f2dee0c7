// The lesson against numbers made independently of the engine, what follows from changes, and changes that cannot be made.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Account } from "../../trace/account.ts";
import { workedExample } from "../example.ts";
import { type LessonStep, lessonStep } from "./lesson.ts";
import { lessonToText } from "./text.ts";
import { lessonSteps } from "./titles.ts";

const net = JSON.parse(readFileSync(new URL("../../../fixtures/lesson-net.json", import.meta.url), "utf8"));
const kinds = ["V", "H", "D"];

let steps: LessonStep[];
beforeAll(async () => {
  steps = [];
  for (let step = 1; step <= lessonSteps; step++) steps.push(await lessonStep(step));
}, 60_000);

const values = (step: number) => steps[step - 1].values;
const accounts = (step: number) => steps[step - 1].accounts;

function close(value: number | undefined, wanted: number): void {
  expect(value).toBeDefined();
  expect(Math.abs((value as number) - wanted)).toBeLessThanOrEqual(1e-12);
}

/** Every cell of maps [channel][row][column] in a step's values. */
function closeMaps(step: number, name: string, maps: number[][][]): void {
  for (const [c, map] of maps.entries())
    for (const [i, line] of map.entries())
      for (const [j, wanted] of line.entries()) close(values(step)[`${name}[${i},${j},${c}]`], wanted);
}

/** The channel-first position of the fixture for position k of a flat vector, channels last. */
const channelFirst = (k: number) => (k % 3) * 4 + Math.floor(k / 3);

describe("by hand", () => {
  test("2: nine products, −6 at (0,0), and +6 with the kernel turned", () => {
    const products = [1, 0, -3, 4, 0, -6, 7, 0, -9];
    for (const [k, product] of products.entries())
      expect(values(2)[`example.product[${Math.floor(k / 3)},${k % 3}]`]).toBe(product);
    expect(accounts(2).slice(0, 2)).toMatchObject([
      { address: "conv1.out[0,0,0]", value: -6, residual: 0 },
      { address: "conv1.out[0,0,0]", value: 6, residual: 0 },
    ]);
    expect(accounts(2)[0].terms.map(({ value }) => value)).toEqual(products);
    expect(values(2)).toMatchObject({ "example.conv1.out[0,0,0]": -6, "flipped.conv1.out[0,0,0]": 6 });
  });

  test("3: sizes with stride, padding and dilation; 28 → 26 → 13 → 11 → 5", () => {
    const sizes = Object.entries(values(3)).filter(([name]) => name.startsWith("size["));
    expect(sizes.map(([, size]) => size)).toEqual([3, 2, 5, 3, 1, 4, 2]);
    const heights = Object.entries(values(3)).filter(([name]) => name.startsWith("preset."));
    expect(heights.map(([, height]) => height)).toEqual([28, 26, 13, 11, 5]);
    // Padding keeps the plain map in its middle, stride 2 its every other cell.
    for (const [i, j] of [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => [i, j])))
      expect(values(3)[`padding1.conv1.out[${i + 1},${j + 1},0]`]).toBe(values(3)[`example.conv1.out[${i},${j},0]`]);
    expect(values(3)["strides2.conv1.out[1,1,0]"]).toBe(values(3)["example.conv1.out[2,2,0]"]);
  });

  test("4: closed at −6 and at 0, forward and backward", () => {
    const [closed, kink, open] = accounts(4);
    expect([closed.value, kink.value, open.value]).toEqual([0, 0, 6]);
    expect(kink.choice).toMatchObject({ kind: "gate", tie: true });
    const slopes = accounts(4).filter(({ address }) => address.startsWith("grad("));
    expect(slopes.map(({ value }) => value)).toEqual([0, 0, 1]);
  });

  test("5: a 4×4 input gives 6, 4, 8, 9", () => {
    const pooled = Object.entries(values(5)).filter(([name]) => name.startsWith("example.pool1.out"));
    expect(pooled.map(([, value]) => value)).toEqual([6, 4, 8, 9]);
    expect(
      accounts(5)
        .slice(0, 4)
        .map(({ value }) => value),
    ).toEqual([6, 4, 8, 9]);
  });

  test("8: the first account is ∂L/∂K_V(0,0), 16 terms, 4 of them live", () => {
    const [first] = accounts(8);
    expect(first).toMatchObject({ address: "grad:conv1.kernel[0,0,0,0]", residual: 0 });
    expect(first.terms).toHaveLength(16);
    expect(first.terms.filter(({ live }) => live)).toHaveLength(4);
    close(first.value, -0.527451621433882);
    expect(values(8)).toMatchObject({ terms: 16, liveTerms: 4 });
  });

  test("10: the way of pixel (2,2) to logit 0", () => {
    expect(values(10)).toMatchObject({
      "input[2,2,0]": 102,
      "rescale1.out[2,2,0]": 2,
      "conv1.out[1,2,0]": 9,
      "way.ofMap": 2,
      "way.ofLogit": 0.5625,
      "way.share": 0.125,
      "logits[0]": 2.0625,
      livePaths: 5,
    });
    close(values(10)["grad(logits[0]):rescale1.out[2,2,0]"], 0.15625);
    close(values(10)["grad(logits[0]):input[2,2,0]"], 0.0030637254901960784);
  });
});

describe("the independent numbers", () => {
  test("1: pixels and rescaled pixels", () => {
    closeMaps(1, "input", [net.image_0_255]);
    closeMaps(1, "rescale1.out", [net.x]);
  });

  test("4, 5, 6: kernels, maps before and after ReLU, pooled maps, winners", () => {
    closeMaps(6, "conv1.out", net.pre);
    closeMaps(4, "relu1.out", net.act);
    closeMaps(
      5,
      "pool1.out",
      net.pl.map((pool: { O: number[][] }) => pool.O),
    );
    for (const [f, kind] of kinds.entries())
      for (const k of Array(9).keys()) {
        const [m, n] = [Math.floor(k / 3), k % 3];
        close(values(6)[`conv1.kernel[${m},${n},0,${f}]`], net.kernels[kind][m][n]);
      }
    const own = accounts(5).slice(-12);
    for (const { address, choice } of own) {
      const [i, j, c] = address.match(/\d+(?=[,\]])/g)?.map(Number) ?? [];
      expect(choice?.address).toBe(`relu1.out[${net.pl[c].arg[i][j].join(",")},${c}]`);
    }
  });

  test("7: flat numbers, weights, logits, probabilities, loss", () => {
    for (const i of Array(12).keys()) {
      close(values(7)[`flatten1.out[${i}]`], net.flat[channelFirst(i)]);
      for (const k of [0, 1, 2]) close(values(7)[`dense1.weight[${i},${k}]`], net.denseW[k][channelFirst(i)]);
    }
    for (const k of [0, 1, 2]) {
      close(values(7)[`dense1.bias[${k}]`], net.denseB[k]);
      close(values(7)[`logits[${k}]`], net.z[k]);
      close(values(7)[`probs[${k}]`], net.p[k]);
    }
    close(values(7).loss, net.L);
  });

  test("8: every gradient, and the one that a closed gate stops", () => {
    for (const k of [0, 1, 2]) close(values(8)[`grad:logits[${k}]`], net.dz[k]);
    for (const i of Array(12).keys()) close(values(8)[`grad:flatten1.out[${i}]`], net.dflat[channelFirst(i)]);
    closeMaps(8, "grad:conv1.out", net.dO);
    for (const [f, kind] of kinds.entries())
      for (const k of Array(9).keys()) {
        const [m, n] = [Math.floor(k / 3), k % 3];
        close(values(8)[`grad:conv1.kernel[${m},${n},0,${f}]`], net.dK[kind][m][n]);
      }
    expect(values(8).stoppedGradients).toBe(net.dead);
    expect(lessonToText(steps[7])).toContain("stops a gradient of 0.04699 at (2,2) of channel H");
    expect(values(8)).toMatchObject({ "check.cells": 27, "check.kinks": 0 });
    expect(values(8)["check.worstRelative"]).toBeLessThan(1e-9);
  });

  test("9: the step at three learning rates, forecast and truth", () => {
    close(values(9).sumOfSquaredGradients, net.grad_norm_sq_kernels);
    for (const η of [0.001, 0.01, 0.05]) {
      const [at, wanted] = [`after[${η}].`, net[`after_eta_${η}`]];
      close(values(9)[`${at}truth`], wanted.L);
      close(values(9)[`${at}forecast`], wanted.firstOrder);
      for (const k of [0, 1, 2]) close(values(9)[`${at}probs[${k}]`], wanted.p[k]);
      for (const k of Array(9).keys()) {
        const [m, n] = [Math.floor(k / 3), k % 3];
        close(values(9)[`${at}conv1.kernel[${m},${n},0,0]`], wanted.KV[m][n]);
      }
    }
    close(values(9).truth, net["after_eta_0.001"].L);
    expect(values(9)["all.truth"]).toBeCloseTo(0.6951526, 7);
    expect(lessonToText(steps[8]).replaceAll(/\s+/g, " ")).toContain("forecast ≈ 1.201636, truth ≈ 1.201637");
  });
});

describe("the form", () => {
  test("every account adds up, every value is finite, every step has a title of its own", () => {
    for (const { values: named, accounts: opened, blocks } of steps) {
      for (const { residual } of opened) expect(residual).toBe(0);
      expect(Object.values(named).every(Number.isFinite)).toBe(true);
      expect(opened.length).toBeGreaterThan(0);
      expect(blocks.length).toBeGreaterThan(3);
    }
    expect(new Set(steps.map(({ title }) => title)).size).toBe(lessonSteps);
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test.each([
    [2, "conv2d"],
    [4, "relu"],
    [5, "maxPool2d"],
  ])("step %i opens the worked example of %s, as it is", async (step, op) => {
    const wanted = (await workedExample(op))?.accounts as readonly Account[];
    expect(accounts(step)).toEqual(expect.arrayContaining([wanted[0]]));
    if (op !== "conv2d") return;
    expect(accounts(step)[1]).toEqual(wanted[1]);
  });

  test("text fits 80 columns and has the true minus sign", () => {
    for (const step of steps) {
      const lines = lessonToText(step).split("\n");
      expect(lines.filter((line) => [...line].length > 80)).toEqual([]);
      expect(lines.filter((line) => /(?<![\w-])-\d/.test(line))).toEqual([]);
    }
  });

  test("emphasis sets titles and highlighted cells apart and moves nothing", () => {
    const marked = lessonToText(steps[1], (text) => `<${text}>`);
    expect(marked).toContain("<2. Convolution>");
    expect(marked).toContain("<[−6]>");
    expect(marked.replaceAll(/[<>]/g, "")).toBe(lessonToText(steps[1]));
  });

  test("the network of the last step has learnt in about 200 batches", () => {
    expect(values(10)["trained.accuracy"]).toBeGreaterThan(0.4);
    expect(values(10)["trained.lastLoss"]).toBeLessThan(values(10)["trained.firstLoss"]);
    expect(lessonToText(steps[9]).replaceAll(/\s+/g, " ")).toContain("just trained while you waited");
  });
});
