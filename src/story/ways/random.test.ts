// Ways on random networks against every path enumerated from the accounts: sums, counts, the strongest, both directions.
import { describe, expect, test } from "vitest";
import { type RandomStream, randomStream } from "../../base/random.ts";
import { cellAt, sizeOf } from "../../base/shape.ts";
import { network } from "../../nn/build.ts";
import { add, avgPool2d, conv2d, dense, flatten, maxPool2d, relu, rescale } from "../../nn/layers.ts";
import type { Model } from "../../nn/model.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import type { Opened } from "../opened.ts";
import { backwardFrom } from "./backward.ts";
import { forwardFrom } from "./forward.ts";
import type { Way } from "./ways.ts";

/** A small random classifier: groups, padding, strides, dilation, branches that meet, both poolings; every other one with weights in quarters, so that
 * zeros and ties are among them. */
function randomModel(seed: number): Model {
  const { below } = randomStream(seed, "check");
  const model = network([4 + below(2), 5, 2], (x) => {
    const scaled = rescale({ divisor: 1 + below(60) })(x);
    const first = conv2d({ filters: 2, kernelSize: [2, 3], padding: "same", groups: 1 + below(2) })(scaled);
    const open = relu()(first);
    const joined = below(2) === 1 ? add(open, below(2) === 1 ? open : first) : open;
    const strided = conv2d({
      filters: 2,
      kernelSize: 2,
      strides: 1 + below(2),
      dilationRate: 1 + below(2),
      padding: [
        [1, 0],
        [0, 1],
      ],
    })(joined);
    const pooled =
      below(2) === 1
        ? maxPool2d({ poolSize: 2, strides: 1, padding: "same" })(strided)
        : avgPool2d({ poolSize: [2, 1], strides: 1, padding: "same" })(strided);
    return dense({ units: 3 })(flatten()(relu()(pooled)));
  });
  model.initialize(seed);
  if (seed % 2 === 0) {
    const quarters = (numbers: Iterable<number>) => Float64Array.from(numbers, (w) => Math.round(w * 4) / 4);
    model.restore(new Map([...model.parameters].map(([name, { data }]) => [name, quarters(data)])));
  }
  return model as unknown as Model;
}

/** Networks of one picture, every third of a batch of two. */
function open(seed: number): Promise<Opened> {
  const model = randomModel(seed);
  const { below } = randomStream(seed, "check", 1);
  const image = () => Array.from({ length: sizeOf(model.inputShape) }, () => below(4) * 50);
  if (seed % 3 > 0) return explain(model, { input: image(), label: seed % 3 });
  return explain(model, { input: [image(), image()], label: [0, seed % 2] });
}

/** A random cell of a tensor that lies before `before`. */
function randomCell(opened: Opened, below: RandomStream["below"], before = "softmax"): string {
  const places = opened.places();
  const last = places.findIndex(({ name }) => name === before);
  const { name, shape } = places[below(last < 0 ? places.length - 2 : last)];
  const sample = opened.samples > 1 && /^input|^logits|\.out$/.test(name) ? `@${below(opened.samples)}` : "";
  return `${name}[${cellAt(shape, below(sizeOf(shape))).join(",")}]${sample}`;
}

interface Path {
  readonly cells: readonly string[];
  /** From the target on, as a derivative travels. */
  readonly product: number;
}

/** Every live path from a cell to the target, in the order of the accounts' terms; undefined where there are too many. */
function enumerate(opened: Opened, scope: string, target: string, from: string): Path[] | undefined {
  const known = new Map<string, Path[] | undefined>();
  const pathsOf = (cell: string): Path[] | undefined => {
    if (!known.has(cell)) known.set(cell, cell === target ? [{ cells: [], product: 1 }] : behind(cell));
    return known.get(cell);
  };
  const behind = (cell: string): Path[] | undefined => {
    const paths: Path[] = [];
    for (const [next, slope] of slopesOf(opened, scope, cell)) {
      if (slope === 0) continue;
      const on = pathsOf(next);
      if (on === undefined || paths.length + on.length > 20_000) return undefined;
      for (const { cells, product } of on) paths.push({ cells: [next, ...cells], product: product * slope });
    }
    return paths;
  };
  return pathsOf(from);
}

/** By the cell that a gradient comes in from: what it is multiplied with, added up where there are several terms. */
function slopesOf(opened: Opened, scope: string, cell: string): Map<string, number> {
  const slopes = new Map<string, number>();
  const { rule, terms } = opened.at(`${scope}${cell}`);
  if (rule === "seed") return slopes;
  const sample = /@\d+$/.exec(cell)?.[0] ?? "";
  for (const { factors } of terms) {
    const incoming = factors.find(({ address, constant }) => address?.startsWith(scope) || constant === "1/N");
    const next = incoming?.address?.slice(scope.length) ?? `loss${sample}`;
    const slope = factors.reduce((product, factor) => (factor === incoming ? product : product * factor.value), 1);
    slopes.set(next, (slopes.get(next) ?? 0) + slope);
  }
  return slopes;
}

/** The paths to the loss of a batch are those to each sample's, of which it takes 1/N. */
function enumerateTo(opened: Opened, scope: string, target: string, from: string): Path[] | undefined {
  if (target !== "loss" || opened.samples === 1) return enumerate(opened, scope, target, from);
  const found: Path[] = [];
  for (let sample = 0; sample < opened.samples; sample++) {
    const paths = enumerate(opened, scope, `loss@${sample}`, from);
    if (!paths) return undefined;
    for (const { cells, product } of paths)
      found.push({ cells: [...cells, "loss"], product: product / opened.samples });
  }
  return found;
}

const largestOf = (paths: readonly Path[]) =>
  paths.reduce((largest, { product }) => Math.max(largest, Math.abs(product)), 0);

/** The cells of a way from its start on, without the start. */
const backwardCells = ({ from, hops }: Way) =>
  hops.length === 0 ? [] : [from, ...hops.slice(0, -1).map(({ address }) => address)].reverse();

const near = (a: number, b: number, size = Math.abs(b)) => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-10 * size);

/** The sizes of all paths added up: what rounding is measured by where paths cancel. */
const weightOf = (paths: readonly Path[]) => paths.reduce((sum, { product }) => sum + Math.abs(product), 0);

describe("300 random networks, pictures and addresses", () => {
  const enumerated = { count: 0, dead: 0, most: 0 };
  test.each(Array.from({ length: 60 }, (_, k) => k + 1))("network %d, five addresses", async (seed) => {
    const opened = await open(seed);
    const { below } = randomStream(seed, "check", 2);
    for (let k = 0; k < 5; k++) {
      const logit = `logits[${below(3)}]${opened.samples > 1 ? `@${below(2)}` : ""}`;
      const inner = randomCell(opened, below, "flatten1.out");
      const target = ["loss", logit, "loss", logit, /out/.test(inner) ? inner : logit][k];
      const scope = target === "loss" ? "grad:" : `grad(${target}):`;
      const from = randomCell(opened, below);
      const ways = backwardFrom(opened, `${scope}${from}`);
      const stored = opened.value(`${scope}${from}`);
      expect(ways.value).toBe(stored);
      near(ways.total, stored);
      const paths = enumerateTo(opened, scope, target, from);
      if (!paths) continue;
      enumerated.count++;
      enumerated.dead += paths.length === 0 ? 1 : 0;
      enumerated.most = Math.max(enumerated.most, paths.length);
      expect(ways.paths, from).toBe(paths.length);
      near(
        ways.total,
        paths.reduce((sum, { product }) => sum + product, 0),
        weightOf(paths),
      );
      if (paths.length === 0) {
        expect(ways.strongest).toBeUndefined();
        continue;
      }
      const way = ways.strongest as Way;
      near(Math.abs(way.product), largestOf(paths));
      const own = paths.find(({ cells }) => cells.join() === backwardCells(way).join());
      near(own?.product ?? Number.NaN, way.product);
    }
  });

  test("most were small enough to be enumerated, some with hundreds of paths, some with none", () => {
    expect(enumerated.count).toBeGreaterThan(200);
    expect(enumerated.dead).toBeGreaterThan(5);
    expect(enumerated.most).toBeGreaterThan(500);
  });
});

describe("forward, on the same networks", () => {
  test.each(Array.from({ length: 30 }, (_, k) => k + 1))("network %d, every logit", async (seed) => {
    const opened = await open(seed);
    const { below } = randomStream(seed, "check", 3);
    const from = randomCell(opened, below);
    const { targets, stopped, layers, value } = forwardFrom(opened, from);
    expect(value).toBe(opened.value(from));
    for (const { to, total, paths, strongest, part } of targets) {
      const backward = backwardFrom(opened, `grad(${to}):${from}`);
      near(total, backward.value, Math.max(Math.abs(total), 1e-6));
      expect([paths, part]).toEqual([backward.paths, value * total]);
      near(Math.abs(strongest?.product ?? 0), Math.abs(backward.strongest?.product ?? 0));
      for (const hop of strongest?.hops ?? []) expect(hop.value).toBe(opened.value(hop.address));
    }
    for (const { name, reading, reached, cells } of layers) {
      expect(reached).toBeLessThanOrEqual(reading);
      expect(cells).toHaveLength(Math.min(reading, 100));
      expect(cells.every(({ address }) => address.startsWith(name.split("@")[0]))).toBe(true);
    }
    for (const { hops, to } of stopped) {
      const kind = opened.at(to).choice?.kind;
      expect(hops.at(-1)?.stopped).toBe(kind === "winner" ? "window" : kind);
    }
  });
});

test("of ways that are equally strong both directions take the first in row-major order", async () => {
  const opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
  let ties = 0;
  for (let pixel = 0; pixel < 36; pixel++) {
    const from = `rescale1.out[${Math.floor(pixel / 6)},${pixel % 6},0]`;
    const { targets } = forwardFrom(opened, from);
    for (const k of [0, 1, 2]) {
      const paths = enumerate(opened, `grad(logits[${k}]):`, `logits[${k}]`, from) ?? [];
      const equal = paths.filter(({ product }) => Math.abs(product) === largestOf(paths));
      ties += equal.length > 1 ? 1 : 0;
      const back = backwardFrom(opened, `grad(logits[${k}]):${from}`).strongest;
      expect(back && backwardCells(back)).toEqual(equal[0]?.cells);
      expect(targets[k].strongest?.hops.map(({ address }) => address)).toEqual(equal[0]?.cells);
    }
  }
  expect(ties).toBeGreaterThan(10);
});
