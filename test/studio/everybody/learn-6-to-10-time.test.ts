// Learn, steps 6 to 10, in time: one stage at t, however one comes there, and no animation that runs by itself.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { noChromium } from "../page.ts";
import { stageOf } from "../stage.ts";
import { openStep, stateOf } from "../steps.ts";

const steps = [6, 7, 8, 9, 10];
const at = (step: number, t: number) => `/learn/${step}?part=watch&t=${t}`;

/** Moves the time bar's slider by quarters of a beat. */
async function slide(page: Page, key: "ArrowLeft" | "ArrowRight", quarters: number): Promise<void> {
  await page.locator("footer [role=slider]").focus();
  for (let k = 0; k < quarters; k++) await page.keyboard.press(key);
}

describe.skipIf(noChromium)("Learn 6 to 10, in time", () => {
  test.for(steps)("6: step %i at t is one stage by address, scrub, reverse and play", async (step) => {
    const page = await openStep(at(step, 6));
    const wanted = await stageOf(page);
    await slide(page, "ArrowRight", 6);
    expect((await stageOf(page)) === wanted, "elsewhere in time it is another").toBe(false);
    await slide(page, "ArrowLeft", 14);
    await slide(page, "ArrowRight", 8);
    await expect.poll(() => stateOf(page).t).toBe(6);
    expect((await stageOf(page)) === wanted, "back and forth").toBe(true);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await slide(page, "ArrowLeft", 4);
    await page.getByRole("button", { name: "Play" }).click();
    await expect.poll(() => stateOf(page).t, { interval: 20, timeout: 10_000 }).toBeGreaterThan(5);
    await page.getByRole("button", { name: "Pause" }).click();
    const played = await stageOf(page);
    const direct = await openStep(at(step, stateOf(page).t), { reducedMotion: "reduce" });
    expect((await stageOf(direct)) === played, "played").toBe(true);
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  });
});
