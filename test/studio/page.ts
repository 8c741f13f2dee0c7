// The studio in headless Chromium: serves what is built, opens pages of any size and taste, and fails a test whose page errs or asks another origin.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import axeCore from "axe-core";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeEach } from "vitest";
import { root } from "../../scripts/tree.ts";
import { type GivenModel, type ServedPages, servePages } from "../../src/cli/page-server.ts";
import { missing } from "../data.ts";
import { chromium as program } from "../jobs/chromium.ts";

/** The built page; CUTAWAY_STUDIO names another folder with one. */
export const builtPage = process.env.CUTAWAY_STUDIO ?? join(root, "dist/studio");

/** For describe.skipIf: true, and said in one line, where there is no Chromium. */
export const noChromium = missing(program, "the studio in Chromium", "Chromium is not installed");

type Taste = Pick<
  BrowserContextOptions,
  "colorScheme" | "reducedMotion" | "forcedColors" | "hasTouch" | "permissions" | "bypassCSP"
>;

export interface PageWishes extends Taste {
  /** Path and query; "/" unless said. */
  readonly path?: string;
  readonly width?: number;
  readonly height?: number;
  /** What `cutaway studio MODEL` would be given. */
  readonly model?: GivenModel;
  /** Errors that the test itself brings about. */
  readonly expected?: RegExp;
}

interface Watched {
  readonly context: BrowserContext;
  readonly requests: string[];
  readonly complaints: string[];
  /** Whether a test opened it, which it does not outlive. */
  readonly brief: boolean;
}

let browser: Browser | undefined;
let served: ServedPages | undefined;
let inTest = false;
const others: ServedPages[] = [];
const watched = new Map<BrowserContext, Watched>();

beforeEach(() => {
  inTest = true;
});

afterEach(async () => {
  inTest = false;
  const complaints = [...watched.values()].flatMap((each) => each.complaints.splice(0));
  for (const { context, brief } of watched.values()) if (brief) await close(context);
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
});

afterAll(async () => {
  for (const context of watched.keys()) await close(context);
  await browser?.close();
  for (const each of [served, ...others]) await each?.close();
});

async function close(context: BrowserContext): Promise<void> {
  watched.delete(context);
  await context.close();
}

/** Where the studio is served, without a slash at the end. */
export async function origin(): Promise<string> {
  if (!existsSync(join(builtPage, "index.html"))) throw new Error(`${builtPage} is missing. Run: npm run build`);
  served ??= await servePages(builtPage);
  return served.address;
}

async function originFor(model: GivenModel | undefined): Promise<string> {
  const usual = await origin();
  if (!model) return usual;
  const special = await servePages(builtPage, { model });
  others.push(special);
  return special.address;
}

/**
 * Opens a page in a context of its own and waits until its screen is there. One that a test opens is closed after it; one from
 * beforeAll stays for the file. Errors on the console, errors that nobody caught and requests that leave the origin fail the test.
 */
export async function openPage(wishes: PageWishes = {}): Promise<Page> {
  const { path = "/", width = 1440, height = 900, model, expected: _, ...taste } = wishes;
  const address = await originFor(model);
  browser ??= await chromium.launch({
    executablePath: program as string,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
  });
  const context = await browser.newContext({ viewport: { width, height }, ...taste });
  watch(context, address, wishes);
  const page = await context.newPage();
  await page.goto(`${address}${path}`);
  await page.locator("main").first().waitFor();
  return page;
}

function watch(context: BrowserContext, address: string, { expected, model }: PageWishes): void {
  const record: Watched = { context, requests: [], complaints: [], brief: inTest };
  watched.set(context, record);
  const complain = (text: string) => {
    if (!expected?.test(text)) record.complaints.push(text);
  };
  context.on("request", (request) => {
    const url = request.url();
    record.requests.push(url);
    if (!url.startsWith(`${address}/`) && !/^(?:data|blob):/.test(url)) complain(`a request leaves the origin: ${url}`);
  });
  context.on("console", (message) => {
    const { url } = message.location();
    // The page asks whether a model was given; that none was is no fault.
    const none = !model && url === `${address}/model.json`;
    if (message.type() === "error" && !none) complain(`on the console: ${message.text()} (${url})`);
  });
  context.on("weberror", (error) => complain(`nobody caught: ${error.error().stack ?? error.error().message}`));
}

/** Every address that the page's context asked for, in order. */
export function requestsOf(page: Page): readonly string[] {
  return watched.get(page.context())?.requests ?? [];
}

/** Takes what the page is blamed for so far, which then no longer fails the test. */
export function takeComplaints(page: Page): string[] {
  return watched.get(page.context())?.complaints.splice(0) ?? [];
}

interface Finding {
  readonly id: string;
  readonly impact?: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

/** Serious and critical findings of axe-core on the page as it stands, one a line. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeCore.source);
  const run = 'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)';
  const findings: readonly Finding[] = await page.evaluate(run);
  return findings
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, help, nodes }) => {
      const where = nodes.map(({ target, failureSummary = "" }) => `${target.join(" ")} ${failureSummary}`);
      return `${impact} ${id}: ${help}: ${where.join(" | ").replace(/\s+/g, " ")}`;
    });
}

/** Whether the page can be scrolled sideways. */
export function scrolledSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return Math.max(scrollWidth, document.body.scrollWidth) > clientWidth;
  });
}

/** Takes a picture of the page as it stands; gives the path, in a folder that git ignores. */
export async function screenshot(page: Page, name: string, { fullPage = false } = {}): Promise<string> {
  const folder = join(root, "runs/studio");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, fullPage });
  return path;
}
