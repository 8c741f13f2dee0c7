// Gradient descent: single steps by hand, five steps against PyTorch's torch.optim.SGD, settings that are refused, rates that fall.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { hasTorch, missing, python } from "../../test/data.ts";
import { linearDecay, type SgdOptions, sgd } from "./sgd.ts";

/** The weight and the velocity after one step from w = 2 along ∂L/∂w = 3. */
function step(options: SgdOptions, rate: number, velocity = 0): number[] {
  const [w, v] = [Float64Array.of(2), Float64Array.of(velocity)];
  const { update, slots } = sgd(options);
  update(w, Float64Array.of(3), slots.length > 0 ? [v] : [], rate);
  return slots.length > 0 ? [...w, ...v] : [...w];
}

describe("by hand: w = 2, ∂L/∂w = 3", () => {
  test("plain: 2 − 0.5·3", () => {
    expect(step({}, 0.5)).toEqual([0.5]);
  });
  test("weight decay: 2 − 0.5·(3 + 0.25·2)", () => {
    expect(step({ weightDecay: 0.25 }, 0.5)).toEqual([0.25]);
  });
  test("momentum: v = 0.5·4 + 3, w = 2 − 0.5·5", () => {
    expect(step({ momentum: 0.5 }, 0.5, 4)).toEqual([-0.5, 5]);
  });
  test("Nesterov: v = 5, w = 2 − 0.5·(3 + 0.5·5)", () => {
    expect(step({ momentum: 0.5, nesterov: true }, 0.5, 4)).toEqual([-0.75, 5]);
  });
  test("all of it: g = 3.5, v = 5.5, w = 2 − 0.5·(3.5 + 0.5·5.5)", () => {
    expect(step({ momentum: 0.5, nesterov: true, weightDecay: 0.25 }, 0.5, 4)).toEqual([-1.125, 5.5]);
  });
  test("a float32 weight is rounded once, after the step", () => {
    const w = Float32Array.of(1);
    sgd().update(w, Float64Array.of(1), [], 1e-9);
    expect(w[0]).toBe(1);
    sgd().update(w, Float64Array.of(1), [], 2 ** -24);
    expect(w[0]).toBe(1 - 2 ** -24);
  });
});

interface Case {
  readonly name: string;
  readonly options: SgdOptions;
  readonly rates: readonly number[];
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
  readonly velocity: readonly (readonly number[])[];
}
const folder = fileURLToPath(new URL("../../fixtures/pytorch/", import.meta.url));
const read = (path: string): Case[] => JSON.parse(readFileSync(path, "utf8"));
const stored = read(join(folder, "optimiser.json"));

/** Numbers that differ by more than 1e-13, for weights of about 1. */
function differences(ours: ArrayLike<number>, theirs: readonly number[]): string[] {
  expect(ours).toHaveLength(theirs.length);
  return theirs.flatMap((value, k) =>
    Math.abs(ours[k] - value) <= 1e-13 ? [] : [`${k}: ${ours[k]}, PyTorch ${value}`],
  );
}

describe("five steps as PyTorch takes them", () => {
  test.each(stored.map((each) => [each.name, each] as const))("%s", (_name, each) => {
    const optimizer = sgd(each.options);
    const w = Float64Array.from(each.start);
    const state = optimizer.slots.map(() => new Float64Array(w.length));
    for (const [k, rate] of each.rates.entries()) {
      optimizer.update(w, Float64Array.from(each.gradients[k]), state, rate);
      expect(differences(w, each.after[k])).toEqual([]);
      for (const velocity of state) expect(differences(velocity, each.velocity[k])).toEqual([]);
    }
  });

  test("every setting is among them", () => {
    const shown = stored.map(({ options: { momentum, nesterov, weightDecay } }) =>
      [momentum === 0, nesterov, weightDecay === 0].join(),
    );
    expect(new Set(shown).size).toBe(6);
  });

  const name = "PyTorch's steps are current";
  test.skipIf(missing(hasTorch(), name, "Debian's python3-torch is not installed"))(name, () => {
    const fresh = mkdtempSync(join(tmpdir(), "cutaway-pytorch-"));
    try {
      execFileSync(python, [join(folder, "optimiser.py"), join(fresh, "optimiser.json")], { stdio: "ignore" });
      const again = read(join(fresh, "optimiser.json"));
      const inputs = ({ after: _after, velocity: _velocity, ...rest }: Case) => rest;
      const results = ({ after, velocity }: Case) => [...after, ...velocity].flat();
      expect(again.map(inputs)).toEqual(stored.map(inputs));
      expect(again.flatMap((each, k) => differences(results(each), results(stored[k])))).toEqual([]);
    } finally {
      rmSync(fresh, { recursive: true });
    }
  });
});

describe("settings", () => {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
  test.each<[string, SgdOptions]>([
    ["learningRate", { learningRate: -0.1 }],
    ["learningRate", { learningRate: nan }],
    ["learningRate", { learningRate: infinity }],
    ["learningRate", { learningRate: "0.1" as unknown as number }],
    ["momentum", { momentum: -0.1 }],
    ["momentum", { momentum: 1 }],
    ["momentum", { momentum: nan }],
    ["weightDecay", { weightDecay: -1e-9 }],
    ["weightDecay", { weightDecay: infinity }],
    ["nesterov", { nesterov: true }],
  ])("%s in %j is refused", (option, options) => {
    expect(() => sgd(options)).toThrow(
      expect.objectContaining({ code: "option.value", where: `sgd, option ${option}` }),
    );
  });

  test("what is left out: rate 0.01, nothing else; a velocity only with momentum", () => {
    expect(sgd()).toMatchObject({
      name: "sgd",
      learningRate: 0.01,
      slots: [],
      settings: { momentum: 0, nesterov: false, weightDecay: 0 },
    });
    expect(sgd({ learningRate: 0, momentum: 0.9, nesterov: true }).slots).toEqual(["velocity"]);
  });
});

test("a rate that falls linearly: the whole at first, a quarter at the last of four steps, 0 after", () => {
  const rate = linearDecay(0.4);
  expect([0, 1, 2, 3, 4].map((k) => rate(k, 4))).toEqual([0.4, 0.4 * 0.75, 0.2, 0.1, 0]);
  expect(rate(1000, Number.POSITIVE_INFINITY)).toBe(0.4);
});
