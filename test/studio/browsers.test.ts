// The studio in Firefox and in WebKit: the page opens isolated, its worker computes the sum of step 2, a click opens another one, and nothing errs.
import { existsSync } from "node:fs";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missing } from "../data.ts";
import { origin } from "./page.ts";
import { hasWebKit, startWebKit, type WebKit } from "./webkit.ts";

const firefox = ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find((path) => existsSync(path));
const noFirefox = missing(firefox, "the studio in Firefox", "Firefox is not installed");
const noWebKit = missing(hasWebKit, "the studio in WebKit", "webkit2gtk-driver or xvfb is not installed");

const path = "/learn/2?part=watch&at=conv1.out[0,0,0]";

/** What the page shows of the sum that is held; undefined while it shows none. */
interface Shown {
  readonly isolated: boolean;
  readonly held: string | null;
  readonly terms: readonly number[];
  readonly residual: string | null;
  readonly value: string | null;
  readonly alerts: number;
}

/** A function's body: plain enough for both drivers. */
const look = `
  const sum = document.querySelector('#sheet-number [data-testid="sum"]');
  if (!sum) return undefined;
  const held = new URLSearchParams(location.search).get("at");
  const cell = document.querySelector('[role="gridcell"][data-addr="' + held + '"]');
  return {
    isolated: crossOriginIsolated,
    held,
    terms: [...sum.querySelectorAll("[data-term]")].map((row) => Number(row.dataset.term)),
    residual: sum.getAttribute("data-residual"),
    value: cell && cell.getAttribute("data-value"),
    alerts: document.querySelectorAll('[role="alert"]').length,
  };`;

const clickNext = `document.querySelector('[role="gridcell"][data-addr="conv1.out[0,1,0]"]').click();`;

/** The page's sum, once it shows one of that number. */
async function shown(run: (body: string) => Promise<unknown>, address: string): Promise<Shown> {
  for (const start = performance.now(); ; await new Promise((again) => setTimeout(again, 50))) {
    const found = (await run(look)) as Shown | null | undefined;
    if (found && found.held === address && found.value !== null) return found;
    if (performance.now() - start > 20_000) throw new Error(`no sum of ${address}: ${JSON.stringify(found)}`);
  }
}

async function expectSums(run: (body: string) => Promise<unknown>): Promise<void> {
  const add = (terms: readonly number[]) => terms.reduce((sum, term) => sum + term, 0);
  const first = await shown(run, "conv1.out[0,0,0]");
  expect(first).toMatchObject({ isolated: true, value: "-6", residual: "0", alerts: 0 });
  expect(first.terms).toHaveLength(9);
  expect(add(first.terms)).toBe(-6);
  await run(clickNext);
  const next = await shown(run, "conv1.out[0,1,0]");
  expect(next).toMatchObject({ residual: "0", alerts: 0 });
  expect(String(add(next.terms))).toBe(next.value);
}

describe.skipIf(noFirefox)("Firefox", () => {
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    const address = await origin();
    browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox as string, headless: true });
    page = await browser.newPage();
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("request", (request) => requests.push(request.url()));
    await page.setViewport({ width: 1440, height: 900 });
    await page.goto(`${address}${path}`);
  }, 120_000);
  afterAll(() => browser?.close());

  test("shows the sums of step 2, and asks nobody else", async () => {
    await expectSums((body) => page.evaluate(`(() => {${body}})()`));
    expect(errors).toEqual([]);
    const address = await origin();
    expect(requests.filter((url) => !url.startsWith(`${address}/`))).toEqual([]);
    expect(requests.length).toBeGreaterThan(4);
  });
});

describe.skipIf(noWebKit)("WebKit", () => {
  let webkit: WebKit;

  beforeAll(async () => {
    const address = await origin();
    webkit = await startWebKit();
    await webkit.open(`${address}${path}`);
  }, 120_000);
  afterAll(() => webkit?.close());

  test("shows the sums of step 2", async () => {
    await webkit.run('window.faults = []; addEventListener("error", (event) => faults.push(event.message));');
    await webkit.run('addEventListener("unhandledrejection", (event) => faults.push(String(event.reason)));');
    await expectSums((body) => webkit.run(body));
    expect(await webkit.run("return window.faults")).toEqual([]);
  });
});
