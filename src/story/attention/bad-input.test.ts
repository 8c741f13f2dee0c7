// What maps of attention refuse: targets, layers, patches and cells that do not exist, each with one clear error.
import { beforeAll, describe, expect, test } from "vitest";
import { sequential } from "../../nn/build.ts";
import { conv2d, dense, relu } from "../../nn/layers.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image } from "../lesson6.ts";
import type { Opened } from "../opened.ts";
import { gradCam } from "./grad-cam.ts";
import { occlusion } from "./occlusion.ts";
import { saliency } from "./saliency.ts";

const target = "logits[0]";
const image = lesson6Image;
const code = (wanted: string) => expect.objectContaining({ code: wanted });
let opened: Opened;

beforeAll(async () => {
  opened = await explain(lesson6(), { input: image, label: 0 });
});

describe("bad input", () => {
  test.each([
    "loss",
    "input[2,2,0]",
    "conv1.kernel[0,0,0,0]",
    "grad:logits[0]",
    "logits",
    "next:dense1.bias[0]",
    "logits[0]@1",
  ])("%s is no target", async (wrong) => {
    expect(() => saliency(opened, { target: wrong })).toThrow(code("attention.target"));
    expect(() => gradCam(opened, { target: wrong })).toThrow(code("attention.target"));
    await expect(occlusion(lesson6(), { input: image, target: wrong })).rejects.toThrow(code("attention.target"));
  });

  test("addresses that do not exist, of a batch those without a sample", async () => {
    expect(() => saliency(opened, { target: "logits[3]" })).toThrow(code("address.cell"));
    expect(() => saliency(opened, { target: "nothing.out[3]" })).toThrow(code("address.unknown"));
    const batch = await explain(lesson6(), { input: [image, image] });
    expect(() => saliency(batch, { target })).toThrow(code("attention.target"));
    expect(saliency(batch).target).toMatch(/^logits\[\d\]@0$/);
  });

  test("layers without maps, unknown ones, those behind the target", () => {
    for (const layer of ["flatten1", "logits", "nothing", "input"]) {
      expect(() => gradCam(opened, { layer })).toThrow(code("attention.layer"));
    }
    expect(() => gradCam(opened, { layer: "nothing" })).toThrow("rescale1, conv1, relu1, pool1, got nothing");
    expect(() => gradCam(opened, { layer: "pool1", target: "relu1.out[0,0,0]" })).toThrow(code("attention.layer"));
  });

  test.each([
    { size: 7 },
    { size: 0 },
    { size: 1.5 },
    { stride: 0 },
    { stride: Number.NaN },
    { value: Number.POSITIVE_INFINITY },
  ])("%o", async (wrong) => {
    await expect(occlusion(lesson6(), { input: image, ...wrong })).rejects.toThrow(code("option.value"));
  });

  test("a picture of another size, cells that a map has not", async () => {
    await expect(occlusion(lesson6(), { input: [1, 2, 3] })).rejects.toThrow(code("model.pixels"));
    const map = await occlusion(lesson6(), { input: image, size: 6 });
    expect(map.shape).toEqual([1, 1]);
    for (const wrong of [() => map.at(1, 0), () => map.area(0, -1), () => map.opened(0, 1), () => map.at(0.5, 0)]) {
      expect(wrong).toThrow(code("attention.cell"));
    }
    expect(() => gradCam(opened).at(4, 0)).toThrow("a row 0…3 and a column 0…3");
    expect(() => gradCam(opened).alpha(3)).toThrow(code("option.value"));
  });

  test("networks without logits name their target; those without pictures have no map", async () => {
    const maps = sequential([4, 4, 1], conv2d({ filters: 2, kernelSize: 2 }), relu());
    const input = new Float64Array(16).fill(1);
    const from = await explain(maps, { input });
    expect(() => saliency(from)).toThrow(code("attention.target"));
    expect(saliency(from, { target: "relu1.out[0,0,1]" }).shape).toEqual([4, 4]);
    await expect(occlusion(maps, { input })).rejects.toThrow(code("attention.target"));
    const flat = sequential([5], dense({ units: 2 }));
    const bare = await explain(flat, { input: [1, 2, 3, 4, 5] });
    expect(() => saliency(bare)).toThrow(code("attention.picture"));
    expect(() => gradCam(bare)).toThrow(code("attention.picture"));
    await expect(occlusion(flat, { input: [1, 2, 3, 4, 5] })).rejects.toThrow(code("attention.picture"));
  });
});
