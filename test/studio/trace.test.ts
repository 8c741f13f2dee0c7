// Trace: the chains of the lesson's network in both directions, what-if, nudge and update, time, and that all of it is reached by keyboard and by tapping.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { readText } from "../../scripts/tree.ts";
import { axe, noChromium, openPage, scrolledSideways } from "./page.ts";

const lessonNet = JSON.parse(readText("fixtures/lesson-net.json"));
const backward = "/trace?direction=backward";
const sum = (page: Page) => page.locator('main [data-testid="sum"]');
const rail = (page: Page) => page.locator("#sheet-story ol > li > button");
const fact = (page: Page, name: string) => page.locator(`#sheet-number [data-fact="${name}"]`);
const numbers = (texts: readonly (string | null)[]) => texts.map(Number);

/** The lines of the rail, as one reads them. */
async function chain(page: Page): Promise<string[]> {
  await sum(page).waitFor();
  await expect.poll(() => rail(page).locator(".sum").allTextContents()).not.toContain("");
  return (await rail(page).locator(".sum").allTextContents()).map((text) => text.trim());
}

const storedIn = async (page: Page, selector: string) =>
  Number(await page.locator(selector).first().getAttribute("data-value"));

describe.skipIf(noChromium)("the way back", () => {
  test("from the loss to kernel weight (0,0): −0.7001, −0.04699 over winner and gate, 16 rows of which 4 live", async () => {
    const page = await openPage({ path: backward });
    expect(await page.locator("h1").textContent()).toBe("From the loss to one kernel weight");
    expect(await chain(page)).toEqual([
      "1.204 loss",
      "0.2999 − 1 = −0.7001",
      "−0.7001 × 0.0625 = −0.04376",
      "−0.04699 × 1 = −0.04699",
      "−0.04699 × 1 = −0.04699",
      "−0.04699 × 5 = −0.235",
    ]);
    const { L, dz, dflat, dK } = lessonNet;
    const inRail = (address: string) => storedIn(page, `#sheet-story ol [data-addr="${address}"]`);
    expect(await inRail("loss")).toBeCloseTo(L, 14);
    expect(await inRail("grad:logits[0]")).toBeCloseTo(dz[0], 14);
    expect(await inRail("grad:flatten1.out[0]")).toBeCloseTo(dflat[0], 14);
    expect(await inRail("grad:conv1.kernel[0,0,0,0]")).toBeCloseTo(dK.V[0][0], 12);
    const rows = sum(page).locator("[data-term]");
    expect(await rows.count()).toBe(16);
    const terms = numbers(await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-term"))));
    expect(terms.filter((term) => term !== 0)).toHaveLength(4);
    expect(terms.reduce((total, term) => total + term, 0)).toBe(await storedIn(page, 'main [data-testid="sum"]'));
    expect(await storedIn(page, 'main [data-testid="sum"]')).toBe(-0.527451621433882);
    expect(await sum(page).getAttribute("data-residual")).toBe("0");
    expect(await page.locator("main figure").textContent()).toContain("16 cells, of which 4 carry something");
    const held = page.locator('#sheet-number .address[aria-label*="grad:conv1.kernel[0,0,0,0]"]');
    expect(await held.count()).toBe(1);
  });

  test("one update at 0.001: the loss after it and its forecast, with digits that tell them apart; another rate by hand", async () => {
    const page = await openPage({ path: backward });
    const { L: after, firstOrder } = lessonNet["after_eta_0.001"];
    await fact(page, "loss-after").waitFor();
    expect(Number(await fact(page, "loss-after").getAttribute("data-value"))).toBeCloseTo(after, 12);
    expect(Number(await fact(page, "loss-forecast").getAttribute("data-value"))).toBeCloseTo(firstOrder, 12);
    expect(await fact(page, "loss-after").textContent()).toBe("1.204271 → 1.201637");
    expect(await fact(page, "loss-forecast").textContent()).toBe("1.201636");
    expect(await storedIn(page, '#sheet-number [data-addr="next:conv1.kernel[0,0,0,0]"]')).toBe(1.000527451621434);
    const rate = page.locator("#sheet-story label", { hasText: "Learning rate" }).locator("input");
    await rate.fill("0.05");
    await rate.press("Tab");
    const later = lessonNet["after_eta_0.05"];
    await expect
      .poll(async () => Number(await fact(page, "loss-after").getAttribute("data-value")))
      .toBeCloseTo(later.L, 12);
    expect(page.url()).toContain("learningRate%3D0.05");
  });

  test("the nudge test agrees with the gradient of the loss, and of a logit by a pixel", async () => {
    const page = await openPage({ path: backward });
    await fact(page, "nudge").waitFor();
    const told = async (name: string) => Number(await fact(page, name).getAttribute("data-value"));
    expect(await told("nudge")).toBeCloseTo(lessonNet.dK.V[0][0], 8);
    expect(await told("nudge-distance")).toBeLessThan(1e-8);
    expect(await page.locator("#sheet-number").textContent()).toContain("Kinks crossednone");
    await page.getByRole("button", { name: "Forward", exact: true }).click();
    await expect.poll(() => told("nudge")).toBeCloseTo(0.0030637254901960784, 8);
  });

  test("a listed way is chosen; a lost window says why nothing comes", async () => {
    const page = await openPage({ path: backward });
    await page.getByText("Choose another").click();
    const ways = page.locator("#sheet-story details.inner button");
    expect(await ways.count()).toBe(10);
    await ways.nth(1).click();
    await expect.poll(() => chain(page)).toContain("−0.02836 × 4 = −0.1134");
    expect(page.url()).toContain("way=1");
    await page.goto(page.url().replace(/\/trace.*/, "/trace?direction=backward&from=grad:relu1.out[0,0,0]"));
    const stop = page.locator("#sheet-story .stop");
    await stop.waitFor();
    expect(await stop.textContent()).toContain("another cell won the window");
    await expect
      .poll(() => page.locator("#sheet-story ol").textContent())
      .toContain("is won by relu1.out[1,1,0], ahead by 8");
    await page.getByRole("button", { name: "Why zero?" }).click();
    await expect.poll(() => page.locator("#sheet-number .note").textContent()).toContain("is won by relu1.out[1,1,0]");
  });
});

describe.skipIf(noChromium)("the way forward", () => {
  test("102 → 2 → 9 → 9 × 0.0625 = 0.5625 of 2.0625; five ways, 0.15625 of the scaled pixel", async () => {
    const page = await openPage({ path: "/trace" });
    expect(await page.locator("h1").textContent()).toBe("From one pixel to the logit vertical");
    expect(await chain(page)).toEqual([
      "102 input[2,2,0]",
      "102 ÷ 51 = 2",
      "2 × 1 = 2",
      "9 × 1 = 9",
      "9 is the largest of 4",
      "9 × 0.0625 = 0.5625",
    ]);
    expect(await rail(page).last().locator(".whole").textContent()).toBe("of 2.063, 13 terms, 9 live");
    expect(await storedIn(page, '#sheet-story ol [data-addr="logits[0]"]')).toBe(lessonNet.z[0]);
    expect(await page.locator("#sheet-story section h2").textContent()).toBe("5 live ways");
    expect(await storedIn(page, '[data-testid="merged"]')).toBeCloseTo(0.0030637254901960784, 16);
    await page.locator('[data-testid="merged-scaled"]').waitFor();
    expect(await storedIn(page, '[data-testid="merged-scaled"]')).toBe(0.15625);
    const reach = page.locator("main table", { hasText: "What each layer reads" }).locator("tbody tr");
    expect(await reach.nth(1).locator("td").allTextContents()).toEqual(["27", "18", "0", "0"]);
    expect(await reach.nth(3).locator("td").allTextContents()).toEqual(["11", "5", "0", "11"]);
  });

  test("what if the pixel were 153: forecast and truth 2.21875, and every number on the stage follows; a kink is named", async () => {
    const page = await openPage({ path: "/trace" });
    await sum(page).waitFor();
    const box = page.locator('#sheet-story input[type="number"][aria-label*="input[2,2,0]"]');
    await box.fill("153");
    await box.press("Tab");
    const story = page.locator("#sheet-story");
    await expect.poll(() => story.locator('[data-fact="truth"]').getAttribute("data-value")).toBe("2.21875");
    expect(await story.locator('[data-fact="forecast"]').getAttribute("data-value")).toBe("2.21875");
    await expect.poll(() => sum(page).getAttribute("data-value")).toBe("2.21875");
    expect(page.url()).toContain("set=input[2,2,0]%3D153");
    const slider = page.locator('#sheet-story input[type="range"]');
    await slider.focus();
    await slider.press("Home");
    await expect.poll(() => page.url()).toContain("input[2,2,0]%3D0");
    await page.locator("#sheet-story select").selectOption("logits[1]");
    await expect.poll(() => story.locator(".kink").count()).toBeGreaterThan(0);
    expect(await story.locator(".kink").first().textContent()).toMatch(/was won by|The gate/);
    await page.getByRole("button", { name: "Take the change back" }).click();
    await expect.poll(() => sum(page).getAttribute("data-value")).toBe("1");
  });

  test("f and b follow what is held, and say so where its sibling is what can be followed", async () => {
    const page = await openPage({ path: "/trace?at=conv1.out[1,2,0]" });
    await sum(page).waitFor();
    await page.keyboard.press("b");
    await expect.poll(() => page.locator("h1").textContent()).toBe("From the loss to one cell of conv1");
    expect(await page.locator(".sibling").textContent()).toContain("the gradient of conv1.out[1,2,0]");
    await expect.poll(() => page.url()).toContain("at=grad:conv1.out[1,2,0]");
    await page.keyboard.press("f");
    await expect.poll(() => page.locator("h1").textContent()).toBe("From one cell of conv1 to the logit vertical");
    expect(await page.locator(".sibling").textContent()).toContain("is a gradient. Forward goes the number itself.");
    await expect.poll(() => sum(page).getAttribute("data-addr")).toBe("logits[0]");
  });
});

describe.skipIf(noChromium)("time and hands", () => {
  const stage = (page: Page) => page.locator("main .strip").evaluate((strip) => strip.outerHTML);

  test("the stage at t is the same by address, scrubbed forth and back, and played; reduced motion runs nothing", async () => {
    const other = await openPage({ path: backward });
    const at = async (t: number) => {
      await other.goto(`${new URL(other.url()).origin}${backward}&t=${t}`);
      await sum(other).waitFor();
      await expect.poll(() => other.locator("main .flying").count()).toBe(1);
      return stage(other);
    };
    const page = await openPage({ path: backward, reducedMotion: "no-preference" });
    await sum(page).waitFor();
    const slider = page.getByRole("slider", { name: "Time" });
    await slider.focus();
    for (let k = 0; k < 5; k++) await slider.press("ArrowRight");
    const still = await at(1.25);
    await expect.poll(() => stage(page)).toBe(still);
    for (let k = 0; k < 6; k++) await slider.press("ArrowRight");
    for (let k = 0; k < 6; k++) await slider.press("ArrowLeft");
    expect(await stage(page)).toBe(still);
    await slider.press("Space");
    await page.waitForTimeout(700);
    await slider.press("Space");
    const t = Number(new URL(page.url()).searchParams.get("t"));
    expect(t).toBeGreaterThan(1.25);
    expect(await stage(page)).toBe(await at(t));
    const calm = await openPage({ path: backward, reducedMotion: "reduce" });
    await sum(calm).waitFor();
    await calm.getByRole("button", { name: "Play" }).click();
    await expect.poll(() => new URL(calm.url()).searchParams.get("t"), { timeout: 5000 }).toBe("1");
    expect(await calm.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  test("by keyboard alone from the first load to the sum of −0.527…, the focus always to be seen", async () => {
    const page = await openPage({ path: "/" });
    const focus = async () => {
      const seen = await page.evaluate(() => {
        const { activeElement } = document;
        if (!activeElement || activeElement === document.body) return { text: "", visible: true };
        const { outlineStyle, outlineWidth } = getComputedStyle(activeElement);
        return {
          text: (activeElement.getAttribute("aria-label") ?? activeElement.textContent ?? "").trim(),
          visible: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1,
        };
      });
      expect(seen.visible, `focus on ${seen.text}`).toBe(true);
      return seen.text;
    };
    const tabTo = async (text: string) => {
      for (let k = 0; k < 60; k++) {
        await page.keyboard.press("Tab");
        if ((await focus()) === text) return;
      }
      throw new Error(`${text} is not reached by Tab`);
    };
    await tabTo("Trace");
    await page.keyboard.press("Enter");
    await sum(page).waitFor();
    await tabTo("Backward");
    await page.keyboard.press("Enter");
    await expect.poll(() => sum(page).getAttribute("data-value")).toBe("-0.527451621433882");
    expect(await sum(page).locator("[data-term]").count()).toBe(16);
    for (let k = 0; k < 45; k++) {
      await page.keyboard.press("Tab");
      await focus();
    }
  });

  const tastes = [
    { name: "light", colorScheme: "light", forcedColors: "none" },
    { name: "dark", colorScheme: "dark", forcedColors: "none" },
    { name: "forced colours", colorScheme: "light", forcedColors: "active" },
  ] as const;
  for (const { name, ...taste } of tastes) {
    test(`nothing that axe-core finds serious in ${name}, wide and on a phone; no sideways scroll at 320 and 390`, async () => {
      const page = await openPage({ path: "/trace", ...taste });
      const { origin } = new URL(page.url());
      const paths = [`${backward}&t=4.4`, "/trace?t=0.5&set=input[2,2,0]=153"];
      for (const path of name === "light" ? paths : paths.slice(0, 1)) {
        await page.goto(`${origin}${path}`);
        await sum(page).waitFor();
        for (const [width, height] of [
          [1440, 900],
          [390, 844],
          [320, 700],
        ] as const) {
          await page.setViewportSize({ width, height });
          if (width !== 320) expect(await axe(page)).toEqual([]);
          await expect.poll(() => scrolledSideways(page), { message: `${path} at ${width}` }).toBe(false);
        }
      }
    });
  }

  test("by tapping alone on a phone: direction, a cell, the sheets, a hop", async () => {
    const page = await openPage({ path: "/trace", width: 390, height: 844, hasTouch: true });
    await sum(page).waitFor();
    await page.getByRole("button", { name: "Backward" }).tap();
    await expect.poll(() => sum(page).getAttribute("data-value")).toBe("-0.527451621433882");
    await rail(page).nth(3).tap();
    await expect.poll(() => page.url()).toContain("at=grad:relu1.out[1,1,0]");
    await page.locator('main figure [data-addr="rescale1.out[1,2,0]"]').tap();
    await page.getByRole("tab", { name: "Number" }).tap();
    await expect.poll(() => page.locator("#sheet-number .big").textContent()).toBe("4");
    await page.getByRole("tab", { name: "Controls" }).tap();
    expect(await page.locator("#sheet-controls select").isVisible()).toBe(true);
  });
});
