// Check 8 on Train: axe-core, no sideways scroll, both themes, desktop, phone and the narrowest.
import { describe, expect, test } from "vitest";
import { axe, noChromium, openPage, screenshot, scrolledSideways } from "../page.ts";
import { standing } from "../training.ts";

describe.skipIf(noChromium)("8. for everybody", () => {
  test.each([
    [1440, 900, "light"],
    [1440, 900, "dark"],
    [390, 844, "light"],
    [320, 700, "dark"],
  ] as const)(
    "%i×%i, %s",
    async (width, height, colorScheme) => {
      const page = await openPage({ path: "/train", width, height, colorScheme });
      await standing(page, "ready");
      for (const tab of width < 900 ? [0, 1, 2] : [-1]) {
        if (tab >= 0) await page.getByRole("tab").nth(tab).click();
        expect(await axe(page)).toEqual([]);
        expect(await scrolledSideways(page)).toBe(false);
      }
      await screenshot(page, `train-${width}-${colorScheme}`, { fullPage: true });
    },
    40_000,
  );
});
