// Learn: the question about a map's size, and what the reader guessed, which stays in the picture beside the truth.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { describeMisreading, sizeMisreadings } from "../../src/story/lesson/misreadings.ts";
import { mapSize, workedModel } from "../../src/story.ts";
import { frame } from "../../studio/src/messages/learn/frame.en.ts";
import { noChromium, scrolledSideways } from "./page.ts";
import { openStep, stateOf, valuesOf } from "./steps.ts";

/** What can be chosen: numbers, or sizes as "rows,columns". */
const choices = (page: Page) =>
  page
    .locator("[data-testid=choice]")
    .evaluateAll((found) => found.map(({ dataset }: HTMLElement | SVGElement) => dataset.value ?? dataset.size ?? ""));

/** The size of the worked example's map and the sizes that slips give, as the package tells them, with their causes. */
function told(options: Record<string, unknown>) {
  const [rows] = mapSize(workedModel("conv2d", { options }).model.network, "conv1") ?? [];
  if (!rows) throw new Error("no window");
  const wrong = sizeMisreadings(rows).map(
    ({ value, cause }) => [`${value},${value}`, describeMisreading(cause)] as const,
  );
  return { truth: `${rows.count},${rows.count}`, causes: new Map(wrong) };
}

describe.skipIf(noChromium)("Learn, guesses", () => {
  test("step 3 asks for the size; stride and border change the question; every wrong size has its cause", async () => {
    const page = await openStep("/learn/3");
    const heading = page.locator("#question");
    const asked = new Set<string>();
    for (const [stride, padding] of [
      [1, "valid"],
      [2, "valid"],
      [3, "valid"],
      [1, "same"],
      [2, "same"],
    ] as const) {
      await page
        .getByRole("group", { name: "Stride" })
        .getByRole("button", { name: String(stride) })
        .click();
      await page
        .getByRole("group", { name: "Border" })
        .getByRole("button", { name: padding === "same" ? "of zeros" : "none" })
        .click();
      const { truth, causes } = told({ strides: stride, padding });
      await expect.poll(async () => (await choices(page)).toSorted()).toEqual([truth, ...causes.keys()].toSorted());
      asked.add(await heading.innerText());
      expect(await page.locator("[data-testid=unknown]").count()).toBe(1);
      expect(await page.locator('#stage [data-addr^="conv1.out"], [data-testid^=size]').count()).toBe(0);
      for (const [size, cause] of causes) {
        await page.locator(`[data-testid=choice][data-size="${size}"]`).click();
        expect(await page.locator("[data-testid=cause]").innerText()).toContain(cause);
        expect(await valuesOf(page, "[data-testid=size-rows]")).toEqual([Number(truth.split(",")[0])]);
        expect(await page.locator("#stage [data-testid=guess]").innerText()).toContain(size.replace(",", "×"));
        expect(await page.locator("#stage .map .frame.guess").count()).toBe(1);
        expect(stateOf(page).guess).toBe(size);
        await page.goBack();
        await page.locator("[data-testid=unknown]").waitFor();
      }
    }
    expect(asked.size).toBe(5);
    await page.locator('[data-testid=choice][data-size="3,3"]').click();
    expect(await page.locator("[data-testid=cause]").innerText()).toBe(frame.right);
    expect(await page.locator("#stage [data-testid=guess]").count()).toBe(0);
    await page.getByRole("group", { name: "Stride" }).getByRole("button", { name: "3" }).click();
    expect(stateOf(page).guess).toBe("");
    await expect
      .poll(async () => (await choices(page)).length)
      .toBe(told({ strides: 3, padding: "same" }).causes.size + 1);
  }, 40_000);

  test("a wrong guess stays in the picture of every step, and a right one needs no second cell", async () => {
    const page = await openStep("/learn/1");
    const { origin } = new URL(page.url());
    const choice = page.locator("[data-testid=choice]");
    const truth = page.locator("div.truth[data-testid=choice]");
    const guesses = page.locator("#stage [data-testid=guess]");
    const patient = { timeout: 10_000 };
    for (const step of [1, 2, 4, 5, 6, 7, 8, 9, 10]) {
      await page.goto(`${origin}/learn/${step}`);
      await expect.poll(() => choice.count(), patient).toBeGreaterThan(1);
      await choice.first().click();
      await truth.waitFor();
      const right = (await truth.getAttribute("data-value")) ?? "";
      const wrong = (await choices(page)).find((value) => value !== right) ?? "";
      for (const value of [wrong, right]) {
        await page.goBack();
        await page.locator(`button[data-testid=choice][data-value="${value}"]`).click();
        await expect
          .poll(() => guesses.count(), { ...patient, message: `step ${step}, ${value}` })
          .toBe(value === right ? 0 : 1);
        if (value === wrong) expect(await guesses.innerText()).toContain(frame.yourGuess);
      }
    }
  }, 40_000);

  test("every step with a guess in it fits a page of 320 px", async () => {
    const page = await openStep("/learn/1", { width: 320, height: 700 });
    const { origin } = new URL(page.url());
    for (let step = 1; step <= 10; step++) {
      await page.goto(`${origin}/learn/${step}?guess=${step === 3 ? "5,5" : "-0.125"}`);
      await page.locator("#stage [data-testid=guess]").waitFor();
      expect(await scrolledSideways(page), `step ${step}`).toBe(false);
    }
  }, 40_000);

  test("step 8 on a phone shows one hop at a time, the zeros folded, in time and by choice", async () => {
    const page = await openStep("/learn/8?part=watch", { width: 390, height: 844, hasTouch: true });
    const stage = page.locator("#stage");
    const hops = page.getByRole("group", { name: "Which hop" }).getByRole("button");
    expect(await hops.count()).toBe(5);
    const rows = stage.locator("table.rows tbody tr:visible");
    await expect.poll(() => rows.count()).toBe(7);
    expect(await stage.locator("table.rows .fold:visible").count()).toBe(3);
    expect((await stage.boundingBox())?.height).toBeLessThan(844);
    await hops.nth(3).tap();
    expect(await stage.locator('[data-addr^="grad:conv1.out"]').count()).toBe(16);
    expect(await stage.locator('[data-addr^="grad:conv1.kernel"]').count()).toBe(0);
    expect(stateOf(page).layer).toBe("gate");
    const playing = await openStep("/learn/8?part=watch&t=1.5", { width: 390, height: 844 });
    expect(await playing.locator('#stage [data-addr^="grad:pool1.out"]').count()).toBeGreaterThan(0);
    expect(await playing.getByRole("button", { name: "2 Dense" }).getAttribute("aria-pressed")).toBe("true");
  }, 30_000);
});
