// The packed tarball in the hands of bundlers: each page, as its tool makes it, trains on two threads in Chromium.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Served, serve } from "../../examples/browser/serve.ts";
import { toolsFolder, toolsInstalled } from "../../scripts/bundlers-setup.ts";
import { root } from "../../scripts/tree.ts";
import { isolation, pageHeaders, policy } from "../../src/cli/page-headers.ts";
import { missing } from "../data.ts";
import { environment, type Packed, pack, unpack } from "../house/pack.ts";
import { type Browser, chromium, startChromium } from "../jobs/chromium.ts";

const program = fileURLToPath(new URL("./main.js", import.meta.url));
const trained = { threads: 2, why: [], accuracy: expect.any(Number) };
const page = (script: string, head = "") =>
  `<!doctype html>${head}<link rel="icon" href="data:,"><script type="module" src="${script}"></script>`;

let packed: Packed;
let browser: Browser;
let served: Served | undefined;
let child: ChildProcess | undefined;

beforeAll(async () => {
  if (!existsSync(join(root, "dist/web.js"))) throw new Error("dist/ is missing. Run: npm run build");
  packed = pack();
  if (chromium) browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
  packed?.remove();
});
afterEach(() => {
  served?.close();
  child?.kill();
  served = undefined;
  child = undefined;
});

/** A user's project that has the package installed. */
function project(name: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = join(packed.folder, name);
  unpack({ ...packed, folder });
  copyFileSync(program, join(folder, "main.js"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

/** What the page of a folder reports. */
async function visit(folder: string, headers: Readonly<Record<string, string>> = pageHeaders) {
  served = await serve([["/", folder]], () => headers);
  return browser.visit(`${served.address}/`);
}

const noBrowser = missing(chromium, "bundled pages", "Chromium is not installed");
const noTools = missing(toolsInstalled(), "vite and webpack", "they are not installed (npm run test:bundlers does it)");

describe.skipIf(noBrowser)("no bundler", () => {
  test("a page imports the library's file by its path", async () => {
    const text = 'import { fit, lesson } from "./node_modules/cutaway/dist/web.js";';
    const folder = project("plain", { "index.html": page("main.js") });
    const paths = readFileSync(program, "utf8")
      .replace(/^import .* from "cutaway";$/m, text)
      .replace('"cutaway/digits"', '"./node_modules/cutaway/dist/digits.js"')
      .replace('"cutaway/wasm"', '"./node_modules/cutaway/dist/wasm.js"');
    writeFileSync(join(folder, "main.js"), paths);
    expect(await visit(folder)).toMatchObject(trained);
  });

  test("a page has an import map, which its policy allows by a hash", async () => {
    const files = { cutaway: "web.js", "cutaway/digits": "digits.js", "cutaway/wasm": "wasm.js" };
    const imports = Object.entries(files).map(([name, file]) => [name, `/node_modules/cutaway/dist/${file}`]);
    const map = JSON.stringify({ imports: Object.fromEntries(imports) });
    const folder = project("map", { "index.html": page("main.js", `<script type="importmap">${map}</script>`) });
    const hash = createHash("sha256").update(map).digest("base64");
    const allowed = policy.replace("script-src 'self'", `script-src 'self' 'sha256-${hash}'`);
    const headers = { ...isolation, "Content-Security-Policy": allowed };
    expect(await visit(folder, headers)).toMatchObject(trained);
  });
});

describe.skipIf(noBrowser || noTools)("vite", () => {
  const vite = join(toolsFolder, "node_modules/vite/bin/vite.js");
  const config = `export default { server: { headers: ${JSON.stringify(isolation)} }, preview: { headers: ${JSON.stringify(pageHeaders)} } };`;

  /** A server of vite's, once it says its address. */
  async function start(folder: string, ...given: string[]): Promise<string> {
    const started = spawn(process.execPath, [vite, ...given, "--host", "127.0.0.1"], { cwd: folder, env: environment });
    child = started;
    return new Promise((found, failed) => {
      let text = "";
      const hear = (part: Buffer) => {
        text += part;
        const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
        if (address) found(address);
      };
      started.stdout.on("data", hear);
      started.stderr.on("data", hear);
      started.once("exit", (code) => failed(new Error(`vite ended with ${code}: ${text}`)));
    });
  }

  test("the development server", async () => {
    const folder = project("vite-dev", { "index.html": page("/main.js"), "vite.config.js": config });
    expect(await browser.visit(await start(folder, "--port", "0"))).toMatchObject(trained);
  });

  test("build and preview", async () => {
    const folder = project("vite-build", { "index.html": page("/main.js"), "vite.config.js": config });
    execFileSync(process.execPath, [vite, "build"], { cwd: folder, env: environment, stdio: "pipe" });
    expect(await browser.visit(await start(folder, "preview", "--port", "0"))).toMatchObject(trained);
  });
});

type Webpack = (
  options: object,
  done: (error: Error | null, stats?: { hasErrors(): boolean; toString(): string }) => void,
) => void;

test.skipIf(noBrowser || noTools)("webpack", async () => {
  const folder = project("webpack");
  const library = pathToFileURL(join(toolsFolder, "node_modules/webpack/lib/index.js")).href;
  const { default: webpack } = (await import(library)) as { default: Webpack };
  const output = { path: join(folder, "out") };
  const options = { mode: "production", context: folder, entry: "./main.js", output, performance: false };
  await new Promise<void>((made, failed) => {
    webpack(options, (error, stats) => {
      if (error || stats?.hasErrors()) failed(error ?? new Error(stats?.toString()));
      else made();
    });
  });
  writeFileSync(join(folder, "out/index.html"), page("main.js"));
  expect(await visit(join(folder, "out"))).toMatchObject(trained);
});

describe("esbuild, which is told of the worker's file", () => {
  const bundled = (folder: string, platform: "browser" | "node") =>
    build({
      entryPoints: [
        { in: "./main.js", out: "main" },
        { in: "cutaway/worker", out: "worker" },
      ],
      absWorkingDir: folder,
      outdir: join(folder, "out"),
      bundle: true,
      splitting: true,
      minify: true,
      format: "esm",
      platform,
      external: ["sharp"],
    });

  test.skipIf(noBrowser)("for a page", async () => {
    const folder = project("esbuild");
    await bundled(folder, "browser");
    writeFileSync(join(folder, "out/index.html"), page("main.js"));
    expect(await visit(join(folder, "out"))).toMatchObject(trained);
  });

  test("for Node", async () => {
    const folder = project("esbuild-node");
    await bundled(folder, "node");
    const told = execFileSync(process.execPath, ["out/main.js"], { cwd: folder, env: environment, encoding: "utf8" });
    expect(JSON.parse(told)).toMatchObject(trained);
  });
});

test("Node without a bundler", () => {
  const folder = project("node");
  const told = execFileSync(process.execPath, ["main.js"], { cwd: folder, env: environment, encoding: "utf8" });
  expect(JSON.parse(told)).toMatchObject({ ...trained, host: expect.stringMatching(/^node /) });
});
