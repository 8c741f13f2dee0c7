// A real browser: the built package trains in pages of headless Chromium, with threads and without, gives Node's bits and lets the page live.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, serve } from "../../examples/browser/serve.ts";
import { isolation, policy } from "../../src/cli/page-headers.ts";
import { digits } from "../../src/data/digits/digits.ts";
import { nodeHost } from "../../src/host/node/host.ts";
import { saveModel } from "../../src/io/model-file.ts";
import type { Model } from "../../src/nn/model.ts";
import { lesson } from "../../src/nn/presets/lesson.ts";
import { fit } from "../../src/train/fit.ts";
import { linearDecay, sgd } from "../../src/train/sgd.ts";
import { wasm } from "../../src/wasm.ts";
import { missing } from "../data.ts";
import { type Browser, chromium, startChromium } from "./chromium.ts";

/** Longest time that a page may stand still while it trains, in milliseconds; failed at three times that, since other work shares the cores. */
const stillness = 200;
/** Enough for workers to start in. */
const epochs = 20;
const folder = mkdtempSync(join(tmpdir(), "cutaway-browser-"));
const here = fileURLToPath(new URL(".", import.meta.url));

/** The pages, bundled by esbuild, which is told of the worker's file. */
async function bundlePages(): Promise<void> {
  const pages = ["page", "page-worker"].map((name) => ({ in: join(here, `${name}.js`), out: name }));
  const entryPoints = [...pages, { in: "cutaway/worker", out: "worker" }];
  const form = { bundle: true, splitting: true, format: "esm", platform: "browser" } as const;
  await build({ ...form, entryPoints, absWorkingDir: here, outdir: folder });
  writeFileSync(join(folder, "index.html"), '<!doctype html><script type="module" src="page.js"></script>');
}

/** The same pages under paths that differ in headers; "/lost/" lacks the worker's file. */
const folders = [
  ["/lost/worker.js", join(folder, "nowhere")],
  ...["/isolated/", "/alone/", "/forbidden/", "/lost/"].map((prefix) => [prefix, folder] as const),
] as const;

function headers(path: string): Record<string, string> {
  const csp = path.startsWith("/forbidden/") ? policy.replace(" 'wasm-unsafe-eval'", "") : policy;
  return { ...(!path.startsWith("/alone/") && isolation), "Content-Security-Policy": csp };
}

/** SHA-256 of the model that the pages' training gives in Node. */
async function inNode(threads: number): Promise<string> {
  const model = lesson() as unknown as Model;
  const optimizer = sgd({ learningRate: linearDecay(0.05), momentum: 0.9 });
  const backend = wasm({ exact: true, threads });
  const settings = { optimizer, epochs, batchSize: 16, seed: 3, backend, host: nodeHost };
  await fit(model, digits({ count: 600 }), settings);
  return createHash("sha256").update(saveModel(model)).digest("hex");
}

describe.skipIf(missing(chromium, "training in a browser", "Chromium is not installed"))("Chromium", () => {
  let served: Served;
  let browser: Browser;
  let hash: string;
  const visit = (path: string) => browser.visit(`${served.address}${path}`);

  beforeAll(async () => {
    await bundlePages();
    served = await serve(folders, headers);
    browser = await startChromium();
    hash = await inNode(1);
  });

  afterAll(async () => {
    await browser?.close();
    served?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("Node gives the same bits with one thread and with two", async () => {
    expect(await inNode(2)).toBe(hash);
  });

  test("an isolated page trains on two threads, with Node's bits, and its numbers open", async () => {
    const found = await visit(`/isolated/?epochs=${epochs}`);
    expect(found).toMatchObject({ hash, host: "browser", instructionSet: "simd", isolated: true });
    expect(found).toMatchObject({ threads: 2, shared: true, residual: 0, terms: 676 });
    expect(found.why).toEqual(["exact arithmetic was asked for"]);
  });

  test("so does a worker of that page, which has workers of its own", async () => {
    const found = await visit(`/isolated/?epochs=${epochs}&where=worker`);
    expect(found).toMatchObject({ hash, threads: 2, shared: true, isolated: true });
  });

  test("a page that is not isolated trains on one thread, says which headers would give more, and has Node's bits", async () => {
    const found = await visit(`/alone/?epochs=${epochs}`);
    expect(found).toMatchObject({ hash, threads: 1, shared: false, isolated: false, residual: 0 });
    expect(String(found.why)).toContain("Cross-Origin-Opener-Policy: same-origin");
    expect(String(found.why)).toContain("Cross-Origin-Embedder-Policy: require-corp");
  });

  test("where the worker's file is missing, the page works itself at once and says why", async () => {
    const found = await visit(`/lost/?epochs=${epochs}`);
    expect(found).toMatchObject({ hash, threads: 1, shared: false, isolated: true });
    expect(String(found.why)).toContain("worker.js could not be loaded");
    expect(found.whole as number).toBeLessThan(10);
  });

  test("where the page's policy forbids WebAssembly, auto trains on the reference and says why", async () => {
    const found = await visit("/forbidden/?auto=1");
    expect(found).toMatchObject({ instructionSet: "float64", residual: 0 });
    expect(String(found.why)).toContain("wasm-unsafe-eval");
  });

  test.each(["isolated", "alone", "forbidden"])("training in batches of 128 never stops a page: %s", async (path) => {
    const small = path === "forbidden";
    const found = await visit(`/${path}/?auto=1&batch=128&count=${small ? 500 : 3000}&epochs=${small ? 1 : 8}`);
    const { timer, frame } = found.gaps as { timer: number; frame: number };
    process.stdout.write(
      `a page that trains (${path}, ${found.threads} threads, ${Math.round(found.imagesPerSecond as number)} images/s) ` +
        `stood still ${Math.round(timer)} ms at most, between frames ${Math.round(frame)} ms\n`,
    );
    expect(timer).toBeGreaterThan(0);
    expect(frame).toBeGreaterThan(0);
    expect(Math.max(timer, frame)).toBeLessThan(3 * stillness);
  });
});
