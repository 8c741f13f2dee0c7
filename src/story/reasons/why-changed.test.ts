// Why a parameter changes: by hand on the lesson's network, then on random batches the shares add up to the engine's gradient.
import { describe, expect, test } from "vitest";
import { addresses, open, randomCase } from "../../../test/story/surgery.ts";
import { sgd } from "../../train/sgd.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import type { Opened } from "../opened.ts";
import { changeReasonsToText } from "./text.ts";
import { type ChangeReasons, whyChanged } from "./why-changed.ts";

const negative = lesson6Image.map((pixel) => 255 - pixel);
const lesson = () => explain(lesson6(), { input: lesson6Image, label: lesson6Label });

/** All terms that are not 0, in the engine's order, added up as the engine does. */
function addedUp({ samples }: ChangeReasons): number {
  const all = samples.flatMap(({ positions }) => positions).sort((a, b) => a.order - b.order);
  return all.reduce((sum, { gradient }) => sum + gradient, 0);
}

describe("the lesson's network", () => {
  test("with momentum and decay: what the gradient does not do is the rest, and is said", async () => {
    const optimizer = sgd({ learningRate: 0.001, momentum: 0.5, weightDecay: 0.125 });
    const state = { "conv1.kernel": { velocity: new Float64Array(27).fill(2) } };
    const opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label, optimizer, state });
    const reasons = whyChanged(opened, "conv1.kernel[0,0,0,0]");
    // −η·(μ·v + λ·w) = −0.001·(0.5·2 + 0.125·1)
    expect(reasons.rest).toBeCloseTo(-0.001125, 12);
    expect(changeReasonsToText(reasons)).toContain("momentum and weight decay add −0.001125");
    expect(changeReasonsToText(whyChanged(await lesson(), "conv1.kernel[0,0,0,0]"))).not.toContain("momentum");
  });

  test("K_V(0,0): four positions of sixteen, the largest first", async () => {
    const opened = await lesson();
    const reasons = whyChanged(opened, "next:conv1.kernel[0,0,0,0]");
    expect(reasons).toMatchObject({ before: 1, trained: true, learningRate: 0.001, residual: 0 });
    expect(reasons.gradient).toBeCloseTo(-0.527451621433882, 12);
    expect(reasons.after).toBeCloseTo(1.000527451621434, 12);
    expect(reasons.change).toBe(-0.001 * reasons.gradient);
    expect(reasons.samples).toHaveLength(1);
    const [{ positions, zeros, gradient }] = reasons.samples;
    expect(zeros).toBe(12);
    expect(gradient).toBe(reasons.gradient);
    expect(positions.map(({ position }) => position)).toEqual([
      [1, 1],
      [1, 2],
      [2, 2],
      [2, 1],
    ]);
    expect(positions[0]).toMatchObject({ arriving: "grad:conv1.out[1,1,0]", reads: "rescale1.out[1,1,0]" });
    expect(positions[0].gradient).toBe(opened.value("grad:conv1.out[1,1,0]") * opened.value("rescale1.out[1,1,0]"));
  });

  test("the scope may be left out; another picture gives other reasons", async () => {
    const opened = await lesson();
    expect(whyChanged(opened, "conv1.kernel[0,0,0,0]")).toEqual(whyChanged(opened, "next:conv1.kernel[0,0,0,0]"));
    const other = await explain(lesson6(), { input: negative, label: lesson6Label });
    expect(whyChanged(other, "conv1.kernel[0,0,0,0]").gradient).not.toBe(
      whyChanged(opened, "conv1.kernel[0,0,0,0]").gradient,
    );
  });

  test("a batch: sample by sample, the stronger one first", async () => {
    const opened = await explain(lesson6(), { input: [negative, lesson6Image], label: [1, 0] });
    const { samples, gradient } = whyChanged(opened, "conv1.kernel[0,0,0,0]");
    expect(samples.map(({ sample }) => sample)).toEqual([1, 0]);
    expect(samples[0].gradient).toBeCloseTo(-0.527451621433882 / 2, 12);
    expect(samples[0].gradient + samples[1].gradient).toBeCloseTo(gradient, 12);
    expect(samples[1].positions[0].arriving).toMatch(/@0$/);
  });

  test("a layer that is not trained stays, whatever its gradient", async () => {
    const reasons = whyChanged(await lesson(), "dense1.bias[1]");
    expect(reasons).toMatchObject({ trained: false, learningRate: 0, change: 0, before: 0.5, after: 0.5 });
    expect(reasons.gradient).not.toBe(0);
    expect(changeReasonsToText(reasons)).toContain("The layer is not trained");
  });

  test("the text tells before and after apart", async () => {
    const opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label, learningRate: 1e-6 });
    const text = changeReasonsToText(whyChanged(opened, "conv1.kernel[0,0,0,0]"));
    expect(text.split("\n")[0]).toBe("next:conv1.kernel[0,0,0,0]: 1 → 1.000001");
    expect(text).toContain("from 4 of 16 positions");
  });
});

test("on random batches all shares, in the engine's order, give the gradient's bits, and −η times them the change", async () => {
  let cells = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const opened: Opened = await open(randomCase(seed), 0.05);
    for (const address of addresses(opened, "")) {
      if (!/\.(kernel|weight|bias)\[/.test(address)) continue;
      const reasons = whyChanged(opened, address);
      expect(addedUp(reasons), address).toBe(reasons.gradient);
      expect(reasons.gradient).toBe(opened.value(`grad:${address}`));
      expect(reasons.change).toBe(0 - 0.05 * reasons.gradient);
      const weight = reasons.samples
        .flatMap(({ positions }) => positions)
        .reduce((sum, p) => sum + Math.abs(p.change), 0);
      const together = reasons.samples.reduce((sum, { change }) => sum + change, 0);
      expect(Math.abs(together - reasons.change)).toBeLessThanOrEqual(1e-13 * weight);
      expect(Math.abs(reasons.after - reasons.before - reasons.change)).toBeLessThanOrEqual(
        1e-15 * Math.max(1, Math.abs(reasons.before), Math.abs(reasons.after)),
      );
      for (const { positions } of reasons.samples) {
        const sizes = positions.map(({ gradient }) => Math.abs(gradient));
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      }
      cells++;
    }
  }
  expect(cells).toBeGreaterThan(500);
});

describe("bad input", () => {
  test.each([
    ["conv1.out[0,0,0]", "why.parameter"],
    ["grad:conv1.kernel[0,0,0,0]", "why.parameter"],
    ["next:conv1.out[0,0,0]", "why.parameter"],
    ["conv1.kernel", "explain.cell"],
    ["conv1.kernel[9,0,0,0]", "address.cell"],
    ["conv7.kernel[0,0,0,0]", "address.unknown"],
  ])("%s: %s", async (address, code) => {
    const opened = await lesson();
    expect(() => whyChanged(opened, address)).toThrow(expect.objectContaining({ code }));
  });

  test("without a label there is no step", async () => {
    const opened = await explain(lesson6(), { input: lesson6Image });
    expect(() => whyChanged(opened, "conv1.kernel[0,0,0,0]")).toThrow(
      expect.objectContaining({ code: "explain.label" }),
    );
  });
});
