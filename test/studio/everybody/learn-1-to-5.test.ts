// Learn, steps 1 to 5: a moment looks the same however it is reached, nothing runs with reduced motion, and everybody can use them.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axe, noChromium, scrolledSideways } from "../page.ts";
import { openStep, stateOf } from "../steps.ts";

describe.skipIf(noChromium)("Learn 1 to 5", () => {
  const stage = (page: Page) => page.locator("#stage [data-stage]").innerHTML();

  test("6: step 2 at t looks the same by play, by link, by scrubbing forward and back", async () => {
    const page = await openStep("/learn/2?part=watch");
    await page.getByRole("button", { name: "Play" }).click();
    await page.waitForFunction(() => Number(new URLSearchParams(location.search).get("t")) > 2.2);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.waitForTimeout(200);
    const played = await stage(page);
    const link = await openStep(page.url().replace(new URL(page.url()).origin, ""));
    await expect.poll(() => stage(link)).toBe(played);
    const slider = page.getByRole("slider", { name: "Time" });
    const beats = Number(await slider.getAttribute("aria-valuemax"));
    /** From an end by whole beats, then by quarters. */
    const at = async (keys: readonly [string, number][]) => {
      await slider.focus();
      for (const [key, count] of keys) for (let k = 0; k < count; k++) await page.keyboard.press(key);
      await page.waitForTimeout(150);
      return [stateOf(page).t, await stage(page)] as const;
    };
    for (const beat of [5, 11, 14]) {
      const forward = await at([
        ["Home", 1],
        ["PageDown", beat],
        ["ArrowRight", 3],
      ]);
      const back = await at([
        ["End", 1],
        ["PageUp", beats - beat - 1],
        ["ArrowLeft", 1],
      ]);
      expect(forward[0]).toBe(beat + 0.75);
      expect(back).toEqual(forward);
    }
  }, 40_000);

  test("6: with reduced motion nothing runs", async () => {
    const page = await openStep("/learn/2?part=watch", { reducedMotion: "reduce" });
    await page.getByRole("button", { name: "Play" }).click();
    await page.waitForFunction(() => Number(new URLSearchParams(location.search).get("t")) >= 2);
    expect(Number.isInteger(stateOf(page).t)).toBe(true);
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  }, 20_000);

  for (const colorScheme of ["light", "dark"] as const) {
    test(`8: axe, 320 px and a phone, ${colorScheme}`, async () => {
      const page = await openStep("/learn/1", { colorScheme });
      const { origin } = new URL(page.url());
      const complaints: string[] = [];
      for (const path of [
        "1",
        "1?colour=yes",
        "2?guess=6",
        "2?part=complete",
        "3",
        "3?guess=5,5",
        "3?part=watch&padding=same",
        "4?part=watch",
        "5?part=own",
      ]) {
        await page.goto(`${origin}/learn/${path}`);
        await page.locator("[data-stage]").waitFor();
        for (const [width, height] of [
          [1440, 900],
          [390, 844],
          [320, 700],
        ] as const) {
          await page.setViewportSize({ width, height });
          if (await scrolledSideways(page)) complaints.push(`${path} at ${width} scrolls sideways`);
          if (width === (colorScheme === "light" ? 1440 : 320))
            complaints.push(...(await axe(page)).map((finding) => `${path} at ${width}: ${finding}`));
        }
      }
      expect(complaints).toEqual([]);
    });
  }

  test("8: taps alone lead through a step on a phone", async () => {
    const page = await openStep("/learn/5", { width: 390, height: 844, hasTouch: true });
    await page.locator("[data-testid=choice]").first().tap();
    await page.getByRole("button", { name: "Watch it being computed" }).tap();
    await page.getByRole("button", { name: "Now fill three blanks yourself" }).tap();
    await page.getByRole("button", { name: "Show me" }).tap();
    await page.getByRole("button", { name: "Now on a picture of your own" }).tap();
    await page.locator('[data-pad="0,0"]').tap();
    await expect.poll(() => stateOf(page).set["input[0,0,0]"]).toBe(4);
    await page.getByRole("button", { name: /^Next: / }).tap();
    await expect.poll(() => stateOf(page).step).toBe(6);
  }, 30_000);
});
