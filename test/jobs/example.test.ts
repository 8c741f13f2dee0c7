// examples/browser in headless Chromium: its button trains, its stop button ends it, and it reads what one writes.
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleFolders, type Served, serve } from "../../examples/browser/serve.ts";
import { pageHeaders } from "../../src/cli/page-headers.ts";
import { missing } from "../data.ts";
import { type Browser, chromium, type Page, startChromium } from "./chromium.ts";

describe.skipIf(missing(chromium, "the example in a browser", "Chromium is not installed"))(
  "the browser example",
  () => {
    let served: Served;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      if (!existsSync(exampleFolders[0][1])) throw new Error("dist/ is missing. Run: npm run build");
      served = await serve(exampleFolders, () => pageHeaders);
      browser = await startChromium();
      page = await browser.open(`${served.address}/`);
    });

    afterAll(async () => {
      await browser?.close();
      served?.close();
    });

    /** Waits until an expression is true in the page. */
    const until = (expression: string) =>
      page.evaluate(`new Promise((done) => {
      const look = () => (${expression} ? done() : setTimeout(look, 20));
      look();
    })`);
    const element = (id: string) => `document.getElementById("${id}")`;
    const text = (id: string) => page.evaluate(`${element(id)}.textContent`) as Promise<string>;

    test("trains on threads and stops when it is told to", async () => {
      await until(`${element("train")}?.disabled === false`);
      await page.evaluate(`${element("train")}.click()`);
      await until(`${element("progress")}.value > 0.25`);
      expect(Number(await text("loss"))).toBeGreaterThan(0);
      expect(Number((await text("speed")).replace(",", ""))).toBeGreaterThan(0);
      await page.evaluate(`${element("stop")}.click()`);
      await until(`${element("train")}.disabled === false`);
      const [, accuracy] = /^Stopped\. It reads ([\d.]+) % of 2,000 digits/.exec(await text("state")) ?? [];
      expect(Number(accuracy)).toBeGreaterThan(60);
      expect(Number(await text("threads"))).toBeGreaterThan(1);
    });

    test("reads a stroke from top to bottom as a one", async () => {
      await page.evaluate(`{
      const pad = ${element("pad")};
      const { left, top } = pad.getBoundingClientRect();
      const point = (kind, x, y) =>
        pad.dispatchEvent(new PointerEvent(kind, { clientX: left + x, clientY: top + y, bubbles: true }));
      point("pointerdown", 150, 40);
      for (let y = 50; y <= 240; y += 10) point("pointermove", 150 - y / 20, y);
      point("pointerup", 140, 240);
    }`);
      await until(`${element("guess")}.textContent === "1"`);
      const shares = await page.evaluate(`[...document.querySelectorAll("#bars progress")].map(({ value }) => value)`);
      expect((shares as number[]).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      await page.evaluate(`${element("clear")}.click()`);
      expect(await text("guess")).toBe("–");
    });
  },
);
