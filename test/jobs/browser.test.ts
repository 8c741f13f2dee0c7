// A real browser: the built package, bundled, trains in a page of headless Chromium under a strict policy and gives Node's bits.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits/digits.ts";
import { saveModel } from "../../src/io/model-file.ts";
import type { Model } from "../../src/nn/model.ts";
import { lesson } from "../../src/nn/presets/lesson.ts";
import { fit } from "../../src/train/fit.ts";
import { linearDecay, sgd } from "../../src/train/sgd.ts";
import { wasm } from "../../src/wasm.ts";
import { missing } from "../data.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
const page = `
import { explain, fit, lesson, linearDecay, saveModel, sgd } from "cutaway";
import { digits } from "cutaway/digits";
import { wasm } from "cutaway/wasm";
const report = (value) => fetch("/report", { method: "POST", body: JSON.stringify(value) });
try {
  const data = digits({ count: 600 });
  const optimizer = sgd({ learningRate: linearDecay(0.05), momentum: 0.9 });
  const backend = location.hash === "#auto" ? "auto" : wasm({ exact: true });
  const model = lesson();
  const { host, instructionSet, why } = await fit(model, data, { optimizer, epochs: 1, batchSize: 16, seed: 3, backend });
  const digest = await crypto.subtle.digest("SHA-256", saveModel(model));
  const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const opened = await explain(model, { input: data.images.subarray(0, 784), label: 3 });
  const { residual, terms } = opened.at("grad:conv1.kernel[0,0,0,0]");
  await report({ hash, host, instructionSet, why, residual, terms: terms.length });
} catch (error) {
  await report({ error: String(error) });
}`;

const withWasm = "script-src 'self' 'wasm-unsafe-eval'";
const withoutWasm = "script-src 'self'";

describe.skipIf(missing(chromium, "training in a browser", "Chromium is not installed"))("Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "cutaway-browser-"));
  let policy = withWasm;
  let reported: (body: string) => void = () => undefined;
  let server: Server;
  let browser: ChildProcess | undefined;

  beforeAll(async () => {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/cutaway"));
    writeFileSync(join(folder, "page.js"), page);
    writeFileSync(join(folder, "index.html"), '<!doctype html><script type="module" src="out/page.js"></script>');
    const outdir = join(folder, "out");
    await build({
      entryPoints: [join(folder, "page.js")],
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "browser",
      outdir,
    });
    server = createServer((request, response) => {
      const path = request.url === "/" ? "index.html" : (request.url ?? "").slice(1);
      if (request.method === "POST") {
        let body = "";
        request.on("data", (part) => {
          body += part;
        });
        request.on("end", () => {
          reported(body);
          response.end();
        });
      } else if (existsSync(join(folder, path))) {
        const type = extname(path) === ".js" ? "text/javascript" : "text/html";
        response.writeHead(200, { "Content-Type": type, "Content-Security-Policy": `default-src 'self'; ${policy}` });
        response.end(readFileSync(join(folder, path)));
      } else response.writeHead(404).end();
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  });

  afterAll(() => {
    browser?.kill("SIGKILL");
    server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** What the page reports once it has trained. */
  async function visit(hash: string): Promise<Record<string, unknown>> {
    const report = new Promise<string>((resolve) => {
      reported = resolve;
    });
    const flags = [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-sync",
    ];
    const profile = mkdtempSync(join(folder, "profile-"));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${hash}`;
    browser = spawn(chromium as string, [...flags, `--user-data-dir=${profile}`, address], { stdio: "ignore" });
    const found = await report;
    const ended = new Promise((end) => browser?.once("exit", end));
    browser.kill("SIGKILL");
    await ended;
    return JSON.parse(found);
  }

  test("exact training gives the same bits as in Node, and its numbers open", async () => {
    policy = withWasm;
    const model = lesson() as unknown as Model;
    const optimizer = sgd({ learningRate: linearDecay(0.05), momentum: 0.9 });
    const settings = { optimizer, epochs: 1, batchSize: 16, seed: 3, backend: wasm({ exact: true }) };
    await fit(model, digits({ count: 600 }), settings);
    const hash = createHash("sha256").update(saveModel(model)).digest("hex");
    expect(await visit("")).toMatchObject({ hash, host: "browser", instructionSet: "simd", residual: 0, terms: 676 });
  });

  test("where the page's policy forbids WebAssembly, auto trains on the reference and says why", async () => {
    policy = withoutWasm;
    const found = await visit("#auto");
    expect(found).toMatchObject({ instructionSet: "float64", residual: 0 });
    expect(String(found.why)).toContain("wasm-unsafe-eval");
  });
});
