// The lesson's network against numbers made independently of the engine (fixtures/lesson-net.json), to 1e-12.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { cellAt } from "../base/shape.ts";
import { sgd } from "../train/sgd.ts";
import { explain } from "./explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "./lesson6.ts";
import type { Opened } from "./opened.ts";

const expected = JSON.parse(readFileSync(new URL("../../fixtures/lesson-net.json", import.meta.url), "utf8"));
const channels = ["V", "H", "D"];

let opened: Opened;
beforeAll(async () => {
  opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
});

const close = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-12);

const sumOfSquares = (numbers: Iterable<number>) => [...numbers].reduce((sum, g) => sum + g * g, 0);

/** Every cell of an H×W×C tensor against [channel][row][column]. */
function compareMaps(address: string, maps: number[][][]): void {
  const { shape, data } = opened.tensor(address);
  for (const [k, value] of data.entries()) {
    const [i, j, c] = cellAt(shape, k);
    close(value, maps[c][i][j]);
  }
}

/** The channel-first position of the fixture for position k of our flat, channel-last vector. */
const channelFirst = (k: number) => (k % 3) * 4 + Math.floor(k / 3);

describe("forward", () => {
  test("pixels and rescaled pixels", () => {
    compareMaps("input", [expected.image_0_255]);
    compareMaps("rescale1.out", [expected.x]);
  });
  test("three kernels, vertical, horizontal and diagonal, give three stacked channels", () => {
    expect(opened.tensor("conv1.out").shape).toEqual([4, 4, 3]);
    compareMaps("conv1.out", expected.pre);
  });
  test("ReLU and pooling", () => {
    compareMaps("relu1.out", expected.act);
    compareMaps(
      "pool1.out",
      expected.pl.map((pool: { O: number[][] }) => pool.O),
    );
  });
  test("the winner of every pooling window", () => {
    for (const [c, { arg }] of expected.pl.entries()) {
      for (const k of [0, 1, 2, 3]) {
        const [i, j] = [Math.floor(k / 2), k % 2];
        const { choice } = opened.at(`pool1.out[${i},${j},${c}]`);
        // The fixture counts a winner's row and column in the map.
        expect(choice?.address).toBe(`relu1.out[${arg[i][j].join(",")},${c}]`);
      }
    }
  });
  test("flatten, logits, probabilities, loss", () => {
    for (const [k, value] of opened.tensor("flatten1.out").data.entries()) close(value, expected.flat[channelFirst(k)]);
    for (const k of [0, 1, 2]) {
      close(opened.value(`logits[${k}]`), expected.z[k]);
      close(opened.value(`probs[${k}]`), expected.p[k]);
    }
    close(opened.value("loss"), expected.L);
  });
});

describe("backward", () => {
  test("logits, pooled cells, pre-activations", () => {
    for (const k of [0, 1, 2]) close(opened.value(`grad:logits[${k}]`), expected.dz[k]);
    for (const [k, value] of opened.tensor("grad:flatten1.out").data.entries())
      close(value, expected.dflat[channelFirst(k)]);
    compareMaps("grad:conv1.out", expected.dO);
  });
  test("the three kernels' gradients", () => {
    for (const [f, name] of channels.entries()) {
      for (const k of Array(9).keys()) {
        const [m, n] = [Math.floor(k / 3), k % 3];
        close(opened.value(`grad:conv1.kernel[${m},${n},0,${f}]`), expected.dK[name][m][n]);
      }
    }
  });
  test("∂L/∂K_V(0,0) is opened into 16 terms, 4 of them live", () => {
    const { terms, total, residual } = opened.at("grad:conv1.kernel[0,0,0,0]");
    expect(terms).toHaveLength(16);
    expect(terms.filter((term) => term.live)).toHaveLength(4);
    close(total, expected.dK.V[0][0]);
    expect(residual).toBe(0);
  });
  test("the way of pixel (2,2) into logit 0", () => {
    expect(opened.value("input[2,2,0]")).toBe(102);
    expect(opened.value("rescale1.out[2,2,0]")).toBe(2);
    expect(opened.value("conv1.out[1,2,0]")).toBe(9);
    close(opened.value("grad(logits[0]):rescale1.out[2,2,0]"), 0.15625);
    close(opened.value("grad(logits[0]):input[2,2,0]"), 0.0030637254901960784);
  });
  test("a closed gate stops the gradient: one of the pooled winners is dead", () => {
    const dead = [...opened.tensor("pool1.out").data].filter((value) => value === 0);
    expect(dead).toHaveLength(expected.dead);
  });
  test("the sum of squares of the kernels' gradients", () => {
    close(sumOfSquares(opened.tensor("grad:conv1.kernel").data), expected.grad_norm_sq_kernels);
  });
});

describe("the step", () => {
  test.each([0.001, 0.01, 0.05])("kernels only, η = %d: kernels, probabilities, loss and forecast", async (η) => {
    const after = expected[`after_eta_${η}`];
    const model = lesson6();
    const before = await explain(model, { input: lesson6Image, label: lesson6Label, learningRate: η });
    await model.forward([lesson6Image]);
    await model.backward([lesson6Label]);
    await model.step(sgd({ learningRate: η }));
    const now = await explain(model, { input: lesson6Image, label: lesson6Label });
    close(now.value("loss"), after.L);
    for (const k of [0, 1, 2]) close(now.value(`probs[${k}]`), after.p[k]);
    for (const k of Array(9).keys()) {
      const cell = `conv1.kernel[${Math.floor(k / 3)},${k % 3},0,0]`;
      close(now.value(cell), after.KV[Math.floor(k / 3)][k % 3]);
      expect(before.value(`next:${cell}`)).toBe(now.value(cell));
    }
    const squares = sumOfSquares(before.tensor("grad:conv1.kernel").data);
    close(before.value("loss") - η * squares, after.firstOrder);
  });
  test("a step that moves the dense layer too", async () => {
    const model = lesson6({ trainDense: true });
    await model.forward([lesson6Image]);
    await model.backward([lesson6Label]);
    await model.step(sgd({ learningRate: 0.001 }));
    const { loss } = await (async () => {
      await model.forward([lesson6Image]);
      return model.backward([lesson6Label]);
    })();
    expect(loss).toBeCloseTo(0.695153, 6);
  });
});

test("nothing is typed: another pixel gives other numbers", async () => {
  const image = lesson6Image.with(14, 153);
  const changed = await explain(lesson6(), { input: image, label: lesson6Label });
  close(changed.value("logits[0]"), 2.21875);
  expect(changed.value("grad:conv1.kernel[0,0,0,0]")).not.toBe(opened.value("grad:conv1.kernel[0,0,0,0]"));
});
