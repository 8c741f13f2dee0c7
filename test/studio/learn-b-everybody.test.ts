// Learn, steps 6 to 10, in time and for everybody: one stage at t, no running animation, axe, narrow pages.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axe, noChromium, scrolledSideways } from "./page.ts";
import { openStep } from "./steps.ts";

const steps = [6, 7, 8, 9, 10];

/** The stage once all its accounts have come. */
async function stageAt(page: Page): Promise<string> {
  let before = "";
  await expect
    .poll(
      async () => {
        const now = await page.locator("#stage").innerHTML();
        const same = now === before && !now.includes("tbody><!----></tbody>");
        before = now;
        return same;
      },
      { interval: 200, timeout: 10_000 },
    )
    .toBe(true);
  return before;
}

/** Moves the time bar's slider by quarters of a beat. */
async function slide(page: Page, key: "ArrowLeft" | "ArrowRight", quarters: number): Promise<void> {
  await page.locator("footer [role=slider]").focus();
  for (let k = 0; k < quarters; k++) await page.keyboard.press(key);
}

describe.skipIf(noChromium)("Learn 6 to 10, in time and for everybody", () => {
  test.for(steps)("6: step %i at t is one stage by address, scrub, reverse and play", async (step) => {
    const at = (t: number) => `/learn/${step}?part=watch&t=${t}`;
    const wanted = await stageAt(await openStep(at(6)));
    const scrubbed = await openStep(at(4));
    await slide(scrubbed, "ArrowRight", 8);
    expect(await stageAt(scrubbed)).toBe(wanted);
    const reversed = await openStep(at(8));
    await slide(reversed, "ArrowLeft", 8);
    expect(await stageAt(reversed)).toBe(wanted);
    // With reduced motion a beat jumps to its end, so that play can be stopped there.
    const played = await openStep(at(5), { reducedMotion: "reduce" });
    await played.getByRole("button", { name: "Play" }).click();
    await expect.poll(() => new URL(played.url()).searchParams.get("t"), { interval: 20 }).toBe("6");
    await played.getByRole("button", { name: "Pause" }).click();
    expect(new URL(played.url()).searchParams.get("t")).toBe("6");
    expect(await stageAt(played)).toBe(wanted);
    expect(await played.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  test.for(steps)("8: step %i has no serious finding and no sideways scroll", async (step) => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await openStep(`/learn/${step}?part=watch`, { colorScheme });
      await stageAt(page);
      expect(await axe(page), `${colorScheme}, desktop`).toEqual([]);
      for (const [width, height] of [
        [390, 844],
        [320, 700],
      ] as const) {
        await page.setViewportSize({ width, height });
        await stageAt(page);
        expect(await scrolledSideways(page), `${width} px wide`).toBe(false);
      }
      expect(await axe(page), `${colorScheme}, phone`).toEqual([]);
      await page.close();
    }
    const asked = await openStep(`/learn/${step}`, { width: 390, height: 844, forcedColors: "active" });
    await stageAt(asked);
    expect(await axe(asked), "forced colours, asked").toEqual([]);
  });
});
