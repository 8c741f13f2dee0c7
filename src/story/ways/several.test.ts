// Live ways one by one: the lesson's by hand, and on random weights that they are all there, in order, and add up to the merged total.
import { beforeAll, describe, expect, test } from "vitest";
import type { CutawayError } from "../../base/errors.ts";
import { lenet5 } from "../../nn/presets/lenet5.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import type { Opened } from "../opened.ts";
import { backwardFrom } from "./backward.ts";
import { forwardFrom } from "./forward.ts";
import { listBackward, listForward } from "./several.ts";
import type { Way } from "./ways.ts";

let opened: Opened;
beforeAll(async () => {
  opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
});

const sum = (ways: readonly Way[]) => ways.reduce((total, { product }) => total + product, 0);
const addresses = ({ hops }: Way) => hops.map(({ address }) => address);
const code = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    return (error as CutawayError).code;
  }
};

describe("the lesson's network", () => {
  test("five ways lead from pixel (2,2) to logit 0, together 0.15625 of the scaled pixel", () => {
    const ways = listForward(opened, "rescale1.out[2,2,0]", "logits[0]");
    expect(ways).toHaveLength(5);
    expect(sum(ways)).toBe(0.15625);
    const pixel = listForward(opened, "input[2,2,0]", "logits[0]");
    expect(pixel[0]).toEqual(forwardFrom(opened, "input[2,2,0]").targets[0]?.strongest);
    expect(new Set(pixel.map((way) => addresses(way).join())).size).toBe(5);
  });

  test("ten ways lead from the loss to kernel weight (0,0), the strongest first", () => {
    const ways = listBackward(opened, "grad:conv1.kernel[0,0,0,0]");
    expect(ways).toHaveLength(10);
    expect(ways[0]).toEqual(backwardFrom(opened, "conv1.kernel[0,0,0,0]").strongest);
    expect(sum(ways)).toBeCloseTo(-0.527451621433882, 14);
    const sizes = ways.map(({ product }) => Math.abs(product));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  test("a limit keeps the strongest; a number that nothing comes to has none", () => {
    const all = listBackward(opened, "conv1.kernel[0,0,0,0]");
    expect(listBackward(opened, "conv1.kernel[0,0,0,0]", { limit: 3 })).toEqual(all.slice(0, 3));
    expect(listBackward(opened, "conv1.kernel[0,0,0,0]", { limit: 0 })).toEqual([]);
    expect(listBackward(opened, "relu1.out[0,0,0]")).toEqual([]);
  });
});

test("a deep network: listed ways begin with the strongest and agree with one another told from both ends", async () => {
  const model = lenet5();
  model.initialize(3);
  const picture = Array.from({ length: 784 }, (_, k) => (k * 37) % 256);
  const deep = await explain(model, { input: picture, label: 4 });
  const ways = listForward(deep, "input[14,14,0]", "logits[4]", { limit: 12 });
  expect(ways).toHaveLength(12);
  const strongest = forwardFrom(deep, "input[14,14,0]").targets[4]?.strongest;
  expect(Math.abs(ways[0]?.product ?? 0)).toBeCloseTo(Math.abs(strongest?.product ?? 1), 15);
  const back = listBackward(deep, "grad(logits[4]):input[14,14,0]", { limit: 12 });
  expect(back.map(({ hops }) => hops.length)).toEqual(ways.map(({ hops }) => hops.length));
});

test("refuses a scope in the forward direction, a limit that is none, an address that is not there", () => {
  expect(code(() => listForward(opened, "grad:input[2,2,0]", "logits[0]"))).toBe("ways.forward");
  expect(code(() => listForward(opened, "input[2,2,0]", "logits[0]", { limit: -1 }))).toBe("option.value");
  expect(code(() => listBackward(opened, "next:conv1.kernel[0,0,0,0]"))).toBe("ways.backward");
  expect(code(() => listBackward(opened, "conv9.kernel[0,0,0,0]"))).toBe("address.unknown");
});
