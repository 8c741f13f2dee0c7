// Why a number is 0: by hand on the lesson's network, then on random networks each cause is removed and the number is free.
import { describe, expect, test } from "vitest";
import { addresses, held, open, randomCase, remedies } from "../../../test/story/surgery.ts";
import { permutation, randomStream } from "../../base/random.ts";
import { network, sequential } from "../../nn/build.ts";
import { add, conv2d, dense, flatten, maxPool2d, relu } from "../../nn/layers.ts";
import type { Model } from "../../nn/model.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import type { Opened } from "../opened.ts";
import type { Cause } from "./cause.ts";
import { zeroReasonsToText } from "./text.ts";
import { whyZero } from "./why-zero.ts";

const lesson = () => explain(lesson6(), { input: lesson6Image, label: lesson6Label });

describe("the lesson's network", () => {
  test("a closed gate stops a gradient of 0.04699", async () => {
    const opened = await lesson();
    const { causes, enough, complete, terms } = whyZero(opened, "grad:conv1.out[2,2,1]");
    expect({ enough, complete, terms }).toEqual({ enough: causes, complete: true, terms: 1 });
    expect(causes).toEqual([
      {
        kind: "gate",
        at: "grad:conv1.out[2,2,1]",
        preActivation: "conv1.out[2,2,1]",
        value: -4,
        margin: 4,
        arriving: opened.value("grad:relu1.out[2,2,1]"),
      },
    ]);
    expect((causes[0] as Cause & { kind: "gate" }).arriving).toBeCloseTo(0.046994541167729095, 12);
  });

  test("a lost window names the winner and its lead", async () => {
    const opened = await lesson();
    const { causes } = whyZero(opened, "grad:relu1.out[0,0,0]");
    const arriving = opened.value("grad:pool1.out[0,0,0]");
    const [window, cell, winner] = ["pool1.out[0,0,0]", "relu1.out[0,0,0]", "relu1.out[1,1,0]"];
    expect(causes).toEqual([
      { kind: "window", at: "grad:relu1.out[0,0,0]", window, cell, winner, by: 8, tie: false, arriving },
    ]);
  });

  test("where gate and window are both in the way, both have to go", async () => {
    const { causes, enough } = whyZero(await lesson(), "grad:conv1.out[0,3,0]");
    expect(causes.map(({ kind, at }) => [kind, at])).toEqual([
      ["gate", "grad:conv1.out[0,3,0]"],
      ["window", "grad:relu1.out[0,3,0]"],
    ]);
    expect(enough).toEqual(causes);
  });

  test("a dead window: four gates, and any of them would do", async () => {
    const { causes, enough } = whyZero(await lesson(), "pool1.out[1,1,1]");
    expect(causes.map((cause) => cause.kind === "gate" && cause.margin)).toEqual([4, 7, 4, 9]);
    expect(enough).toEqual([causes[0]]);
  });

  test("pixels, parameters, another target, another cell, the target's constant", async () => {
    const opened = await lesson();
    const first = (address: string) => whyZero(opened, address).causes[0];
    expect(first("rescale1.out[2,3,0]")).toEqual({ kind: "operand", at: "input[2,3,0]", what: "pixel" });
    expect(first("dense1.bias[0]")).toEqual({ kind: "operand", at: "dense1.bias[0]", what: "parameter" });
    expect(first("grad(logits[0]):logits[1]").kind).toBe("apart");
    expect(first("grad(logits[0]):probs[1]").kind).toBe("apart");
    expect(first("grad:probs[1]")).toEqual({ kind: "constant", at: "grad:probs[1]", name: "target[1]" });
    for (const address of ["grad(logits[0]):logits[1]", "grad:probs[1]"])
      expect(whyZero(opened, address).enough).toEqual([]);
  });

  test("the text says what stands in the way", async () => {
    const text = zeroReasonsToText(whyZero(await lesson(), "grad:conv1.out[2,2,1]"));
    expect(text).toContain("conv1.out[2,2,1] = −4 is 4 below the kink; it stops 0.04699.");
    expect(text.split("\n")[0]).toBe("grad:conv1.out[2,2,1] = 0    relu.inputGradient, 1 term");
  });
});

describe("single causes", () => {
  const chain = (bias: number) => {
    const model = sequential([3, 3, 1], conv2d({ filters: 1, kernelSize: 2 }), relu(), flatten(), dense({ units: 2 }));
    model.initialize(5);
    model.parameters.get("conv1.kernel")?.data.set([1, 1, 1, -1]);
    model.parameters.get("conv1.bias")?.data.set([bias]);
    return model as unknown as Model;
  };
  const image = [1, 2, 0, 1, 5, 2, 0, 1, 0];

  test("a gate opens when the bias is raised by its margin and a little more", async () => {
    const closed = await explain(chain(0), { input: image, label: 0 });
    const [gate] = whyZero(closed, "grad:conv1.out[0,0,0]").enough;
    if (gate.kind !== "gate") throw new Error(gate.kind);
    expect(gate).toMatchObject({ value: -1, margin: 1 });
    const opened = await explain(chain(gate.margin + 0.001), { input: image, label: 0 });
    expect(opened.value("grad:conv1.out[0,0,0]")).not.toBe(0);
  });

  test("a gate exactly on the kink", async () => {
    const opened = await explain(chain(1), { input: image, label: 0 });
    const { causes, enough } = whyZero(opened, "relu1.out[0,0,0]");
    expect(enough).toMatchObject([{ kind: "gate", margin: 0, value: 0 }]);
    expect(causes[1]).toMatchObject({ kind: "cancel", at: "conv1.out[0,0,0]", terms: 5, weight: 10 });
  });

  test("a saturated softmax: how far p is from 1, and the spacing there", async () => {
    const model = sequential([1, 1, 1], flatten(), dense({ units: 2 }));
    model.restore(
      new Map([
        ["dense1.weight", Float64Array.of(40, 0)],
        ["dense1.bias", Float64Array.of(0, 0)],
      ]),
    );
    const opened = await explain(model as unknown as Model, { input: [1], label: 0 });
    for (const address of ["grad:logits[0]", "grad:dense1.weight[0,0]", "loss"]) {
      const [cause] = whyZero(opened, address).enough;
      if (cause.kind !== "saturated") throw new Error(cause.kind);
      expect(cause).toMatchObject({ probability: "probs[0]", value: 1, spacing: Number.EPSILON });
      expect(cause.distance).toBeCloseTo(Math.exp(-40), 25);
    }
    expect(opened.value("grad:logits[1]")).not.toBe(0);
  });

  test("a tie and cells that no window reads", async () => {
    const model = sequential([1, 3, 1], maxPool2d({ poolSize: [1, 2] }), flatten(), dense({ units: 2 }));
    model.initialize(1);
    const opened = await explain(model as unknown as Model, { input: [2, 2, 9], label: 0 });
    expect(whyZero(opened, "grad:input[0,1,0]").causes).toMatchObject([{ kind: "window", tie: true, by: 0 }]);
    const { causes, enough } = whyZero(opened, "grad:input[0,2,0]");
    expect([causes, enough]).toEqual([
      [{ kind: "apart", at: "grad:input[0,2,0]", note: "No window reads this number." }],
      [],
    ]);
  });

  test("a number read by a gate and by a window keeps both causes", async () => {
    const model = network([1, 2, 1], (x) => {
      const kept = conv2d({ filters: 1, kernelSize: 1, useBias: false })(x);
      const pooled = maxPool2d({ poolSize: [1, 2] })(kept);
      return dense({ units: 2 })(flatten()(add(pooled, maxPool2d({ poolSize: [1, 2] })(relu()(kept)))));
    });
    model.initialize(1);
    model.parameters.get("conv1.kernel")?.data.set([1]);
    const opened = await explain(model as unknown as Model, { input: [-3, 4], label: 0 });
    const { causes, enough } = whyZero(opened, "grad:conv1.out[0,0,0]");
    expect(causes.map(({ kind }) => kind).sort()).toEqual(["gate", "window", "window"]);
    expect(enough).toMatchObject([{ kind: "window", window: "pool1.out[0,0,0]", winner: "conv1.out[0,1,0]", by: 7 }]);
  });

  test("float32 kernels give the same causes", async () => {
    const [slow, fast] = await Promise.all(
      (["reference", { name: "wasm", exact: true }] as const).map((backend) =>
        explain(lesson6(), { input: lesson6Image, label: lesson6Label, backend }),
      ),
    );
    for (const address of ["grad:conv1.out[0,3,0]", "pool1.out[1,1,1]", "grad:conv1.kernel[1,2,0,0]"]) {
      const kinds = (opened: Opened) => whyZero(opened, address).causes.map(({ kind, at }) => [kind, at]);
      expect(kinds(fast)).toEqual(kinds(slow));
    }
  });
});

/** What a cause claims, held against the stored numbers. */
function expectTrue(opened: Opened, cause: Cause): void {
  switch (cause.kind) {
    case "gate":
      expect(opened.value(cause.preActivation)).toBe(cause.value);
      expect(cause.value).toBeLessThanOrEqual(0);
      expect(cause.margin).toBe(Math.abs(cause.value));
      break;
    case "window":
      expect(opened.value(cause.window)).toBe(opened.value(cause.winner));
      expect(cause.by).toBe(opened.value(cause.winner) - opened.value(cause.cell));
      expect(cause.by).toBeGreaterThanOrEqual(0);
      break;
    case "saturated":
      expect([0, 1]).toContain(cause.value);
      expect(opened.value(cause.probability)).toBe(cause.value);
      expect(cause.distance).toBeLessThan(cause.spacing);
      break;
    default:
      expect(opened.value(cause.at)).toBe(0);
  }
}

const scopes = ["", "grad:", "grad(logits[1]):", "grad(probs[0]):"];

test("on random networks the named causes are true, and without them the number is not 0, with one left it is", async () => {
  const removed: Record<string, number> = {};
  let checked = 0;
  let several = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const given = randomCase(seed);
    const opened = await open(given);
    const stream = randomStream(seed, "check", 8);
    for (const scope of opened.samples === 1 ? scopes : scopes.slice(0, 2)) {
      const zeros = [...addresses(opened, scope)].filter((address) => opened.value(address) === 0);
      for (const k of permutation(zeros.length, stream).subarray(0, 4)) {
        const address = zeros[k];
        const { causes, enough, complete } = whyZero(opened, address, { limit: 100_000 });
        expect(complete).toBe(true);
        expect(causes.length, address).toBeGreaterThan(0);
        for (const cause of causes) expectTrue(opened, cause);
        if (enough.length === 0) continue;
        const freed = await open(held(given, remedies(opened, enough)));
        expect(freed.value(address), `${seed} ${address} ${JSON.stringify(enough)}`).not.toBe(0);
        if (enough.length > 1) {
          const partly = await open(held(given, remedies(opened, enough.slice(1))));
          expect(partly.value(address), `${seed} ${address} still blocked`).toBe(0);
          several++;
        }
        for (const { kind } of enough) removed[kind] = (removed[kind] ?? 0) + 1;
        checked++;
      }
    }
  }
  expect(checked).toBeGreaterThan(300);
  expect(several).toBeGreaterThan(30);
  for (const kind of ["gate", "window", "operand", "saturated"]) expect(removed[kind], kind).toBeGreaterThan(10);
});

describe("bad input", () => {
  test("a number that is not 0 is refused with its value", async () => {
    const opened = await lesson();
    expect(() => whyZero(opened, "conv1.out[1,2,0]")).toThrow(
      expect.objectContaining({ code: "why.notZero", received: "9", where: "why conv1.out[1,2,0]" }),
    );
  });

  test.each([
    ["conv9.out[0]", "address.unknown"],
    ["conv1.out[9,9,9]", "address.cell"],
    ["conv1.out", "explain.cell"],
    ["nothing at all", "address.syntax"],
  ])("%s: %s", async (address, code) => {
    const opened = await lesson();
    expect(() => whyZero(opened, address)).toThrow(expect.objectContaining({ code }));
  });

  test("gradients need a label, and the limit is a whole number", async () => {
    const opened = await explain(lesson6(), { input: lesson6Image });
    expect(() => whyZero(opened, "grad:conv1.out[2,2,1]")).toThrow(expect.objectContaining({ code: "explain.label" }));
    expect(() => whyZero(opened, "pool1.out[1,1,1]", { limit: 0 })).toThrow(
      expect.objectContaining({ code: "option.value" }),
    );
  });

  test("a search that is cut short says so", async () => {
    const reasons = whyZero(await lesson(), "grad:conv1.kernel[1,2,0,0]", { limit: 5 });
    expect(reasons).toMatchObject({ complete: false, opened: 5 });
    expect(zeroReasonsToText(reasons)).toContain("The search ended after 5 numbers");
  });
});
