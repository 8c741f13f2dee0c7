// Ways through the lesson's network by hand, through batches and cells that are read twice, and what is refused.
import { beforeAll, describe, expect, test } from "vitest";
import type { CutawayError } from "../../base/errors.ts";
import { network, sequential } from "../../nn/build.ts";
import { add, conv2d, dense, flatten, relu } from "../../nn/layers.ts";
import { vggSmall } from "../../nn/presets/vgg-small.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import type { Opened } from "../opened.ts";
import { backwardFrom } from "./backward.ts";
import { forwardFrom } from "./forward.ts";
import type { Way } from "./ways.ts";

const wasmBackend = { name: "wasm", exact: false } as const;

let opened: Opened;
beforeAll(async () => {
  opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
});

const addresses = ({ hops }: Way) => hops.map(({ address }) => address);

/** What every way keeps: each hop takes up what the last one left, and the slopes multiply to the product. */
function expectWhole(way: Way | undefined, incoming: number): void {
  let product = 1;
  for (const hop of way?.hops ?? []) {
    expect(hop.incoming).toBe(incoming);
    incoming = hop.outgoing;
    expect(incoming).toBeCloseTo(hop.incoming * hop.slope, 15);
    product *= hop.slope;
  }
  expect(way?.product).toBeCloseTo(product, 15);
}

describe("forward: pixel (2,2) of the lesson's network", () => {
  test("102 → 2 → part of 9 → gate open → wins → 0.125 of logit 2.0625, over one of five live ways", () => {
    const { value, targets } = forwardFrom(opened, "input[2,2,0]");
    expect(value).toBe(102);
    const [target] = targets;
    expect(target).toMatchObject({ to: "logits[0]", paths: 5, pathsExact: true, value: 2.0625, part: 0.3125 });
    expect(target.total).toBeCloseTo(0.0030637254901960784, 15);
    expect(target.share).toBeCloseTo(0.3125 / 2.0625, 15);
    const way = target.strongest as Way;
    expect(way.hops.map(({ address, outgoing, value }) => [address, outgoing, value])).toEqual([
      ["rescale1.out[2,2,0]", 2, 2],
      ["conv1.out[1,2,0]", 2, 9],
      ["relu1.out[1,2,0]", 2, 9],
      ["pool1.out[0,1,0]", 2, 9],
      ["flatten1.out[3]", 2, 9],
      ["logits[0]", 0.125, 2.0625],
    ]);
    expectWhole(way, 102);
  });

  test("V(1,2) gives 0.5625 of the logit, x gives 2 × 0.15625", () => {
    expect(forwardFrom(opened, "conv1.out[1,2,0]").targets[0]).toMatchObject({ paths: 1, total: 0.0625, part: 0.5625 });
    expect(forwardFrom(opened, "rescale1.out[2,2,0]").targets[0]).toMatchObject({ paths: 5, total: 0.15625 });
  });

  test("layer by layer: 27 cells read the pixel, 18 over a live kernel cell; two closed gates, eleven lost windows", () => {
    const { layers, stopped } = forwardFrom(opened, "input[2,2,0]");
    const counts = layers.map(({ name, reading, reached, stopped: { gate, window } }) => [
      name,
      reading,
      reached,
      gate,
      window,
    ]);
    expect(counts).toEqual([
      ["rescale1.out", 1, 1, 0, 0],
      ["conv1.out", 27, 18, 0, 0],
      ["relu1.out", 18, 16, 2, 0],
      ["pool1.out", 11, 5, 0, 11],
      ["flatten1.out", 5, 5, 0, 0],
      ["logits", 3, 3, 0, 0],
    ]);
    expect(layers[1].cells.find(({ address }) => address === "conv1.out[1,2,0]")).toMatchObject({ value: 9, part: 2 });
    expect(stopped.map(({ to }) => to).slice(0, 2)).toEqual(["relu1.out[2,1,1]", "relu1.out[2,2,1]"]);
    expect(stopped).toHaveLength(13);
    for (const way of stopped) {
      expectWhole(way, 102);
      expect(way.hops.at(-1)).toMatchObject({ address: way.to, slope: 0, outgoing: 0 });
      expect(way.hops.filter((hop) => hop.stopped)).toEqual(way.hops.slice(-1));
    }
  });

  test("the limit shortens lists, not counts: the largest parts in row-major order", () => {
    const few = forwardFrom(opened, "rescale1.out[2,2,0]", { limit: 2 });
    expect(few.layers[0]).toMatchObject({ name: "conv1.out", reading: 27, reached: 18 });
    expect(few.layers[0].cells.map(({ address }) => address)).toEqual(["conv1.out[0,0,0]", "conv1.out[0,0,1]"]);
    expect([few.stopped.length, few.targets.length]).toEqual([2, 2]);
    expect(few.targets[0].total).toBe(0.15625);
    expect(forwardFrom(opened, "input[2,2,0]", { limit: 0 })).toMatchObject({ targets: [], stopped: [] });
  });

  test("a logit arrives at itself; nothing of a stopped cell arrives", () => {
    const [own, other] = forwardFrom(opened, "logits[0]").targets;
    expect(own).toMatchObject({ total: 1, paths: 1, share: 1, strongest: { hops: [], product: 1 } });
    expect(other).toMatchObject({ total: 0, paths: 0, part: 0 });
    expect(other.strongest).toBeUndefined();
    const shut = forwardFrom(opened, "conv1.out[2,2,1]");
    expect(shut.targets.map(({ total, paths }) => [total, paths])).toEqual(Array(3).fill([0, 0]));
    expect(shut.stopped.map(addresses)).toEqual([["relu1.out[2,2,1]"]]);
    expect(forwardFrom(opened, "probs[0]").targets).toEqual([]);
  });
});

describe("backward through the lesson's network", () => {
  test("the logit by the pixel: five ways, the engine's derivative", () => {
    const ways = backwardFrom(opened, "grad(logits[0]):input[2,2,0]");
    expect(ways).toMatchObject({ from: "logits[0]", to: "input[2,2,0]", paths: 5, residual: 0 });
    expect(ways.total).toBeCloseTo(0.0030637254901960784, 15);
    expect(addresses(ways.strongest as Way)).toEqual([
      "flatten1.out[3]",
      "pool1.out[0,1,0]",
      "relu1.out[1,2,0]",
      "conv1.out[1,2,0]",
      "rescale1.out[2,2,0]",
      "input[2,2,0]",
    ]);
    expectWhole(ways.strongest, 1);
  });

  test("the loss by K_V(0,0): p − t into the logits, the pixel 5 as the last slope", () => {
    const ways = backwardFrom(opened, "grad:conv1.kernel[0,0,0,0]");
    expect(ways.total).toBeCloseTo(-0.527451621433882, 12);
    expect(ways).toMatchObject({ from: "loss", to: "conv1.kernel[0,0,0,0]", residual: 0, value: ways.total });
    // Four live terms, at each of which the winner's flatten cell goes to two or three logits over a weight that is not 0.
    expect(ways.paths).toBe(10);
    const { hops } = ways.strongest as Way;
    expect(hops[0].address).toBe("logits[0]");
    expect(hops[0].slope).toBeCloseTo(-0.7000895132776062, 12);
    expect(hops.at(-1)).toMatchObject({ address: "conv1.kernel[0,0,0,0]", slope: 5, value: ways.value });
    expectWhole(ways.strongest, 1);
    expect(backwardFrom(opened, "conv1.kernel[0,0,0,0]")).toEqual(ways);
  });

  test("a closed gate stops a gradient of 0.04699", () => {
    const ways = backwardFrom(opened, "grad:conv1.out[2,2,1]");
    expect(ways).toMatchObject({ total: 0, paths: 0, value: 0, moreStopped: false });
    expect(ways.strongest).toBeUndefined();
    expect(ways.stopped).toHaveLength(1);
    const [before, last] = ways.stopped[0].hops.slice(-2);
    expect(before.address).toBe("relu1.out[2,2,1]");
    expect(before.value).toBeCloseTo(0.046994541167729095, 12);
    expect(last).toMatchObject({ address: "conv1.out[2,2,1]", slope: 0, outgoing: 0, stopped: "gate" });
  });

  test("of the 16 cells that use K_V(0,0), 8 lose their windows with open gates", () => {
    const { stopped } = backwardFrom(opened, "conv1.kernel[0,0,0,0]");
    // Four win; nothing arrives at the other four, whose gates are closed, because their windows are won by others too.
    expect(stopped).toHaveLength(8);
    expect(stopped.every(({ hops }) => hops.at(-1)?.stopped === "window")).toBe(true);
    expect(backwardFrom(opened, "conv1.kernel[0,0,0,0]", { limit: 5 })).toMatchObject({ moreStopped: true });
  });

  test("at the target itself there is one way of no hops; off the way to it there is none", () => {
    expect(backwardFrom(opened, "grad(logits[0]):logits[0]")).toMatchObject({ total: 1, paths: 1, residual: 0 });
    expect(backwardFrom(opened, "grad(logits[0]):logits[1]")).toMatchObject({ total: 0, paths: 0, stopped: [] });
    expect(backwardFrom(opened, "grad(conv1.out[0,0,0]):dense1.bias[0]")).toMatchObject({ total: 0, paths: 0 });
    expect(backwardFrom(opened, "grad(dense1.out[0]@0):logits[0]@0")).toMatchObject({
      from: "logits[0]",
      to: "logits[0]",
    });
    expect(backwardFrom(opened, "loss")).toMatchObject({ total: 1, strongest: { hops: [] } });
    const label = backwardFrom(opened, "grad:probs[0]");
    expect(label.total).toBeCloseTo(label.value, 12);
    expect(label.value).toBeCloseTo(-1 / opened.value("probs[0]"), 12);
  });

  test("a softmax leads to each probability from every logit", () => {
    for (const k of [0, 1, 2]) {
      const ways = backwardFrom(opened, `grad(probs[2]):logits[${k}]`);
      expect(ways.paths).toBe(1);
      expect(ways.total).toBeCloseTo(ways.value, 15);
    }
  });

  test("another picture gives other ways", async () => {
    const changed = await explain(lesson6(), { input: lesson6Image.with(14, 153), label: lesson6Label });
    expect(forwardFrom(changed, "input[2,2,0]").targets[0].value).toBe(2.21875);
    const before = backwardFrom(opened, "conv1.kernel[0,0,0,0]").total;
    expect(backwardFrom(changed, "conv1.kernel[0,0,0,0]").total).not.toBe(before);
  });

  test("ways are plain data", () => {
    for (const ways of [backwardFrom(opened, "input[2,2,0]"), forwardFrom(opened, "input[2,2,0]")])
      expect(JSON.parse(JSON.stringify(ways))).toEqual(ways);
  });
});

describe("other networks", () => {
  test("a batch: the mean loss hands 1/N to each sample's", async () => {
    const images = [lesson6Image, lesson6Image.with(14, 153)];
    const batch = await explain(lesson6(), { input: images, label: [0, 2] });
    const ways = backwardFrom(batch, "conv1.kernel[1,1,0,2]");
    expect(Math.abs(ways.residual)).toBeLessThan(1e-15);
    expect(ways.strongest?.hops[0]).toMatchObject({ incoming: 1, slope: 0.5, outgoing: 0.5 });
    expect(ways.strongest?.hops[0].address).toMatch(/^loss@[01]$/);
    expectWhole(ways.strongest, 1);
    expect(backwardFrom(batch, "grad:input[2,2,0]@1").residual).toBeCloseTo(0, 15);
    expect(backwardFrom(batch, "grad(logits[0]@1):input[2,2,0]@1").total).toBeCloseTo(0.0030637254901960784, 3);
    expect(backwardFrom(batch, "grad(logits[0]@1):input[2,2,0]@0")).toMatchObject({ total: 0, paths: 0 });
    const { targets, layers } = forwardFrom(batch, "conv1.kernel[1,1,0,2]");
    expect(targets.map(({ to }) => to)).toEqual([0, 1].flatMap((k) => [0, 1, 2].map((c) => `logits[${c}]@${k}`)));
    expect(layers[0]).toMatchObject({ name: "conv1.out@0", reading: 16 });
  });

  test("a cell that is read twice by one layer has one way to it, of slope 2", async () => {
    const model = network([2, 2, 1], (x) => dense({ units: 2 })(flatten()(add(x, x))));
    model.initialize(1);
    const twice = await explain(model, { input: [1, 2, 3, 4], label: 1 });
    const { layers, targets } = forwardFrom(twice, "input[0,1,0]");
    expect(layers[0].cells).toEqual([{ address: "add1.out[0,1,0]", value: 4, slope: 2, paths: 1, part: 4 }]);
    expect(targets[0].total).toBeCloseTo(twice.value("grad(logits[0]):input[0,1,0]"), 15);
    expect(backwardFrom(twice, "input[0,1,0]").residual).toBeCloseTo(0, 15);
  });

  test("without a head, ways lead to the maps; without a label, from logits only", async () => {
    const maps = sequential([3, 3, 1], conv2d({ filters: 2, kernelSize: 2 }), relu());
    maps.initialize(2);
    const plain = await explain(maps, { input: [9, 8, 7, 6, 5, 4, 3, 2, 1] });
    const { targets } = forwardFrom(plain, "input[1,1,0]");
    for (const { to, total } of targets) expect(total).toBe(plain.value(`grad(${to}):input[1,1,0]`));
    expect(targets.length).toBeGreaterThan(0);
    const unlabelled = await explain(lesson6(), { input: lesson6Image });
    expect(forwardFrom(unlabelled, "input[2,2,0]").targets[0].paths).toBe(5);
    expect(backwardFrom(unlabelled, "grad(logits[0]):input[2,2,0]").paths).toBe(5);
  });

  test("the fast engine's numbers: a total within rounding of what its kernels stored", async () => {
    const fast = await explain(lesson6(), { input: lesson6Image, label: lesson6Label, backend: wasmBackend });
    const ways = backwardFrom(fast, "conv1.kernel[0,0,0,0]");
    expect(ways.value).toBeCloseTo(-0.527451621433882, 5);
    expect(Math.abs(ways.residual)).toBeLessThan(1e-6);
    expect(ways.paths).toBe(10);
  });

  test("vgg-small: more ways than can be counted exactly, one sum, found in seconds", async () => {
    const model = vggSmall();
    model.initialize(1);
    const image = Array.from({ length: 3072 }, (_, k) => (k * 37) % 256);
    const deep = await explain(model, { input: image, label: 3 });
    for (const address of ["input[16,16,0]", "conv1.kernel[1,1,0,3]"]) {
      const ways = backwardFrom(deep, address);
      expect(ways).toMatchObject({ residual: 0, pathsExact: false, moreStopped: true });
      expect(ways.stopped).toHaveLength(100);
      expectWhole(ways.strongest, 1);
    }
    const { targets, layers } = forwardFrom(deep, "input[16,16,0]");
    expect(layers.every(({ cells }) => cells.length <= 100)).toBe(true);
    const wanted = deep.value("grad(logits[2]):input[16,16,0]");
    expect(Math.abs(targets[2].total - wanted)).toBeLessThan(1e-10 * Math.abs(wanted));
  });
});

describe("bad input", () => {
  const code = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      return (error as CutawayError).code;
    }
    return "nothing thrown";
  };
  test.each([
    ["grad:input[2,2,0]", "ways.forward"],
    ["next:conv1.kernel[0,0,0,0]", "ways.forward"],
    ["input[9,9,0]", "address.cell"],
    ["conv7.out[0,0,0]", "address.unknown"],
    ["conv1.out", "explain.cell"],
    ["input[2,2,0]@3", "explain.sample"],
    ["what?", "address.syntax"],
  ])("forwardFrom(%j): %s", (address, expected) => {
    expect(code(() => forwardFrom(opened, address))).toBe(expected);
  });
  test.each([
    ["next:conv1.kernel[0,0,0,0]", "ways.backward"],
    ["state.velocity:conv1.kernel[0,0,0,0]", "ways.backward"],
    ["grad(logits):input[2,2,0]", "explain.target"],
    ["grad(logits[7]):input[2,2,0]", "address.cell"],
    ["conv1.kernel", "explain.cell"],
    ["grad:conv9.kernel[0,0,0,0]", "address.unknown"],
  ])("backwardFrom(%j): %s", (address, expected) => {
    expect(code(() => backwardFrom(opened, address))).toBe(expected);
  });
  test.each([-1, 1.5, Number.NaN])("a limit of %d", (limit) => {
    expect(code(() => forwardFrom(opened, "input[2,2,0]", { limit }))).toBe("option.value");
    expect(code(() => backwardFrom(opened, "input[2,2,0]", { limit }))).toBe("option.value");
  });
  test("the loss without a label, and where there is none", async () => {
    const unlabelled = await explain(lesson6(), { input: lesson6Image });
    expect(code(() => backwardFrom(unlabelled, "input[2,2,0]"))).toBe("explain.label");
    const maps = await explain(sequential([2, 2, 1], relu()), { input: [1, 2, 3, 4] });
    expect(code(() => backwardFrom(maps, "input[0,0,0]"))).toBe("model.noHead");
  });
});
