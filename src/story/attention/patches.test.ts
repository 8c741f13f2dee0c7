// Exciting patches against every activation of a small data set, and the pixels that a cell sees against pixels that are nudged.
import { describe, expect, test } from "vitest";
import { randomStream } from "../../base/random.ts";
import { cellAt, sizeOf } from "../../base/shape.ts";
import { dataset, sampleImage } from "../../data/dataset.ts";
import { network, sequential } from "../../nn/build.ts";
import { add, avgPool2d, conv2d, dense, flatten, maxPool2d, relu, rescale } from "../../nn/layers.ts";
import type { Model } from "../../nn/model.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Classes, lesson6Image } from "../lesson6.ts";
import { Fields } from "./field.ts";
import type { Area } from "./map.ts";
import { excitingPatches } from "./patches.ts";
import { patchesToText } from "./text.ts";

const wasm = { name: "wasm", exact: false, threads: 1 } as const;
const dark = new Array<number>(36).fill(0);
const turned = [...lesson6Image].reverse();
const pictures = dataset({
  images: [dark, lesson6Image, turned, lesson6Image],
  shape: [6, 6, 1],
  labels: [2, 0, 1, 0],
  classes: lesson6Classes,
});

describe("the lesson's network", () => {
  test("filter V of relu1: the 12 at (1,1) of the lesson's picture, with the nine pixels below the kernel", async () => {
    const [vertical, ...others] = await excitingPatches(lesson6(), pictures, { layer: "relu1" });
    expect(others.map(({ filter }) => filter)).toEqual([1, 2]);
    expect(vertical).toMatchObject({ layer: "relu1", filter: 0 });
    // The same picture twice: the one that comes first stands first; a dark one gives 0 everywhere, first at (0,0).
    expect(vertical.patches.map(({ picture, value }) => [picture, value])).toEqual([
      [1, 12],
      [3, 12],
      [2, 2],
      [0, 0],
    ]);
    const [first, , , last] = vertical.patches;
    expect(first).toMatchObject({ label: 0, address: "relu1.out[1,1,0]", area: { rows: [1, 3], columns: [1, 3] } });
    expect(first.pixels.shape).toEqual([3, 3, 1]);
    expect([...first.pixels.data]).toEqual([255, 204, 51, 153, 102, 0, 255, 204, 0]);
    expect(last).toMatchObject({ address: "relu1.out[0,0,0]", area: { rows: [0, 2], columns: [0, 2] } });
  });

  test("some filters, fewer patches, a layer of logits sees the whole picture", async () => {
    const some = await excitingPatches(lesson6(), pictures, { layer: "conv1.out", filters: [2, 0], count: 2 });
    expect(some.map(({ filter, patches }) => [filter, patches.length])).toEqual([
      [2, 2],
      [0, 2],
    ]);
    for (const layer of ["logits", "dense1", "dense1.out"]) {
      const [first] = await excitingPatches(lesson6(), pictures, { layer, filters: [0], count: 1 });
      const [{ address, value, area, pixels }] = first.patches;
      expect([address, value, area]).toEqual(["logits[0]", 2.0625, { rows: [0, 5], columns: [0, 5] }]);
      expect([...pixels.data]).toEqual(lesson6Image);
    }
  });

  test("text: a line a patch, the pixels as shades; a filter that stays silent is said to", async () => {
    const found = await excitingPatches(lesson6(), pictures, { layer: "relu1", filters: [0], count: 2 });
    expect(patchesToText(found, lesson6Classes).split("\n")).toEqual([
      "relu1, filter 0",
      "  picture 1  vertical  relu1.out[1,1,0] = 12  pixels of rows 1…3, columns 1…3",
      "  picture 3  vertical  relu1.out[1,1,0] = 12  pixels of rows 1…3, columns 1…3",
      "    ██▓▓░░  ██▓▓░░",
      "    ▒▒▒▒    ▒▒▒▒",
      "    ██▓▓    ██▓▓",
      "",
      "shades: each patch from its darkest pixel (blank) to its brightest (█), channels as their mean",
    ]);
    const night = dataset({ images: [dark], shape: [6, 6, 1], labels: [0] });
    const silent = await excitingPatches(lesson6(), night, { layer: "relu1", filters: [1] });
    expect(patchesToText(silent)).toContain("relu1, filter 1: gives 0 on every picture\n  picture 0  class 0");
  });
});

/** Two convolutions with groups, padding, strides and dilation, a pool between them, a branch that meets again; all weights above 0, so that every pixel
 * a cell reads changes it. */
function seeingModel(seed: number): Model {
  const { below, uniform } = randomStream(seed, "check", 3);
  const model = network([7, 6, 2], (x) => {
    const first = conv2d({ filters: 2, kernelSize: [2, 3], padding: "same", groups: 1 + below(2) })(rescale()(x));
    const joined = below(2) === 1 ? add(first, relu()(first)) : first;
    const pooled =
      below(2) === 1
        ? avgPool2d({ poolSize: 2, strides: 1 + below(2), padding: 1 })(joined)
        : avgPool2d({ poolSize: [1, 2] })(joined);
    const sides = [
      [below(3), below(2)],
      [below(2), 1 + below(3)],
    ] as [[number, number], [number, number]];
    return conv2d({ filters: 2, kernelSize: 2, strides: 1 + below(2), dilationRate: 1 + below(2), padding: sides })(
      pooled,
    );
  });
  model.restore(new Map([...model.parameters].map(([name, { data }]) => [name, data.map(() => 0.5 + uniform())])));
  return model as unknown as Model;
}

/** The rectangle around the pixels that change a cell where they are nudged; by cell of the layer. */
async function nudged(model: Model, layer: string): Promise<(Area | undefined)[]> {
  const size = sizeOf(model.inputShape);
  const image = new Float64Array(size).fill(5);
  const before = (await explain(model, { input: image })).tensor(layer).data;
  const areas = new Array<Area | undefined>(before.length).fill(undefined);
  for (let k = 0; k < size; k++) {
    const [row, column] = cellAt(model.inputShape, k);
    const other = image.slice();
    other[k] += 100;
    const { data } = (await explain(model, { input: other })).tensor(layer);
    for (const [cell, value] of data.entries()) {
      if (value === before[cell]) continue;
      const { rows, columns } = areas[cell] ?? { rows: [row, row], columns: [column, column] };
      areas[cell] = {
        rows: [Math.min(rows[0], row), Math.max(rows[1], row)],
        columns: [Math.min(columns[0], column), Math.max(columns[1], column)],
      };
    }
  }
  return areas;
}

describe("random networks", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "%d: a cell sees the rectangle around the pixels that change it",
    async (seed) => {
      const model = seeingModel(seed);
      const fields = new Fields(model.network);
      for (const [node, { name, site }] of model.network.nodes.entries()) {
        const seen = await nudged(model, `${name}.out`);
        for (const [k, area] of seen.entries()) expect(fields.of(node, cellAt(site.output, k))).toEqual(area);
      }
    },
  );

  test.each(["reference", wasm] as const)("patches are those of all activations sorted, on %o", async (backend) => {
    const model = sequential(
      [7, 7, 2],
      rescale(),
      conv2d({ filters: 3, kernelSize: 3, padding: 1 }),
      relu(),
      maxPool2d({ poolSize: 2 }),
      conv2d({ filters: 2, kernelSize: 2 }),
      flatten(),
      dense({ units: 3 }),
    );
    model.initialize(5);
    const { below } = randomStream(9, "check");
    // Few levels of grey and pictures that come twice, so that there are ties.
    const single = Array.from({ length: 9 }, () => Uint8Array.from({ length: 98 }, () => 85 * below(4)));
    const images = [...single, ...single.slice(0, 5)];
    const data = dataset({ images, shape: [7, 7, 2], labels: images.map((_, k) => k % 3) });
    for (const layer of ["conv1", "relu1", "pool1", "conv2", "flatten1", "dense1"]) {
      const found = await excitingPatches(model as unknown as Model, data, { layer, count: 6, backend });
      const opened = await Promise.all(
        images.map((_, k) => explain(model, { input: sampleImage(data, k), label: data.labels[k], backend })),
      );
      for (const { filter, patches } of found) {
        const all = opened.map((one, picture) => {
          const { shape, data: numbers } = one.tensor(`${layer}.out`);
          const own = [...numbers.entries()].filter(([k]) => k % (shape.at(-1) as number) === filter);
          return { picture, value: Math.max(...own.map(([, value]) => value)) };
        });
        const wanted = all.toSorted((a, b) => b.value - a.value || a.picture - b.picture).slice(0, 6);
        expect(patches.map(({ picture, value }) => ({ picture, value }))).toEqual(wanted);
        for (const { picture, label, address, value, area, pixels } of patches) {
          const account = opened[picture].at(address);
          expect([label, account.value]).toEqual([data.labels[picture], value]);
          expect(Math.abs(account.residual)).toBeLessThanOrEqual(account.bound);
          const { rows, columns } = area as Area;
          const cut: number[] = [];
          for (let i = rows[0]; i <= rows[1]; i++) {
            for (let j = columns[0]; j <= columns[1]; j++) {
              for (let c = 0; c < 2; c++) cut.push(images[picture][(i * 7 + j) * 2 + c]);
            }
          }
          expect([...pixels.data]).toEqual(cut);
        }
      }
    }
  });
});

describe("bad input", () => {
  const code = (wanted: string) => expect.objectContaining({ code: wanted });
  const ask = (options: object) => excitingPatches(lesson6(), pictures, { layer: "relu1", ...options });

  test.each([{ count: 0 }, { count: 2.5 }, { filters: [3] }, { filters: [0, -1] }, { filters: [0.5] }])(
    "%o",
    async (wrong) => {
      await expect(ask(wrong)).rejects.toThrow(code("option.value"));
    },
  );

  test("layers that do not exist, pictures of another size, numbers that are none", async () => {
    for (const layer of ["relu2", "loss", "input", ""])
      await expect(ask({ layer })).rejects.toThrow(code("attention.layer"));
    const small = dataset({ images: [[1, 2, 3, 4]], shape: [2, 2, 1], labels: [0] });
    await expect(excitingPatches(lesson6(), small, { layer: "relu1" })).rejects.toThrow(code("model.shape"));
    const broken = lesson6();
    broken.parameters.get("conv1.kernel")?.data.fill(Number.NaN);
    // Products with a pixel of 0 are skipped: the dark picture before it stays finite.
    await expect(excitingPatches(broken, pictures, { layer: "relu1" })).rejects.toThrow("relu1, picture 1");
  });
});
