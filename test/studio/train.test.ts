// Check 10 and the second half of check 2: a run in the page, its model in Node, drawings and scribbles, its numbers re-added, its steps in Trace.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits/digits.ts";
import { drawStrokes } from "../../src/data/digits/strokes.ts";
import { loadData } from "../../src/host/node/data.ts";
import { nodeHost } from "../../src/host/node/host.ts";
import { loadModel } from "../../src/io/model-file.ts";
import type { Model } from "../../src/nn/model.ts";
import { evaluate } from "../../src/train/evaluate.ts";
import { unpackStrokes } from "../../studio/src/engine/strokes.ts";
import { dataPath, missing } from "../data.ts";
import { drawnDigits, drawnScribbles } from "./drawings.ts";
import { guessOf } from "./hand.ts";
import { noChromium, openPage, screenshot } from "./page.ts";
import { draw, press, standing, steps } from "./training.ts";

async function fromDownload(page: Page): Promise<Model> {
  const [download] = await Promise.all([page.waitForEvent("download"), press(page, "Download the model")]);
  const model = loadModel(new Uint8Array(readFileSync(await download.path())), download.suggestedFilename());
  model.host = nodeHost;
  return model;
}

/** The longest time from an input to the frame that answers it, as the browser measures it: 16 ms and less are not told. */
function watchInput(page: Page): Promise<void> {
  return page.evaluate(() => {
    const told: number[] = [];
    Object.assign(window, { told });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) told.push(duration);
    }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  });
}

describe.skipIf(noChromium)("10. a run on the digits", () => {
  let page: Page;
  beforeAll(async () => {
    page = await openPage({ path: "/train" });
    await standing(page, "ready");
  }, 60_000);

  test("trains within the time, and the page answers input meanwhile", async () => {
    await watchInput(page);
    const begun = performance.now();
    await press(page, "Train");
    await standing(page, "running");
    await page.locator("[data-pad]").focus();
    while ((await page.locator("[data-standing]").getAttribute("data-standing")) === "running") {
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowLeft");
    }
    const seconds = (performance.now() - begun) / 1000;
    await page.locator("[data-final]").waitFor({ timeout: 60_000 });
    const accuracy = Number(await page.locator("[data-final]").getAttribute("data-final"));
    const told = await page.evaluate(() => (window as unknown as { told: number[] }).told);
    const waits = told.toSorted((a, b) => a - b);
    const [usual, longest] = [waits[Math.floor(0.95 * waits.length)], waits[waits.length - 1]];
    process.stdout.write(
      `a run in the page: ${(100 * accuracy).toFixed(2)} % of 4,000 test digits after ${seconds.toFixed(1)} s; ` +
        `input was answered within ${usual} ms in 95 of 100 cases, ${longest} ms at most (of ${waits.length} that took 16 ms or more)\n`,
    );
    expect(accuracy).toBeGreaterThanOrEqual(0.97);
    expect(seconds).toBeLessThan(3 * 30);
    // Another test at work on the same two cores makes single inputs wait; the page itself would make many wait.
    expect(usual).toBeLessThan(3 * 100);
    await screenshot(page, "train-done");
  }, 120_000);

  test("drawn digits are read, scribbles are not sure, and the downloaded model gives the same bits in Node", async () => {
    const model = await fromDownload(page);
    const right: boolean[] = [];
    const unsure: boolean[] = [];
    for (const [k, drawing] of [...drawnDigits, ...drawnScribbles].entries()) {
      const packed = await draw(page, drawing);
      const told = await guessOf(page, packed);
      if (k < 10) right.push(told.guess === String(k));
      else unsure.push(told.sure === "no");
      const own = await model.predict(drawStrokes(unpackStrokes(packed) ?? []));
      expect(told.probs).toEqual([...own.probs]);
      expect(told.sure).toBe(own.sure ? "yes" : "no");
    }
    process.stdout.write(`digits read right: ${right.map(Number)}; scribbles not sure: ${unsure.map(Number)}\n`);
    expect(right.filter(Boolean).length).toBeGreaterThanOrEqual(9);
    expect(unsure.filter(Boolean).length).toBeGreaterThanOrEqual(8);
    const { accuracy, confusion } = await evaluate(model, digits({ split: "test" }));
    expect(String(accuracy)).toBe(await page.locator("[data-final]").getAttribute("data-final"));
    const shown = await page
      .locator("td.cell")
      .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset.value)));
    expect(shown).toEqual(confusion.flat());
  }, 60_000);

  const handwriting = dataPath("mnist");
  const reads = "a network that the page trained on drawn digits reads real handwriting";
  test.skipIf(missing(handwriting, reads, "MNIST is not in the data folder (CUTAWAY_DATA)"))(
    reads,
    async () => {
      const { test: real } = await loadData(handwriting ?? "");
      const { accuracy, count } = await evaluate(await fromDownload(page), real);
      process.stdout.write(`a run in the page: ${(100 * accuracy).toFixed(2)} % of ${count} pictures of MNIST\n`);
      expect(accuracy).toBeGreaterThanOrEqual(0.96);
    },
    60_000,
  );

  test("2. of 100 numbers of the trained network the terms in order and the residual give the value", async () => {
    const places = [
      "conv1.kernel",
      "grad:conv1.kernel",
      "conv1.out",
      "relu1.out",
      "pool1.out",
      "conv2.out",
      "grad:conv2.kernel",
      "grad:conv1.out",
      "logits",
      "probs",
    ];
    const extents: Readonly<Record<string, readonly number[]>> = {
      kernel: [3, 3, 1, 8],
      conv1: [26, 26, 8],
      relu1: [26, 26, 8],
      pool1: [13, 13, 8],
      conv2: [11, 11, 16],
      conv2k: [3, 3, 8, 16],
      logits: [10],
      probs: [10],
    };
    const extentOf = (place: string) =>
      extents[
        place.includes("conv2.kernel")
          ? "conv2k"
          : place.endsWith("kernel")
            ? "kernel"
            : place.replace("grad:", "").split(".")[0]
      ];
    const residuals: number[] = [];
    for (let k = 0; k < 100; k++) {
      const place = places[k % places.length];
      const address = `${place}[${extentOf(place).map((size, axis) => (k * 7 + axis * 5 + 3) % size)}]`;
      await page.evaluate((at) => {
        const url = new URL(location.href);
        url.searchParams.set("at", at);
        history.pushState(null, "", url);
        dispatchEvent(new PopStateEvent("popstate"));
      }, address);
      await page.locator(`#sheet-number .big[data-addr="${address}"]`).waitFor();
      const told = await page.evaluate(() => {
        const value = Number(document.querySelector<HTMLElement>("#sheet-number .big")?.dataset.value);
        const sum = document.querySelector<HTMLElement>("#sheet-number [data-testid=sum]");
        const terms = [...(sum?.querySelectorAll<HTMLElement>("[data-term]") ?? [])].map(({ dataset }) =>
          Number(dataset.term),
        );
        const { combine = "copy", residual = "0", bound = "0" } = sum?.dataset ?? {};
        const { dtype } = document.querySelector<HTMLElement>("#sheet-number [data-dtype]")?.dataset ?? {};
        return { value, terms, combine, dtype, residual: Number(residual), bound: Number(bound) };
      });
      expect([told.dtype, Math.fround(told.value)], address).toEqual(["f32", told.value]);
      expect(Math.abs(told.residual), address).toBeLessThanOrEqual(told.bound);
      if (told.combine === "sum")
        expect(told.terms.reduce((sum, term) => sum + term, 0) + told.residual, address).toBe(told.value);
      residuals.push(told.residual);
    }
    // The fast engine rounds: sums whose residual were always 0 would be the reference's.
    expect(residuals.filter((residual) => residual !== 0).length).toBeGreaterThan(20);
  }, 90_000);

  test("a kept step is looked at, and opens in Trace", async () => {
    await page.getByRole("slider", { name: "Steps" }).focus();
    await page.keyboard.press("Home");
    await expect.poll(() => steps(page)).toBe("0");
    await press(page, /^Open step 0 in Trace/);
    await expect.poll(() => new URL(page.url()).pathname).toBe("/trace");
    expect(new URL(page.url()).searchParams.get("model")).toBe("run1@0");
    await page.locator("main [data-addr]").first().waitFor();
    await expect.poll(() => page.locator("[data-code]").count()).toBe(0);
    await expect.poll(() => page.locator("select.menu").count()).toBe(1);
  }, 40_000);
});
