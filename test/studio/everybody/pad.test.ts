// The draw pad on Net and Trace for everybody: axe, narrow pages, themes, forced colours.
import { beforeAll, describe, expect, test } from "vitest";
import type { Model } from "../../../src/node.ts";
import { drawnDigits, drawnScribbles } from "../drawings.ts";
import { drawByHand, guessOf, pad } from "../hand.ts";
import { choose, digitsModel, openGiven } from "../pad-page.ts";
import { axe, noChromium, openPage, screenshot, scrolledSideways } from "../page.ts";

describe.skipIf(noChromium)("8. the pad, for everybody", () => {
  let model: Model;
  beforeAll(async () => {
    model = await digitsModel();
  }, 60_000);

  test.each([
    ["net", 1440, 900, "light"],
    ["net", 1440, 900, "dark"],
    ["net", 390, 844, "light"],
    ["net", 320, 700, "dark"],
    ["trace", 1440, 900, "dark"],
    ["trace", 390, 844, "light"],
    ["trace", 320, 700, "light"],
  ] as const)("%s, %i×%i, %s: empty, sure and not sure", async (screen, width, height, colorScheme) => {
    const page = await openGiven(model, { path: `/${screen}?model=given`, width, height, colorScheme });
    if (width < 900) await page.getByRole("tab", { name: "Controls" }).click();
    await choose(page, "Your own");
    await pad(page).waitFor();
    await page.locator("[data-guess]:visible").waitFor();
    expect(await axe(page), "nothing drawn").toEqual([]);
    for (const [name, drawing] of [
      ["sure", drawnDigits[3]],
      ["unsure", drawnScribbles[0]],
    ] as const) {
      const clear = page.getByRole("button", { name: "Clear" });
      if (await clear.isEnabled()) await clear.click();
      await pad(page).scrollIntoViewIfNeeded();
      const { sure } = await guessOf(page, await drawByHand(page, drawing ?? []));
      expect(sure).toBe(name === "sure" ? "yes" : "no");
      expect(await axe(page), name).toEqual([]);
      expect(await scrolledSideways(page), name).toBe(false);
      await screenshot(page, `pad-${screen}-${name}-${width}-${colorScheme}`, { fullPage: width < 900 });
    }
  });

  test("painting the lesson's picture, and forced colours", async () => {
    for (const screen of ["net", "trace"]) {
      const path = `/${screen}?picture=own`;
      for (const wishes of [
        { forcedColors: "active" },
        { width: 390, height: 844 },
        { width: 320, height: 700 },
      ] as const) {
        const page = await openPage({ path, ...wishes });
        if ("width" in wishes) await page.getByRole("tab", { name: "Controls" }).click();
        await page.locator("[data-guess]:visible").waitFor();
        expect(await axe(page), `${screen} ${JSON.stringify(wishes)}`).toEqual([]);
        expect(await scrolledSideways(page), screen).toBe(false);
      }
    }
    const page = await openGiven(model, { path: "/net?model=given&picture=own", forcedColors: "active" });
    await guessOf(page, await drawByHand(page, drawnDigits[3] ?? []));
    expect(await axe(page)).toEqual([]);
    await screenshot(page, "pad-net-forced");
  });
});
