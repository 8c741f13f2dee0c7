// Learn, steps 6 to 10, for everybody: axe in both themes and in forced colours, narrow pages.
import { describe, expect, test } from "vitest";
import { axe, noChromium, scrolledSideways } from "../page.ts";
import { stageOf } from "../stage.ts";
import { openStep } from "../steps.ts";

const steps = [6, 7, 8, 9, 10];

describe.skipIf(noChromium)("Learn 6 to 10, for everybody", () => {
  test.for(steps)("8: step %i has no serious finding and no sideways scroll", async (step) => {
    const page = await openStep(`/learn/${step}?part=watch`);
    await stageOf(page);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axe(page), `${colorScheme}, desktop`).toEqual([]);
    }
    for (const [width, height] of [
      [390, 844],
      [320, 700],
    ] as const) {
      await page.setViewportSize({ width, height });
      await stageOf(page);
      expect(await scrolledSideways(page), `${width} px wide`).toBe(false);
      expect(await axe(page), `${width} px wide`).toEqual([]);
    }
    const asked = await openStep(`/learn/${step}`, { width: 390, height: 844, forcedColors: "active" });
    await stageOf(asked);
    expect(await axe(asked), "forced colours, asked").toEqual([]);
  });
});
