// A stage saved as a picture: every number of the stage is in it, in the light colours, also from a dark page, and the page stays dark.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { fillOf } from "../../src/story.ts";
import { noChromium, openPage } from "./page.ts";

async function saved(page: Page): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByLabel("Save the stage as SVG").click(),
  ]);
  return readFileSync(await download.path(), "utf8");
}

/** "#rrggbb" of a browser's "rgb(1, 2, 3)". */
const hex = (colour: string) =>
  `#${[...colour.matchAll(/\d+/g)].map(([part]) => Number(part).toString(16).padStart(2, "0")).join("")}`;

describe.skipIf(noChromium)("the stage as SVG", () => {
  test.each(["/learn/2?part=watch&t=14", "/trace?direction=backward&t=4.6"])("%s", async (path) => {
    const page = await openPage({ path, colorScheme: "dark" });
    await page.locator("#stage [role=gridcell][data-addr]").first().waitFor();
    const cells = await page.$$eval("#stage [data-addr]", (found) =>
      found
        .filter((cell) => cell.checkVisibility({ visibilityProperty: true }))
        .map((cell) => [cell.getAttribute("data-addr"), cell.getAttribute("data-value")]),
    );
    const surface = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const svg = await saved(page);
    const drawn = [...svg.matchAll(/<g data-addr="([^"]*)" data-value="([^"]*)">/g)].map(([, address, value]) => [
      address,
      value,
    ]);
    expect(cells.length).toBeGreaterThan(20);
    expect(drawn).toEqual(cells);
    expect(svg).toContain('<rect width="');
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(surface);
    const [, fill] = /data-addr="conv1\.kernel\[0,0,0,0\]"[^>]*><rect [^>]*fill="([^"]+)"/.exec(svg) ?? [];
    if (path.startsWith("/learn")) {
      expect(hex(fill)).toBe(fillOf({ role: "signed", gradient: false, domain: 1 }, 1, "light"));
    }
    // The file is a picture for a browser too: it parses and has a size.
    const problem = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
      return parsed.querySelector("parsererror")?.textContent ?? parsed.documentElement.getAttribute("viewBox");
    }, svg);
    expect(problem).toMatch(/^0 0 \d+ \d+$/);
  });
});
