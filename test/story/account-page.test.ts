// The page of a number in a browser: nothing asked for, nothing complained about, no sideways scroll, nothing serious found by axe-core.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explain } from "../../src/story/explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../../src/story/lesson6.ts";
import { accountToHtml } from "../../src/story/picture/account-page.ts";
import { largestIn } from "../../src/story/picture/rows.ts";
import { chromium as executablePath } from "../jobs/chromium.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
const addresses = [
  "grad:conv1.kernel[0,0,0,0]",
  "pool1.out[0,1,0]",
  "loss",
  "next:conv1.kernel[0,0,0,0]",
  "input[2,2,0]",
];

describe.skipIf(executablePath === undefined)("in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath as string, args: ["--no-sandbox"] });
  }, 60_000);
  afterAll(() => browser?.close());

  test.each(addresses.flatMap((address) => [[address, "light", 1000] as const, [address, "dark", 390] as const]))(
    "%s, %s, %d pixels wide",
    async (address, colorScheme, width) => {
      // axe-core is put into the page from outside, which its own policy forbids.
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
      const page = await context.newPage();
      const heard: string[] = [];
      page.on("console", (message) => heard.push(message.text()));
      page.on("pageerror", (error) => heard.push(String(error)));
      page.on("request", (request) => heard.push(request.url()));
      await page.setContent(accountToHtml(opened.at(address), opened.network, largestIn(opened)));
      const [wide, background] = (await page.evaluate(
        "[document.documentElement.scrollWidth - innerWidth, getComputedStyle(document.body).backgroundColor]",
      )) as [number, string];
      expect(wide).toBeLessThanOrEqual(0);
      expect(background).toBe(colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(18, 19, 22)");
      await page.evaluate(axe);
      const found = await page.evaluate("axe.run().then(({ violations }) => violations.map(({ id }) => id))");
      expect(found).toEqual([]);
      expect(heard).toEqual([]);
      await context.close();
    },
    30_000,
  );
});
