// The README's pictures are what the page shows: taken anew and compared, small and in grey. CUTAWAY_PICTURES=write (npm run pictures) keeps the new ones.
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { readText, root } from "../../scripts/tree.ts";
import { noChromium, openPage, screenshot } from "./page.ts";

const folder = "docs/studio";
const pictures = [
  { name: "learn", path: "/learn/2?part=watch&t=11.5", colorScheme: "light", ready: '[data-testid="sum"]' },
  { name: "trace", path: "/trace?direction=backward&t=4.6", colorScheme: "dark", ready: '[data-testid="sum"]' },
] as const;

/** Grey levels of a picture, a few dozen a side: fonts may differ between machines by less than that. */
const gist = (path: string) => sharp(path).resize(72, 45, { fit: "fill" }).greyscale().raw().toBuffer();

describe.skipIf(noChromium)("the README's pictures", () => {
  test.each(pictures)("$name", async ({ name, path, colorScheme, ready }) => {
    const page = await openPage({ path, colorScheme });
    await page.locator(ready).first().waitFor();
    await page.waitForLoadState("networkidle");
    await page.evaluate(() => document.fonts.ready);
    const taken = await screenshot(page, `readme-${name}`);
    const kept = join(root, folder, `${name}.png`);
    if (process.env.CUTAWAY_PICTURES === "write") {
      mkdirSync(join(root, folder), { recursive: true });
      copyFileSync(taken, kept);
    }
    expect(existsSync(kept), `${folder}/${name}.png is missing. Run: npm run pictures`).toBe(true);
    const [now, then] = await Promise.all([gist(taken), gist(kept)]);
    const difference = now.reduce((sum, grey, k) => sum + Math.abs(grey - then[k]), 0) / now.length;
    expect(difference, "mean difference in grey levels; npm run pictures takes them anew").toBeLessThan(4);
    expect(readText("README.md")).toContain(`${folder}/${name}.png`);
  });
});
