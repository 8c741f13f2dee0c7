// The gradient check: it passes on true gradients, names kinks, and fails on a wrong backward pass.
import { describe, expect, test } from "vitest";
import type { Host } from "../base/host.ts";
import { sequential } from "../nn/build.ts";
import { conv2d, dense, flatten, maxPool2d, relu } from "../nn/layers.ts";
import { Model } from "../nn/model.ts";
import { checkGradients } from "./check.ts";
import { lesson6, lesson6Image, lesson6Label } from "./lesson6.ts";

const request = { input: lesson6Image, label: lesson6Label };

describe("checkGradients", () => {
  test("the lesson's network passes, every cell compared", async () => {
    const { layers, passed, kinks } = await checkGradients(lesson6(), { ...request, samples: "all" });
    expect(passed).toBe(true);
    expect(kinks).toEqual([]);
    expect(layers.map(({ name, checked }) => [name, checked])).toEqual([
      ["conv1", 27],
      ["dense1", 39],
    ]);
    for (const { worstRelative } of layers) expect(worstRelative).toBeLessThan(1e-8);
  });

  test("samples are a number a tensor, drawn by seed", async () => {
    const { layers } = await checkGradients(lesson6(), { ...request, samples: 5 });
    expect(layers.map(({ checked }) => checked)).toEqual([5, 8]);
  });

  test("a pre-activation of exactly 0 is a kink of its bias, and is named", async () => {
    const model = sequential([2, 2, 1], conv2d({ filters: 1, kernelSize: 2 }), relu(), flatten(), dense({ units: 2 }));
    model.initialize(3);
    const { layers, kinks, passed } = await checkGradients(model as Model, { input: [0, 0, 0, 0], label: 1 });
    expect(kinks).toEqual([{ parameter: "conv1.bias[0]", at: "relu1.out[0,0,0]" }]);
    expect(layers[0]).toMatchObject({ name: "conv1", checked: 4, kinks: 1 });
    expect(passed).toBe(true);
  });

  test("a tie of two windows' cells changes its winner, and is named", async () => {
    const model = sequential(
      [1, 3, 1],
      conv2d({ filters: 1, kernelSize: [1, 2] }),
      maxPool2d({ poolSize: [1, 2] }),
      flatten(),
      dense({ units: 2 }),
    );
    model.initialize(1);
    const { kinks } = await checkGradients(model as Model, { input: [1, 2, 1], label: 0, samples: "all" });
    const tied = new Model(model.network, {
      parameters: new Map(
        [...model.parameters].map(([name, { shape, data }]) => [
          name,
          { shape, data: name === "conv1.kernel" ? Float64Array.of(1, 1) : data },
        ]),
      ),
    });
    expect(kinks).toEqual([]);
    const found = await checkGradients(tied, { input: [1, 2, 1], label: 0, samples: "all" });
    expect(found.kinks.map(({ at }) => at)).toEqual(["pool1.out[0,0,0]", "pool1.out[0,0,0]"]);
  });

  test("a wrong backward pass fails", async () => {
    const right = lesson6();
    const [first, ...rest] = right.network.nodes;
    const wrong = { ...rest[0].operation.reference };
    const backward: typeof wrong.backward = (site, values, gradients) => {
      rest[0].operation.reference.backward(site, values, gradients);
      const kernel = gradients.parameters.kernel;
      if (kernel) kernel[0] *= 1.01;
    };
    const node = { ...rest[0], operation: { ...rest[0].operation, reference: { ...wrong, backward } } };
    const model = new Model(
      { ...right.network, nodes: [first, node, ...rest.slice(1)] },
      { parameters: right.parameters },
    );
    const { passed, layers } = await checkGradients(model, request);
    expect(passed).toBe(false);
    expect(layers[0].worstRelative).toBeGreaterThan(1e-3);
  });

  test("it makes pauses for its host", async () => {
    let now = 0;
    let pauses = 0;
    const host: Host = { name: "counted", now: () => (now += 5), pause: async () => void pauses++ };
    await checkGradients(lesson6(), { ...request, host });
    expect(pauses).toBeGreaterThan(10);
  });

  test("bad requests", async () => {
    await expect(checkGradients(lesson6(), { ...request, samples: 0 })).rejects.toMatchObject({ code: "option.value" });
    await expect(checkGradients(lesson6(), { ...request, label: 3 })).rejects.toMatchObject({ code: "model.label" });
    await expect(checkGradients(lesson6(), { ...request, input: [1] })).rejects.toMatchObject({ code: "model.pixels" });
    const maps = sequential([3, 3, 1], relu()) as Model;
    await expect(checkGradients(maps, { input: new Float64Array(9), label: 0 })).rejects.toMatchObject({
      code: "model.noHead",
    });
  });
});
