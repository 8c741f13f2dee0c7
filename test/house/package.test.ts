// The built package: what is published, what its entries pull in on each kind of machine, and how large that is.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bundle, bundle, type Condition, gzipped } from "../../scripts/bundle.ts";
import { root } from "../../scripts/tree.ts";
import { environment, manifest, type Packed, pack, unpack } from "./pack.ts";

/** What `export * from "cutaway"` may weigh in a browser, gzipped. */
const budget = 30_000;

/** Entries that are code: "cutaway", "cutaway/core" … */
const entries = Object.keys(manifest.exports)
  .filter((entry) => !entry.endsWith(".json"))
  .map((entry) => `cutaway${entry.slice(1)}`);
const conditions: Condition[] = ["node", "browser", "default"];
/** Those that an entry is meant for; a worker's file has no use without a host. */
const conditionsOf = (entry: string) =>
  conditions.filter((condition) => entry !== "cutaway/worker" || condition !== "default");

let packed: Packed;
beforeAll(() => {
  if (!existsSync(join(root, "dist/index.js"))) throw new Error("dist/ is missing. Run: npm run build");
  packed = pack();
  unpack(packed);
});
afterAll(() => packed?.remove());

describe("what is published", () => {
  test("is right by publint", async () => {
    const tarball = new Uint8Array(readFileSync(packed.tarball)).buffer;
    const { messages, pkg } = await publint({ pkgDir: "package", pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test("has types that attw finds right", async () => {
    const attw = join(root, "node_modules/.bin/attw");
    const given = [packed.tarball, "--profile", "esm-only", "--no-color"];
    const { stdout } = await promisify(execFile)(attw, given, { env: environment });
    for (const entry of entries) expect(stdout).toContain(`"${entry}"`);
    expect(stdout).not.toContain("❌");
  });

  test("is built from what is there: no leftovers, no tests", () => {
    const built = packed.files.filter((path) => /^dist\/(?!joined\/|studio\/).*\.js$/.test(path));
    const source = (path: string) => join(root, path.replace(/^dist/, "src").replace(/js$/, "ts"));
    expect(built).toContain("dist/node.js");
    expect(built.filter((path) => !existsSync(source(path)) || path.endsWith(".test.js"))).toEqual([]);
  });

  test("holds the command, the types, the schema and the licence, and nothing of the workshop", () => {
    const expected = ["bin/cutaway.cjs", "dist/node.d.ts", "docs/graph.schema.json", "LICENSE", "README.md"];
    expect(packed.files).toEqual(expect.arrayContaining([...expected, "package.json"]));
    expect(packed.files.filter((path) => /^(?:src|test|scripts|fixtures|\.)/.test(path))).toEqual([]);
  });
});

describe("the studio in the package", () => {
  const studio = () => packed.files.filter((path) => path.startsWith("dist/studio/"));
  const read = (path: string) => readFileSync(join(packed.folder, "node_modules/cutaway", path), "utf8");

  test("is there: the page, its scripts, styles, fonts with their licences, its worker, and nothing to debug with", () => {
    expect(studio()).toContain("dist/studio/index.html");
    const kinds = studio().map((path) => path.slice(path.lastIndexOf(".") + 1));
    expect([...new Set(kinds)].sort()).toEqual(["css", "html", "js", "md", "svg", "txt", "woff2"]);
    expect(studio().filter((path) => /\/worker-[\w-]+\.js$/.test(path))).not.toEqual([]);
  });

  test("asks for nothing that it does not have", () => {
    const html = read("dist/studio/index.html");
    const asked = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => `dist/studio${path}`);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    expect(studio()).toEqual(expect.arrayContaining(asked));
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
  });

  test("has no file that an earlier build left", () => {
    const texts = studio().filter((path) => /\.(?:html|js|css)$/.test(path));
    const text = texts.map(read).join("\n");
    const assets = studio().filter((path) => path.startsWith("dist/studio/assets/"));
    const names = assets.map((path) => path.slice(path.lastIndexOf("/") + 1));
    expect(names.filter((name) => !text.includes(name))).toEqual([]);
  });
});

/** The file behind an entry as it was built, before Node's are joined: it lies beside its types. */
function fileOf(entry: string, condition: Condition): string {
  const exported = manifest.exports[entry.replace("cutaway", ".")] as Exported;
  const { types } = condition === "default" ? exported : (exported[condition] ?? exported);
  return join(packed.folder, "node_modules/cutaway", types.replace(/\.d\.ts$/, ".js"));
}

interface Exported {
  readonly types: string;
  readonly node?: Exported;
  readonly browser?: Exported;
  readonly default?: string;
}

const everything = (entry: string, condition: Condition) =>
  bundle(`export * from "${fileOf(entry, condition)}"`, condition, packed.folder);
const inHost = (path: string, host = "") => path.includes(`/dist/host/${host}`);

/** Entries that bring the host of the machine they are bundled for; the others bring none. */
const hosted = ["cutaway", "cutaway/presets", "cutaway/worker"];

/** What a bundle has that its machine cannot run. */
function strange(made: Bundle, entry: string, condition: Condition): string[] {
  const bound = hosted.includes(entry) && condition !== "default";
  const own = bound ? (condition === "node" ? "node/" : "web/") : undefined;
  const files = made.inputs.filter(
    (path) => path.includes("/dist/cli/") || (inHost(path) && !(own && inHost(path, own))),
  );
  const packages = made.outside.filter(({ name, kind }) => {
    const ofNode = name.startsWith("node:") || (name === "sharp" && kind === "dynamic-import");
    return !(own === "node/" && ofNode);
  });
  return [...files, ...packages.map(({ name, from }) => `"${name}", imported by ${from}`)];
}

describe.each(entries)("%s", (entry) => {
  test.each(conditionsOf(entry))("in the condition %s needs nothing and nobody else's host", async (condition) => {
    const made = await everything(entry, condition);
    expect(made.code.length).toBeGreaterThan(2000);
    expect(strange(made, entry, condition)).toEqual([]);
  });
});

test("what is joined for Node names nothing of a page", () => {
  const joined = packed.files.filter((path) => path.startsWith("dist/joined/"));
  expect(joined).toEqual(
    expect.arrayContaining(["dist/joined/node.js", "dist/joined/main.js", "dist/joined/worker.js"]),
  );
  for (const path of joined) expect(readFileSync(join(root, path), "utf8"), path).not.toMatch(/crossOriginIsolated/);
});

describe("the check above", () => {
  test("fails for a host, a command and a package that do not belong", () => {
    const made: Bundle = {
      code: new Uint8Array(),
      inputs: ["node_modules/cutaway/dist/host/node/host.js", "node_modules/cutaway/dist/cli/main.js"],
      outside: [
        { name: "node:fs", from: "a.js", kind: "import-statement" },
        { name: "sharp", from: "b.js", kind: "dynamic-import" },
        { name: "sharp", from: "c.js", kind: "import-statement" },
      ],
    };
    const counts = (
      [
        ["cutaway", "node"],
        ["cutaway", "browser"],
        ["cutaway/core", "node"],
      ] as const
    ).map(([entry, condition]) => strange(made, entry, condition).length);
    expect(counts).toEqual([2, 5, 5]);
  });

  test("each condition has its own host", async () => {
    const hosts = async (condition: Condition) => {
      const { inputs } = await everything("cutaway", condition);
      return [inputs.some((path) => inHost(path, "node/")), inputs.some((path) => inHost(path, "web/"))];
    };
    expect(await Promise.all(conditions.map(hosts))).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });
});

test(`everything for the browser is at most ${budget / 1000} kB`, async () => {
  const { code } = await everything("cutaway", "browser");
  const size = gzipped(code);
  process.stdout.write(`export * from "cutaway" in a browser: ${size} bytes gzipped, of ${budget}\n`);
  expect(size).toBeLessThanOrEqual(budget);
});
