// Forward and gradients of every operation against numbers made by PyTorch (fixtures/pytorch/make.py), float64.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { cellAt, offsetOf, type Shape } from "../../src/base/shape.ts";
import { operationOf } from "../../src/ops/index.ts";
import type { Operation } from "../../src/ops/op.ts";
import { hasTorch, missing, python } from "../data.ts";
import { type Bench, backward, forward, lay } from "./harness.ts";

interface Shown {
  readonly shape: Shape;
  readonly values: readonly number[];
}
interface Case {
  readonly name: string;
  readonly op: string;
  readonly options: Record<string, unknown>;
  readonly inputs: readonly Shown[];
  readonly parameters: Record<string, Shown>;
  readonly output: Shown;
  readonly outputGradient: Shown;
  readonly inputGradients: readonly Shown[];
  readonly parameterGradients: Record<string, Shown>;
}
interface Batch {
  readonly name: string;
  readonly op: "crossEntropy";
  readonly labels: readonly number[];
  readonly logits: Shown;
  readonly probs: Shown;
  readonly losses: Shown;
  readonly mean: number;
  readonly logitGradients: Shown;
}

const folder = fileURLToPath(new URL("../../fixtures/pytorch/", import.meta.url));
const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as (Case | Batch)[];
const stored = read(join(folder, "numbers.json"));
const cases = stored.filter((each): each is Case => each.op !== "crossEntropy");
const batches = stored.filter((each): each is Batch => each.op === "crossEntropy");

/** A tensor with its axes in another order: `order[k]` is the axis that becomes the k-th. */
function reordered({ shape, values }: Shown, order: readonly number[]): number[] {
  const target = order.map((axis) => shape[axis]);
  return values.map((_, k) => {
    const cell: number[] = [];
    for (const [position, index] of cellAt(target, k).entries()) cell[order[position]] = index;
    return values[offsetOf(shape, cell)];
  });
}

/** Data at the border: 1×C×H×W becomes H×W×C; 1×n stays. */
const data = (shown: Shown) => (shown.shape.length === 4 ? reordered(shown, [0, 2, 3, 1]) : [...shown.values]);
const dataShape = ({ shape: [, ...own] }: Shown) => (own.length === 3 ? [own[1], own[2], own[0]] : own);
/** Parameters at the border: out×in×kh×kw becomes kh×kw×in×out, and out×in becomes in×out. */
const parameter = (shown: Shown) =>
  shown.shape.length === 4 ? reordered(shown, [2, 3, 1, 0]) : reordered(shown, shown.shape.length === 2 ? [1, 0] : [0]);

/** Cells that differ by more than 1e-12 of the larger; a sum that cancels below 1/1000 is held to 1e-15. */
function differences(what: string, ours: ArrayLike<number>, theirs: readonly number[]): string[] {
  expect(ours.length, what).toBe(theirs.length);
  const close = (a: number, b: number) => Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b), 1e-3);
  return theirs.flatMap((value, k) => (close(ours[k], value) ? [] : [`${what} ${k}: ${ours[k]}, PyTorch ${value}`]));
}

function runLike({ op, options, inputs, parameters, outputGradient }: Case): Bench {
  const setting = { operation: operationOf(op) as Operation<object>, options, inputs: inputs.map(dataShape) };
  const bench = lay(setting, (role) => {
    if (role === "outputGradient") return data(outputGradient);
    return "input" in role ? data(inputs[role.input]) : parameter(parameters[role.parameter]);
  });
  forward(bench);
  backward(bench);
  return bench;
}

describe.each(cases.map((each) => [`${each.op}, ${each.name}`, each] as const))("%s", (_title, each) => {
  const bench = runLike(each);

  test("output", () => {
    expect(bench.site.output).toEqual(dataShape(each.output));
    expect(differences("output", bench.output, data(each.output))).toEqual([]);
  });

  test("gradients", () => {
    const { inputGradients, parameterGradients } = each;
    expect(Object.keys(bench.parameters)).toEqual(Object.keys(parameterGradients));
    expect([
      ...inputGradients.flatMap((shown, k) => differences(`input ${k}`, bench.inputGradients[k], data(shown))),
      ...Object.entries(parameterGradients).flatMap(([name, shown]) =>
        differences(name, bench.parameterGradients[name], parameter(shown)),
      ),
    ]).toEqual([]);
  });
});

test.each(batches.map((each) => [each.name, each] as const))("crossEntropy, %s: the mean", (_title, batch) => {
  const { labels, logits, probs, losses, mean, logitGradients } = batch;
  const classes = logits.shape[1];
  const row = ({ values }: Shown, sample: number) => values.slice(sample * classes, (sample + 1) * classes);
  const found = labels.map((label, sample) => {
    const inputs = [row(logits, sample), row(probs, sample)];
    const setting = {
      operation: operationOf("crossEntropy") as Operation<object>,
      inputs: [[classes], [classes]],
      label,
    };
    const bench = lay(setting, (role) =>
      role === "outputGradient" ? [1 / labels.length] : "input" in role ? inputs[role.input] : [],
    );
    forward(bench);
    backward(bench);
    expect(differences("gradient", bench.inputGradients[0], row(logitGradients, sample))).toEqual([]);
    return bench.output[0];
  });
  expect(differences("losses", found, losses.values)).toEqual([]);
  const sum = found.reduce((total, loss) => total + loss, 0);
  expect(differences("mean", [sum / labels.length], [mean])).toEqual([]);
});

test("every operation with arithmetic of its own is covered, in few bytes", () => {
  const names = ["rescale", "conv2d", "relu", "maxPool2d", "avgPool2d", "dense", "add", "softmax", "crossEntropy"];
  expect([...new Set(stored.map(({ op }) => op))].sort()).toEqual(names.sort());
  expect(statSync(join(folder, "numbers.json")).size).toBeLessThan(300_000);
});

const without = missing(hasTorch(), "PyTorch's numbers are current", "Debian's python3-torch is not installed");
test.skipIf(without)("PyTorch's numbers are current", () => {
  const fresh = mkdtempSync(join(tmpdir(), "cutaway-pytorch-"));
  try {
    execFileSync(python, [join(folder, "make.py"), join(fresh, "numbers.json")], { stdio: "ignore" });
    expect(stale(stored, read(join(fresh, "numbers.json")), "numbers")).toEqual([]);
  } finally {
    rmSync(fresh, { recursive: true });
  }
});

/** Where two JSON values differ; numbers by more than 1e-12 of the larger. */
function stale(old: unknown, fresh: unknown, where: string): string[] {
  if (typeof old === "number" && typeof fresh === "number") return differences(where, [old], [fresh]);
  if (typeof old !== "object" || old === null || typeof fresh !== "object" || fresh === null)
    return Object.is(old, fresh) ? [] : [`${where}: ${old}, now ${fresh}`];
  const keys = new Set([...Object.keys(old), ...Object.keys(fresh)]);
  return [...keys].flatMap((key) =>
    stale(old[key as keyof typeof old], fresh[key as keyof typeof fresh], `${where}.${key}`),
  );
}
