// Changes of the lesson's network: what follows from them, and those that cannot be made.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lessonStep } from "./lesson.ts";
import { lessonToText } from "./text.ts";

const net = JSON.parse(readFileSync(new URL("../../../fixtures/lesson-net.json", import.meta.url), "utf8"));

const close = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-12);

describe("changes", () => {
  test("pixel (2,2) = 153 gives logit 2.21875, and everything after it follows", async () => {
    const set = { "input[2,2,0]": 153 };
    const whole = await lessonStep(10, { set });
    close(whole.values["logits[0]"], 2.21875);
    expect(whole.values["rescale1.out[2,2,0]"]).toBe(3);
    expect(lessonToText(whole)).toContain("Changed: input[2,2,0] = 153.");
    expect(lessonToText(whole)).toContain("2.21875");
  });

  test.each([
    [7, "loss"],
    [8, "grad:conv1.kernel[0,0,0,0]"],
    [9, "truth"],
    [9, "forecast"],
  ])("it changes step %i, %s", async (step, name) => {
    const [usual, other] = [await lessonStep(step), await lessonStep(step, { set: { "input[2,2,0]": 153 } })];
    expect(other.values[name]).not.toBe(usual.values[name]);
    for (const { residual } of other.accounts) expect(residual).toBe(0);
  });

  test("a kernel cell changes the worked example too: 2·1 instead of 1·1 makes −6 to −5, and the turned kernel turns along", async () => {
    const { accounts: opened, values: named } = await lessonStep(2, { set: { "conv1.kernel[0,0,0,0]": 2 } });
    expect(opened[0].value).toBe(-5);
    // The turned kernel has the 2 under the image's 9.
    expect(opened[1].value).toBe(6 + 9);
    expect(named["flipped.conv1.kernel[2,2,0,0]"]).toBe(2);
    // x(1,2) = 4 once more.
    expect(named["conv1.out[1,2,0]"]).toBe(9 + 4);
  });

  test("pixels change the worked examples of steps 4 and 5", async () => {
    const set = { "input[0,0,0]": 7 };
    const [relu, pool] = [await lessonStep(4, { set }), await lessonStep(5, { set })];
    expect(relu.accounts[0].value).toBe(7);
    expect(pool.accounts[0].value).toBe(7);
  });

  test("a bias moves its logit by as much, a filter of another channel leaves the first map alone", async () => {
    const biased = await lessonStep(7, { set: { "dense1.bias[0]": 1 } });
    close(biased.values["logits[0]"], net.z[0] + 1);
    const other = await lessonStep(6, { set: { "conv1.kernel[1,1,0,2]": 5 } });
    expect(other.values["conv1.out[0,0,0]"]).toBe(net.pre[0][0][0]);
    expect(other.values["conv1.out[0,0,2]"]).not.toBe(net.pre[2][0][0]);
  });

  test("learningRate is that of step 9", async () => {
    const { values: named } = await lessonStep(9, { set: { learningRate: 0.01 } });
    close(named.truth, net["after_eta_0.01"].L);
    close(named.forecast, net["after_eta_0.01"].firstOrder);
    const still = await lessonStep(9, { set: { learningRate: 0 } });
    expect(still.values.truth).toBe(still.values.loss);
  });

  test("no result is typed: random pixels and weights tell a story that adds up, in lines that fit", async () => {
    const pixel = fc.tuple(fc.nat(5), fc.nat(5), fc.nat(255)).map(([i, j, value]) => [`input[${i},${j},0]`, value]);
    const weight = fc
      .tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.double({ min: -3, max: 3, noNaN: true }))
      .map(([m, n, f, value]) => [`conv1.kernel[${m},${n},0,${f}]`, value]);
    const some = fc.array(fc.oneof(pixel, weight), { minLength: 4, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(some, fc.integer({ min: 1, max: 9 }), async (changes, step) => {
        const told = await lessonStep(step, { set: Object.fromEntries(changes) });
        for (const { residual } of told.accounts) expect(residual).toBe(0);
        const wide = lessonToText(told)
          .split("\n")
          .filter((line) => [...line].length > 120);
        expect(wide).toEqual([]);
      }),
      { seed: 1, numRuns: 60 },
    );
  }, 60_000);

  test("numbers far out are told too", async () => {
    for (const step of [2, 7, 9]) {
      const set = { "conv1.kernel[0,0,0,0]": 1e150, learningRate: 1e150 };
      expect(lessonToText(await lessonStep(step, { set }))).toContain("1e+150");
    }
  });
});

describe("what cannot be", () => {
  test.each([0, 11, 1.5, Number.NaN])("step %s", async (step) => {
    await expect(lessonStep(step)).rejects.toMatchObject({ code: "lesson.step" });
  });

  test.each([
    ["conv9.kernel[0,0,0,0]", "a name that this network does not have"],
    ["conv1.bias[0]", "a name that this network does not have"],
    ["input[6,0,0]", "a cell outside"],
    ["conv1.kernel[0,0,0]", "a cell outside"],
    ["conv1.kernel", "without indices"],
    ["conv1.out[0,0,0]", "a computed number"],
    ["logits[0]", "a computed number"],
    ["grad:conv1.kernel[0,0,0,0]", "a computed number"],
    ["input[0,0,0]@0", "there is one picture only"],
    ["learningrate", "no address"],
    ["", "no address"],
  ])("changing %j: %s", async (address, why) => {
    const error = { code: "lesson.address", received: expect.stringContaining(why) };
    await expect(lessonStep(1, { set: { [address]: 1 } })).rejects.toMatchObject(error);
  });

  test.each([
    ["input[0,0,0]", 256],
    ["input[0,0,0]", -1],
    ["input[0,0,0]", Number.NaN],
    ["conv1.kernel[0,0,0,0]", Number.POSITIVE_INFINITY],
    ["learningRate", -0.1],
    ["learningRate", Number.NaN],
  ])("%s = %d", async (address, value) => {
    await expect(lessonStep(1, { set: { [address]: value } })).rejects.toMatchObject({ code: "lesson.value" });
  });
});
