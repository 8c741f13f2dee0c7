// Wrong answers: those of the worked examples and of the lesson's network by hand, properties on random networks, sizes, bad input.
import { describe, expect, test } from "vitest";
import { randomStream } from "../../base/random.ts";
import { cellAt, sizeOf } from "../../base/shape.ts";
import { sequential } from "../../nn/build.ts";
import { avgPool2d, conv2d, dense, flatten, maxPool2d, relu, rescale } from "../../nn/layers.ts";
import { sgd } from "../../train/sgd.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import type { Opened } from "../opened.ts";
import { lessonColour } from "./01-image.ts";
import { mapSize } from "./map-size.ts";
import {
  describeMisreading,
  type Misreading,
  type MisreadingCause,
  misreadings,
  sizeMisreadings,
} from "./misreadings.ts";
import { type Variation, workedModel } from "./worked.ts";

async function worked(op: Parameters<typeof workedModel>[0], variation: Variation = {}): Promise<Opened> {
  const { model, image } = workedModel(op, variation);
  return explain(model, { input: image.values });
}
const byCause = (found: readonly Misreading[]) => Object.fromEntries(found.map(({ cause, value }) => [cause, value]));
const at = (opened: Opened, address: string) => byCause(misreadings(opened, address));

describe("the worked examples", () => {
  test("−6: 6 kernel flipped, −18 transposed, 30 signs lost, 45 kernel ignored, 0 ReLU too early; no others", async () => {
    const found = misreadings(await worked("conv2d"), "conv1.out[0,0,0]");
    expect(found).toEqual([
      { cause: "flipped", value: 6 },
      { cause: "transposed", value: -18 },
      { cause: "signsLost", value: 30 },
      { cause: "kernelIgnored", value: 45 },
      { cause: "reluTooEarly", value: 0 },
    ]);
  });

  test("another kernel gives other wrong answers: with all weights 1 only row and column can be exchanged, and at (0,0) not even these", async () => {
    const same = await worked("conv2d", { parameters: { kernel: new Array(9).fill(1) } });
    expect(at(same, "conv1.out[0,0,0]")).toEqual({});
    const [down, right] = [same.value("conv1.out[1,0,0]"), same.value("conv1.out[0,1,0]")];
    expect(down).not.toBe(right);
    expect(at(same, "conv1.out[0,1,0]")).toEqual({ indicesExchanged: down });
  });

  test("relu of −6: −6 kept, 6 its size; of 6: 0 the wrong way round, 1 its slope", async () => {
    const opened = await worked("relu");
    expect(at(opened, "relu1.out[0,0,0]")).toEqual({ negativeKept: -6, sizeTaken: 6 });
    expect(at(opened, "relu1.out[0,2,0]")).toEqual({ gateTurned: 0, slopeForValue: 1 });
  });

  test("relu's derivative at −6: 1, as if open, and −6, its value; at 0 also ½", async () => {
    const opened = await worked("relu");
    expect(at(opened, "grad(relu1.out[0,0,0]):input[0,0,0]")).toEqual({ gateOpened: 1, valueForSlope: -6 });
    expect(at(opened, "grad(relu1.out[0,1,0]):input[0,1,0]")).toEqual({ gateOpened: 1, halfAtKink: 0.5 });
    expect(at(opened, "grad(relu1.out[0,2,0]):input[0,2,0]")).toEqual({ gateTurned: 0, valueForSlope: 6 });
  });

  test("max of 2, 4, 1, 2: the mean 2.25, the first 2, the smallest 1, the sum 9, and 8 in the other window", async () => {
    const opened = await worked("maxPool2d");
    const expected = { meanTaken: 2.25, firstTaken: 2, smallestTaken: 1, sumTaken: 9, indicesExchanged: 8 };
    expect(at(opened, "pool1.out[0,1,0]")).toEqual(expected);
    expect(at(opened, "grad(pool1.out[0,0,0]):input[1,1,0]")).toEqual({ sharedEqually: 0.25, loserTaken: 0 });
    expect(at(opened, "grad(pool1.out[0,0,0]):input[0,0,0]")).toEqual({ sharedEqually: 0.25, winnerIgnored: 1 });
  });

  test("padding is no number: a corner window of ties 2, 2, 0, 2 has the mean 1.5, not 6 ÷ 9", async () => {
    const image = { name: "ties", shape: [3, 3, 1], values: [2, 2, 1, 0, 2, 3, 3, 1, -1] };
    const options = { poolSize: 3, strides: 2, padding: 1 };
    expect(at(await worked("maxPool2d", { image, options }), "pool1.out[0,0,0]")).toEqual({
      meanTaken: 1.5,
      smallestTaken: 0,
      sumTaken: 6,
    });
    const mean = at(await worked("avgPool2d", { image, options }), "avgpool1.out[0,0,0]");
    expect(mean).toMatchObject({ largestTaken: 2, sumNotDivided: 6 });
    expect(mean.paddingCounted).toBeCloseTo(6 / 9, 14);
  });

  test("the yellow pixel's red is 255: its green is too and no wrong answer; of its blue, 0, the other channels give 255", async () => {
    const opened = await worked("rescale", { image: lessonColour });
    expect(misreadings(opened, "input[1,0,0]")).toEqual([{ cause: "indicesExchanged", value: 0 }]);
    expect(at(opened, "input[1,0,2]")).toEqual({ channelMixed: 255 });
    expect(at(opened, "input[0,2,2]")).toEqual({ channelMixed: 0 });
  });
});

describe("the lesson's network", () => {
  const opening = () => explain(lesson6({ trainDense: true }), { input: lesson6Image, label: lesson6Label });

  test("102 ÷ 51: not divided, or turned over", async () => {
    expect(at(await opening(), "rescale1.out[2,2,0]")).toEqual({ notDivided: 102, turnedOver: 0.5 });
  });

  test("logit 1 has a bias of ½ that can be forgotten; logit 0 has none", async () => {
    const opened = await opening();
    expect(at(opened, "logits[1]").biasForgotten).toBe(opened.value("logits[1]") - 0.5);
    expect(at(opened, "logits[0]")).toEqual({ weightsIgnored: 82, signsLost: 3.1875, termsNotAdded: 0.75 });
  });

  test("probability and loss: shares of the scores, all or nothing, ln p, 1 − p, the loss of class 2", async () => {
    const opened = await opening();
    const z = [0, 1, 2].map((k) => opened.value(`logits[${k}]`));
    const p = [0, 1, 2].map((k) => opened.value(`probs[${k}]`));
    const found = at(opened, "probs[0]");
    expect(found.expForgotten).toBeCloseTo(z[0] / (z[0] + z[1] + z[2]), 14);
    expect(found).toMatchObject({ winnerTakesAll: 0, equalShares: 1 / 3 });
    expect(at(opened, "probs[2]").winnerTakesAll).toBe(1);
    const loss = at(opened, "loss");
    expect(loss.minusForgotten).toBe(-opened.value("loss"));
    expect(loss.oneMinus).toBeCloseTo(1 - p[0], 14);
    expect(loss.otherClass).toBeCloseTo(-Math.log(p[2]), 14);
    expect(at(opened, "grad:logits[0]").targetForgotten).toBe(p[0]);
  });

  test("∂L/∂K_V(0,0): the first of four live terms, ∂L/∂O without the image, the image without ∂L/∂O (52)", async () => {
    const opened = await opening();
    const account = opened.at("grad:conv1.kernel[0,0,0,0]");
    const live = account.terms.filter((term) => term.live);
    expect(live.length).toBe(4);
    const found = at(opened, account.address);
    expect(found.termsNotAdded).toBe(live[0].value);
    expect(found.signTurned).toBe(0.527451621433882);
    expect(found.gradientForgotten).toBe(52);
    expect(found.inputForgotten).toBeCloseTo(
      Array.from(opened.tensor("grad:conv1.out").data)
        .filter((_, k) => k % 3 === 0)
        .reduce((a, b) => a + b, 0),
      14,
    );
    expect(found.oppositeCell).toBe(opened.value("grad:conv1.kernel[2,2,0,0]"));
  });

  test("a closed gate that is overlooked: the sum with what came to the gates", async () => {
    const opened = await opening();
    const arriving = opened.tensor("grad:relu1.out");
    const image = opened.tensor("rescale1.out").data;
    const found = [0, 1, 2].flatMap((f) => {
      let whole = 0;
      for (let i = 0; i < 4; i++)
        for (let j = 0; j < 4; j++) whole += arriving.data[(i * 4 + j) * 3 + f] * image[i * 6 + j];
      const address = `grad:conv1.kernel[0,0,0,${f}]`;
      const { gateIgnored } = at(opened, address);
      if (gateIgnored === undefined) expect(whole).toBeCloseTo(opened.value(address), 12);
      else expect(gateIgnored).toBeCloseTo(whole, 12);
      return gateIgnored === undefined ? [] : [f];
    });
    expect(found.length).toBeGreaterThan(0);
  });

  test("the step: uphill 0.999…, without η 1.527…, the gradient, the step alone, the old weight", async () => {
    const found = at(await opening(), "next:conv1.kernel[0,0,0,0]");
    expect(found.uphill).toBeCloseTo(1 - 0.000527451621433882, 15);
    expect(found.rateForgotten).toBeCloseTo(1.527451621433882, 15);
    expect(found).toMatchObject({ gradientTaken: -0.527451621433882, notMoved: 1 });
    expect(found.stepTaken).toBeCloseTo(0.000527451621433882, 17);
  });

  test("the fourth number of the flattened map: 5 with one channel after the other, 10 column by column", async () => {
    const opened = await opening();
    expect(at(opened, "flatten1.out[3]")).toEqual({
      channelsFirst: opened.value("pool1.out[1,1,0]"),
      columnsFirst: opened.value("pool1.out[1,0,0]"),
    });
  });
});

test("random networks: finite, none is the truth, none twice, at most six, each with its sentence; in a batch and in float32 too", async () => {
  const { uniform } = randomStream(77, "check");
  const seen = new Set<MisreadingCause>();
  for (let round = 0; round < 6; round++) {
    const pool = round % 2 === 0 ? maxPool2d({ poolSize: 2 }) : avgPool2d({ poolSize: 2, padding: 1 });
    const model = sequential(
      [6, 6, 2],
      rescale(),
      conv2d({ filters: 2, kernelSize: 3, padding: "same" }),
      relu(),
      pool,
      flatten(),
      dense({ units: 3 }),
    );
    model.initialize(round);
    if (round > 3) model.cast("f32");
    for (const { data } of model.parameters.values())
      if (data.length < 4) data.set(Array.from(data, () => uniform() - 0.5));
    const picture = () => Array.from({ length: 72 }, () => Math.floor(256 * uniform()));
    const optimizer = sgd({ learningRate: 0.1, momentum: round % 3 === 0 ? 0.9 : 0 });
    const opened = await explain(model, {
      input: [picture(), picture()],
      label: [0, 2],
      optimizer,
      ...(round > 3 && { backend: "auto" }),
    });
    const places = opened.places().flatMap(({ name, shape }) => {
      const own = model.parameters.has(name);
      const scopes = own ? ["", "grad:", "next:", "grad(logits[1]@0):"] : ["", "grad:", "grad(logits[1]@0):"];
      return scopes.flatMap((scope) =>
        Array.from({ length: 4 }, () => {
          const cell = cellAt(shape, Math.floor(sizeOf(shape) * uniform()));
          return `${scope}${name}${cell.length ? `[${cell.join(",")}]` : ""}${own ? "" : "@0"}`;
        }),
      );
    });
    for (const address of [...places, "loss"]) {
      const truth = opened.value(address);
      const found = misreadings(opened, address);
      expect(found.length).toBeLessThanOrEqual(6);
      expect(new Set([truth, ...found.map(({ value }) => value)]).size).toBe(found.length + 1);
      for (const { value, cause } of found) {
        expect(Number.isFinite(value)).toBe(true);
        expect(describeMisreading(cause)).toMatch(/^[A-Z].*\.$/);
        seen.add(cause);
      }
    }
  }
  expect(seen.size).toBeGreaterThan(35);
});

describe("sizes", () => {
  const answers = async (options: Readonly<Record<string, unknown>>) => {
    const opened = await worked("conv2d", { options });
    return (mapSize(opened.network, "conv1") ?? []).map((axis) => ({
      count: axis.count,
      ...byCause(sizeMisreadings(axis)),
    }));
  };

  test("5 under 3, stride 1: 3 places; 2 without the first, 5 as large as the picture", async () => {
    expect((await answers({}))[0]).toEqual({ count: 3, plusOneForgotten: 2, sizeKept: 5 });
  });

  test("5 under 3 with stride 2 and a border of 1: 3 places; 2 without the first and without the border, 5 with stride 1", async () => {
    expect((await answers({ strides: 2, padding: 1 }))[0]).toEqual({ count: 3, plusOneForgotten: 2, strideIgnored: 5 });
  });

  test("5 under 2 with stride 2: 2 places; 3 rounded up", async () => {
    const kernel = [1, 0, 0, 1];
    const opened = await worked("conv2d", { options: { kernelSize: 2, strides: 2 }, parameters: { kernel } });
    const found = (mapSize(opened.network, "conv1") ?? []).map((axis) => byCause(sizeMisreadings(axis)));
    expect(found[0]).toMatchObject({ plusOneForgotten: 1, strideIgnored: 4, sizeKept: 5, roundedUp: 3 });
  });
});

describe("bad input", () => {
  test.each([
    ["address.unknown", "conv9.out[0,0,0]"],
    ["address.cell", "conv1.out[9,0,0]"],
    ["explain.cell", "conv1.out"],
    ["address.unknown", "loss"],
  ])("%s: %s", async (code, address) => {
    const opened = await worked("conv2d");
    expect(() => misreadings(opened, address)).toThrow(expect.objectContaining({ code }));
  });

  test("the start of the backward pass and numbers that are given once have no wrong answers", async () => {
    const opened = await explain(lesson6(), { input: lesson6Image, label: 0 });
    expect(misreadings(opened, "grad:loss")).toEqual([]);
    expect(misreadings(opened, "dense1.bias[1]")).toEqual([]);
  });
});
