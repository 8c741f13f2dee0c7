// The report in headless Chromium: silent, still, narrow enough, accessible; its numbers are the story's, its pictures have the exact fills.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { type Browser, chromium as engine, type Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Story } from "../../src/story/document/story.ts";
import { tellStory } from "../../src/story/document/tell.ts";
import { lesson6, lesson6Image, lesson6Label } from "../../src/story/lesson6.ts";
import { fillOf, type Theme } from "../../src/story/look/colours.ts";
import type { Scale } from "../../src/story/look/scales.ts";
import { addressOf, isSmall } from "../../src/story/report/planes.ts";
import { storyToHtml } from "../../src/story/report/report.ts";
import { missing } from "../data.ts";
import { chromium } from "../jobs/chromium.ts";
import { colourStory, numbersOf, presetStory, tensorsOf } from "./report-stories.ts";

const folder = mkdtempSync(join(tmpdir(), "cutaway-report-"));
const themes: readonly Theme[] = ["light", "dark"];

/** What a page must show as cells: all small tensors, but for the next values of what is not trained. */
function dueAddresses(story: Story): string[] {
  const frozen = story.layers.flatMap(({ parameters }) => parameters.filter(({ trainable }) => !trainable));
  const left = new Set(frozen.map(({ next }) => next.name));
  const small = tensorsOf(story).filter((tensor) => isSmall(tensor) && !left.has(tensor.name));
  return small.flatMap((tensor) => tensor.values.map((_, k) => addressOf(tensor, k)));
}

/** The flat positions of a picture's pixels, row first: H×W×C by channel, kernels with a filter's channels side by side, what is flat as the
 * maps it was made of. */
function pixelsOf(shape: readonly number[], plane: number, maps: readonly number[]): number[] {
  const grid = (rows: number, columns: number, at: (i: number, j: number) => number) =>
    Array.from({ length: rows * columns }, (_, k) => at(Math.floor(k / columns), k % columns));
  if (shape.length === 3) return grid(shape[0], shape[1], (i, j) => (i * shape[1] + j) * shape[2] + plane);
  if (shape.length === 4) {
    const [kh, kw, inputs, outputs] = shape;
    return grid(kh, kw * inputs, (i, j) => ((i * kw + (j % kw)) * inputs + Math.floor(j / kw)) * outputs + plane);
  }
  const [units, [rows, columns, channels]] = [shape[1] ?? 1, maps];
  const at = (i: number, j: number) => (i * columns + (j % columns)) * channels + Math.floor(j / columns);
  return grid(rows, columns * channels, (i, j) => at(i, j) * units + plane);
}

interface Drawn {
  readonly map: string;
  readonly plane: number;
  readonly light: string;
  readonly dark: string | null;
}

async function coloursIn(uri: string): Promise<string[]> {
  const bytes = Buffer.from(uri.slice(uri.indexOf(",") + 1), "base64");
  const { data, info } = await sharp(bytes)
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixel = (k: number) => data.subarray(k * info.channels, k * info.channels + 3).toString("hex");
  return Array.from({ length: info.width * info.height }, (_, k) => `#${pixel(k)}`);
}

/** Pictures whose pixels are not exactly the fills of their numbers. */
async function wrongPictures(story: Story, drawn: readonly Drawn[]): Promise<string[]> {
  const tensors = new Map(tensorsOf(story).map((tensor) => [tensor.name, tensor]));
  const maps = new Map(story.attention.map((map) => [`${map.kind}(${map.target})`, map]));
  const flattened = story.layers.map(({ output }) => output.shape).findLast((shape) => shape.length === 3)!;
  const wrong: string[] = [];
  for (const { map, plane, light, dark } of drawn) {
    const tensor = tensors.get(map);
    const [scale, values]: [Scale, readonly number[]] = tensor
      ? [tensor, pixelsOf(tensor.shape, plane, flattened).map((k) => tensor.values[k])]
      : [maps.get(map)!, maps.get(map)!.values];
    for (const [theme, uri] of [
      ["light", light],
      ["dark", dark ?? light],
    ] as const) {
      const colours = await coloursIn(uri);
      const right = values.every((value, k) => fillOf(scale, value, theme) === colours[k]);
      if (!right || colours.length !== values.length) wrong.push(`${map} ${plane} ${theme}`);
    }
  }
  return wrong;
}

describe.skipIf(missing(chromium, "the report in a browser", "Chromium is not installed"))("the report", () => {
  let browser: Browser;
  const stories = new Map<string, Story>();
  const html = new Map<string, string>();

  beforeAll(async () => {
    browser = await engine.launch({
      executablePath: chromium!,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
    stories.set("lesson6", await tellStory(lesson6(), { input: lesson6Image, label: lesson6Label, title: "lesson6" }));
    stories.set("preset", await presetStory());
    stories.set("colour", await colourStory());
    for (const [name, story] of stories) {
      html.set(name, storyToHtml(story));
      writeFileSync(join(folder, `${name}.html`), html.get(name)!);
    }
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const pages = new Map<string, { readonly page: Page; readonly heard: string[] }>();

  /** Opens a report, once a theme, and hears everything that it says or asks for. */
  async function open(name: string, theme: Theme, width: number, look: (page: Page) => Promise<void>): Promise<void> {
    const address = pathToFileURL(join(folder, `${name}.html`)).href;
    const known = pages.get(`${name} ${theme}`);
    const { page, heard } = known ?? (await start(theme));
    pages.set(`${name} ${theme}`, { page, heard });
    await page.setViewportSize({ width, height: 800 });
    if (!known) await page.goto(address);
    await look(page);
    expect(heard).toEqual([address]);
  }

  async function start(theme: Theme): Promise<{ page: Page; heard: string[] }> {
    const context = await browser.newContext({ colorScheme: theme });
    const page = await context.newPage();
    const heard: string[] = [];
    page.on("console", (message) => heard.push(message.text()));
    page.on("pageerror", (error) => heard.push(error.message));
    page.on("request", (request) => request.url().startsWith("data:") || heard.push(request.url()));
    return { page, heard };
  }

  const names = ["lesson6", "preset", "colour"];

  test.each(names)("%s: every number is the story's, every small tensor is there", async (name) => {
    const story = stories.get(name)!;
    await open(name, "light", 1280, async (page) => {
      const cells = await page.$$eval("[data-addr]", (all) =>
        all.map((cell) => [cell.getAttribute("data-addr"), cell.getAttribute("data-value")] as [string, string]),
      );
      const numbers = numbersOf(story);
      expect(cells.filter(([address, value]) => numbers.get(address) !== Number(value))).toEqual([]);
      const shown = new Set(cells.map(([address]) => address));
      expect(dueAddresses(story).filter((address) => !shown.has(address))).toEqual([]);
      expect(cells.length).toBeGreaterThan(300);
    });
  });

  test.each(names)("%s: pictures have exactly the fills of their numbers, cells too, on both themes", async (name) => {
    const story = stories.get(name)!;
    const numbers = numbersOf(story);
    for (const theme of themes) {
      await open(name, theme, 1280, async (page) => {
        const drawn = await page.$$eval("img[data-map]", (all) =>
          all.map((image) => ({
            map: image.getAttribute("data-map")!,
            plane: Number(image.getAttribute("data-plane")),
            light: image.getAttribute("src")!,
            dark: image.parentElement?.querySelector("source")?.getAttribute("srcset") ?? null,
            seen: (image as HTMLImageElement).currentSrc,
            alt: (image as HTMLImageElement).alt,
          })),
        );
        expect(drawn.filter(({ light, dark, seen }) => seen !== (theme === "dark" ? (dark ?? light) : light))).toEqual(
          [],
        );
        expect(drawn.filter(({ alt, map }) => !alt.startsWith(map) || !/\d×\d.*, from /.test(alt))).toEqual([]);
        if (theme === "light") expect(await wrongPictures(story, drawn)).toEqual([]);
        const fills = await page.$$eval(".cells .c, .list .c", (all) =>
          all.map((cell) => [cell.getAttribute("data-addr")!, getComputedStyle(cell).backgroundColor] as const),
        );
        const scales = new Map<string, Scale>([
          ...tensorsOf(story).map((tensor) => [tensor.name, tensor] as const),
          ...story.attention.map((map) => [`${map.kind}(${map.target})`, map] as const),
        ]);
        const off = fills.filter(([address, colour]) => {
          const scale = scales.get(address.replace(/\[[\d,]*\]$/, ""))!;
          const rgb = colour.match(/\d+/g)!.map((part) => Number(part).toString(16).padStart(2, "0"));
          return fillOf(scale, numbers.get(address)!, theme) !== `#${rgb.join("")}`;
        });
        expect(off).toEqual([]);
      });
    }
  });

  test.each(names)("%s never scrolls sideways", async (name) => {
    await open(name, "light", 320, async (page) => {
      for (const width of [320, 390, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(`${width}: ${wide}`).toBe(`${width}: 0`);
      }
    });
  });

  test.each(
    names.flatMap((name) => themes.map((theme) => [name, theme] as const)).filter(([name]) => name !== "colour"),
  )("%s, %s: axe finds nothing serious or critical", async (name, theme) => {
    await open(name, theme, name === "lesson6" ? 390 : 1280, async (page) => {
      await page.evaluate(axe.source);
      const found = await page.evaluate(async () => {
        const { violations, passes } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
        const bad = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        return { bad: bad.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`), passed: passes.length };
      });
      expect(found.bad).toEqual([]);
      expect(found.passed).toBeGreaterThan(10);
    });
  });

  test("the preset's file stays under 500 kB", () => {
    expect(Buffer.byteLength(html.get("preset")!)).toBeLessThan(500_000);
  });

  test("sums in MathML, sentences from the numbers, nothing that runs", async () => {
    await open("lesson6", "light", 1280, async (page) => {
      const text = await page.evaluate(() => document.body.innerText);
      for (const part of ["The network says diagonal. The label says vertical.", "1.201636", "1.201637", "1.204271"])
        expect(text).toContain(part);
      expect(await page.$$eval("#weights .sum math", (all) => all.length)).toBe(20);
      expect(await page.$$eval("tr.held th", (all) => all.map((cell) => cell.textContent))).toEqual(["vertical label"]);
      expect(
        await page.$$eval("nav a", (all) => all.filter((a) => !document.querySelector(a.getAttribute("href")!)).length),
      ).toBe(0);
    });
    const polite = html.get("colour")!;
    expect(polite).not.toContain("<script");
    expect(polite).not.toContain("<b>cat");
    expect(polite).toContain("&lt;b&gt;cat");
  });

  test("another picture gives other numbers", async () => {
    const image = lesson6Image.map((pixel, k) => (k === 14 ? 153 : pixel));
    const story = await tellStory(lesson6(), { input: image, label: 0, title: "lesson6", proof: { numbers: 5 } });
    const changed = storyToHtml(story);
    const value = (page: string, address: string) =>
      page.split(`data-addr="${address}" data-value="`)[1]?.split('"')[0];
    expect([value(html.get("lesson6")!, "logits[0]"), value(changed, "logits[0]")]).toEqual(["2.0625", "2.21875"]);
  });
});
