// The presets: shapes layer by layer, and their parameters by arithmetic.
import { describe, expect, test } from "vitest";
import { lenet5 } from "./lenet5.ts";
import { presetNames, presets } from "./presets.ts";
import { vggSmall } from "./vgg-small.ts";

/** "conv1 28×28×6" for each layer that changes the shape. */
const shapes = (model: ReturnType<typeof lenet5> | ReturnType<typeof vggSmall>) =>
  model
    .summary()
    .layers.filter(({ name }) => /^(?:conv|pool|flatten|dense)/.test(name))
    .map(({ name, shape }) => `${name} ${shape.join("×")}`);

describe("lenet5", () => {
  test("28×28: padding 2 keeps the size, 28 → 14 → 10 → 5", () => {
    expect(shapes(lenet5())).toEqual([
      "conv1 28×28×6",
      "pool1 14×14×6",
      "conv2 10×10×16",
      "pool2 5×5×16",
      "flatten1 400",
      "dense1 120",
      "dense2 84",
      "dense3 10",
    ]);
  });

  test("parameters", () => {
    const convolutions = 5 * 5 * 1 * 6 + 6 + (5 * 5 * 6 * 16 + 16);
    const dense = 400 * 120 + 120 + (120 * 84 + 84) + (84 * 10 + 10);
    expect(convolutions + dense).toBe(61_706);
    expect(lenet5().summary().parameters).toBe(61_706);
  });

  test("the smallest image is 12×12", () => {
    expect(shapes(lenet5({ shape: [12, 12, 3], classes: 2 })).slice(3, 5)).toEqual(["pool2 1×1×16", "flatten1 16"]);
    expect(() => lenet5({ shape: [11, 11, 3] })).toThrow(expect.objectContaining({ name: "CutawayError" }));
  });
});

describe("vgg-small", () => {
  test("32×32: convolutions keep the size, pools halve it", () => {
    expect(shapes(vggSmall())).toEqual([
      "conv1 32×32×32",
      "conv2 32×32×32",
      "pool1 16×16×32",
      "conv3 16×16×64",
      "conv4 16×16×64",
      "pool2 8×8×64",
      "conv5 8×8×128",
      "conv6 8×8×128",
      "pool3 4×4×128",
      "flatten1 2048",
      "dense1 128",
      "dense2 10",
    ]);
  });

  test("parameters", () => {
    const conv = (channels: number, filters: number) => 3 * 3 * channels * filters + filters;
    const pairs = [conv(3, 32), conv(32, 32), conv(32, 64), conv(64, 64), conv(64, 128), conv(128, 128)];
    const sum = pairs.reduce((a, b) => a + b, 0) + (4 * 4 * 128 * 128 + 128) + (128 * 10 + 10);
    expect(sum).toBe(550_570);
    expect(vggSmall().summary().parameters).toBe(550_570);
  });

  test("the smallest image is 8×8", () => {
    expect(shapes(vggSmall({ shape: [8, 8, 1], classes: 2 })).slice(8, 10)).toEqual(["pool3 1×1×128", "flatten1 128"]);
    expect(() => vggSmall({ shape: [7, 7, 1] })).toThrow(expect.objectContaining({ name: "CutawayError" }));
  });
});

test("every preset has a name, takes a shape and classes, and says what picture files become", () => {
  expect(presetNames).toBe('"lesson", "lenet5", "vgg-small"');
  for (const { make, pictures } of presets.values()) {
    const model = make({ shape: pictures, classes: 3 });
    expect([model.inputShape, model.outputShape]).toEqual([pictures, [3]]);
  }
});
