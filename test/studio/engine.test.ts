// Who computes: float32 models on the fast engine, what happens where a page has none, and workers that end without a word.
import type { Page, Worker } from "playwright-core";
import { describe, expect, test } from "vitest";
import { pageHeaders } from "../../src/cli/page-headers.ts";
import { explain, type Model } from "../../src/node.ts";
import { nudge, whatIf } from "../../src/story.ts";
import { cellOf, offsetOf, splitAddress } from "../../studio/src/cells.ts";
import { fastModel } from "./net-models.ts";
import { big, openFile, soon, visit } from "./net-page.ts";
import { noChromium, openPage } from "./page.ts";

const at = "conv1.out[2,3,1]";
const panel = (page: Page) => page.locator("#sheet-number");
const computing = (page: Page): Worker => {
  const found = page.workers().find((worker) => /\/worker-[^/]*\.js$/.test(worker.url()));
  if (!found) throw new Error("no worker computes");
  return found;
};

/** A script in front of the worker's: it ends where it would send its first answer. */
const atFirstAnswer = "const say = postMessage; self.postMessage = (news) => ('alive' in news ? say(news) : close())";

/** Net with the lesson's network, ready. */
async function openNet(): Promise<Page> {
  const page = await openPage({ path: "/net?at=conv1.out[1,2,0]" });
  await big(page, "conv1.out[1,2,0]").waitFor();
  return page;
}

/** The worker ends as a crash would end it: no error, no answer, no word. */
const end = async (worker: Worker) => {
  const gone = worker.waitForEvent("close");
  await worker.evaluate("setTimeout(() => close())");
  await gone;
};

test("a cell and its place among a tensor's numbers", () => {
  const shape = [4, 3, 2];
  for (let k = 0; k < 24; k++) expect(offsetOf(shape, cellOf(shape, k))).toBe(k);
  expect(cellOf(shape, 17)).toEqual([2, 2, 1]);
  expect(cellOf([], 0)).toEqual([]);
  expect(splitAddress("grad(logits[0]):conv1.kernel[0,0,0,1]")).toEqual({
    name: "grad(logits[0]):conv1.kernel",
    cell: [0, 0, 0, 1],
  });
  expect(splitAddress("loss")).toEqual({ name: "loss", cell: [] });
});

/** Every number of the stage and of the Number panel, by address. */
const numbers = (page: Page) =>
  page
    .locator("main [data-addr][data-value]")
    .evaluateAll((all) => all.map(({ dataset }) => [dataset.addr ?? "", Number(dataset.value)] as const));

/** The picture that the page opened the model on. */
async function inputOf(page: Page, model: Model, name: string): Promise<number[]> {
  const [height = 1, width = 1, channels = 1] = model.inputShape;
  const pixels = new Array<number>(height * width * channels).fill(Number.NaN);
  for (let channel = 0; channel < channels; channel++) {
    await visit(page, { model: name, layer: "input", at: `input[0,0,${channel}]` });
    const cells = page.locator(`main [role=gridcell][data-addr^="input["][data-addr$=",${channel}]"]`);
    await soon(() => cells.count()).toBe(height * width);
    for (const [address, value] of await numbers(page)) {
      const { name: of, cell } = splitAddress(address);
      if (of === "input") pixels[offsetOf(model.inputShape, cell)] = value;
    }
  }
  return pixels;
}

describe.skipIf(noChromium)("a float32 model", () => {
  test("is opened on the fast engine: its numbers, what-if and nudge are those of the same kernels in Node", async () => {
    const page = await openNet();
    const model = await fastModel();
    const name = await openFile(page, "fast.safetensors", model);
    const input = await inputOf(page, model, name);
    await visit(page, { model: name, at });
    await big(page, at).waitFor();
    expect(await panel(page).locator("[data-dtype=f32]").count()).toBe(1);
    expect(await panel(page).locator("[data-not-fast]").count()).toBe(0);
    const request = { input, label: 0, backend: "auto" } as const;
    const opened = await explain(model, request);
    const shown = await numbers(page);
    expect(shown.length).toBeGreaterThan(60);
    for (const [address, value] of shown) expect(value, address).toBe(opened.value(address));
    expect(shown.every(([, value]) => Math.fround(value) === value)).toBe(true);

    const weight = "conv1.kernel[1,1,0,1]";
    const fields = { model: name, direction: "backward", from: weight };
    await page.evaluate((query) => {
      history.pushState(null, "", `/trace?${new URLSearchParams(query)}`);
      dispatchEvent(new PopStateEvent("popstate"));
    }, fields);
    const fact = (mark: string) => page.locator(`#sheet-number [data-fact="${mark}"]`).first();
    await fact("nudge").waitFor();
    const nudged = await nudge(model, { ...request, address: weight });
    expect(Number(await fact("nudge").getAttribute("data-value"))).toBe(nudged.numerical);
    expect(Number(await fact("nudge-distance").getAttribute("data-value"))).toBe(nudged.distance);
    expect(nudged.gradient).toBe(opened.value(`grad:${weight}`));
    expect(nudged.gradient).not.toBe(
      (await nudge(model, { ...request, backend: "reference", address: weight })).gradient,
    );
    const forecast = await whatIf(model, request, { [weight]: 0.5 });
    expect(Math.fround(forecast.truth)).toBe(forecast.truth);
  }, 60_000);

  test("opens on the reference where WebAssembly is forbidden or memory not shared, and the page says so", async () => {
    const page = await openNet();
    const withheld = new Set<string>();
    await page.context().route(/\/net\?|\/worker-[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      const headers = { ...response.headers() };
      for (const header of withheld) {
        if (header === "wasm")
          headers["content-security-policy"] = String(pageHeaders["Content-Security-Policy"]).replace(
            "'wasm-unsafe-eval'",
            "",
          );
        else delete headers[header];
      }
      await route.fulfill({ response, headers });
    });
    const model = await fastModel();
    for (const [header, dtype] of [
      ["wasm", "f64"],
      ["cross-origin-embedder-policy", "f32"],
    ] as const) {
      withheld.clear();
      withheld.add(header);
      await page.goto(`${new URL(page.url()).origin}/net?at=conv1.out[1,2,0]`);
      await big(page, "conv1.out[1,2,0]").waitFor();
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(header === "wasm");
      const name = await openFile(page, "fast.safetensors", model);
      await visit(page, { model: name, at });
      await big(page, at).waitFor();
      expect(await panel(page).locator(`[data-dtype=${dtype}]`).count()).toBe(dtype === "f32" ? 1 : 0);
      const said = panel(page).locator("[data-not-fast]");
      if (header === "wasm")
        expect(await said.textContent()).toContain("a page's policy forbids it (allow 'wasm-unsafe-eval')");
      else expect(await said.count()).toBe(0);
      const residual = await panel(page).locator("[data-testid=sum]").getAttribute("data-residual");
      if (header === "wasm") expect(residual).toBe("0");
    }
  }, 60_000);
});

describe.skipIf(noChromium)("a worker that ends without a word", () => {
  test("is noticed while it is asked, said, and replaced; the question is answered and opened files are still there", async () => {
    const page = await openNet();
    const model = await fastModel();
    const name = await openFile(page, "fast.safetensors", model);
    await visit(page, { model: name, at });
    await big(page, at).waitFor();
    const before = await numbers(page);
    const first = computing(page);
    // Busy until it ends, with a question in its queue.
    await first.evaluate(
      "setTimeout(() => { const until = performance.now() + 700; while (performance.now() < until); close(); })",
    );
    const next = "grad:conv1.kernel[0,0,0,1]";
    await visit(page, { model: name, at: next });
    await big(page, next).waitFor();
    const said = page.locator('[data-code="studio.worker"]');
    expect(await said.textContent()).toContain("ended without an answer");
    expect(await said.getByRole("button").allTextContents()).toEqual(["Close"]);
    expect(computing(page)).not.toBe(first);
    const url = new URL(page.url());
    expect([url.searchParams.get("model"), url.searchParams.get("at")]).toEqual([name, next]);
    await said.getByRole("button", { name: "Close" }).click();
    expect(await said.count()).toBe(0);
    await visit(page, { model: name, at });
    await big(page, at).waitFor();
    expect(await numbers(page)).toEqual(before);
  }, 40_000);

  test("is noticed while nothing is asked; the next question finds another", async () => {
    const page = await openNet();
    await end(computing(page));
    await page.locator('[data-code="studio.worker"]').waitFor();
    await visit(page, { at: "logits[1]" });
    await big(page, "logits[1]").waitFor();
  });

  test("twice over the same question: the page says so, keeps what it shows, and tries again when told to", async () => {
    const page = await openNet();
    const worker = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .map(({ name }) => name)
        .find((url) => /\/worker-[^/]*\.js$/.test(url)),
    );
    let deadly = true;
    await page.context().route(String(worker), async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      await route.fulfill({ response, body: deadly ? `${atFirstAnswer};${text}` : text });
    });
    await end(computing(page));
    await visit(page, { at: "logits[1]" });
    const said = page.locator('[data-code="studio.worker"]');
    const again = said.getByRole("button", { name: "Try again" });
    await again.waitFor();
    expect(await page.locator('main [role=gridcell][data-addr="logits[1]"]').count()).toBeGreaterThan(0);
    expect(new URL(page.url()).searchParams.get("at")).toBe("logits[1]");
    deadly = false;
    await again.click();
    await big(page, "logits[1]").waitFor();
    expect(await said.count()).toBe(0);
  }, 40_000);

  test("a long question is not taken for an end", async () => {
    const page = await openNet();
    const worker = computing(page);
    const busy = worker.evaluate("const until = performance.now() + 2500; while (performance.now() < until);");
    await visit(page, { at: "logits[1]" });
    await busy;
    await big(page, "logits[1]").waitFor();
    expect(computing(page)).toBe(worker);
    expect(await page.locator('[data-code="studio.worker"]').count()).toBe(0);
  }, 40_000);
});
