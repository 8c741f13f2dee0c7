// The studio's page uses what any page could use: public entries, no mathematics of its own, no other origin. Made-up files show that each rule can fail.
import { describe, expect, test } from "vitest";
import { filesUnder, isTest, readText, scriptOf } from "../../scripts/tree.ts";
import { type Import, importsOf } from "./imports.ts";
import { manifest } from "./pack.ts";
import { foreignImports, pageWords } from "./page.ts";

const files = filesUnder("studio/src");
const code = files.filter((path) => /\.(?:ts|svelte)$/.test(path) && !isTest(path));
const imports = code.flatMap((path) => importsOf(path, scriptOf(path, readText(path))));
const entries = Object.keys(manifest.exports).map((entry) => `cutaway${entry.slice(1)}`);

describe("the studio", () => {
  test("has files and imports to look at, also of components", () => {
    expect(code).toEqual(expect.arrayContaining(["studio/src/state.ts", "studio/src/App.svelte"]));
    expect(imports).toContainEqual({ from: "studio/src/App.svelte", to: "studio/src/state.ts", bare: false });
    expect(imports.some(({ to }) => to === "cutaway/story")).toBe(true);
    expect(imports.filter(({ bare, to }) => !bare && !files.includes(to))).toEqual([]);
  });

  test("imports public entries, Svelte, uPlot and itself", () => {
    expect(foreignImports(imports, entries)).toEqual([]);
  });

  test("computes nothing, draws no lots and names no other origin", () => {
    const texts = files.filter((path) => /\.(?:ts|svelte|css)$/.test(path) && !isTest(path));
    expect(["studio/index.html", ...texts].flatMap((path) => pageWords(path, readText(path)))).toEqual([]);
  });
});

describe("an import", () => {
  const from = "studio/src/views/x.svelte";
  const sentences = (each: Omit<Import, "from">) => foreignImports([{ from, ...each }], entries);

  test.each([
    ["cutaway/dist/web.js", true],
    ["cutaway/cli", true],
    ["svelte-kit", true],
    ["node:fs", true],
    ["d3", true],
    ["src/ops/op.ts", false],
    ["studio/vite.config.ts", false],
  ])("of %s fails", (to, bare) => {
    expect(sentences({ to, bare })).toEqual([expect.stringContaining(`${from}: imports ${to}`)]);
  });

  test.each([
    ["cutaway", true],
    ["cutaway/story", true],
    ["svelte/reactivity", true],
    ["uplot/dist/uPlot.min.css", true],
    ["studio/src/state.ts", false],
  ])("of %s is granted", (to, bare) => {
    expect(sentences({ to, bare })).toEqual([]);
  });
});

describe("words", () => {
  const component = (line: string) => `<!-- A component for the test. -->\n<script lang="ts">\n  ${line}\n</script>\n`;

  test.each([
    ["const a = Math.exp(1);", "Math.exp"],
    ["const a = Math.random();", "Math.random"],
    ["const a = Math.log(b) / Math.LN10;", "Math.log"],
    ['fetch("https://example.org/a");', "fetch"],
    ["self.fetch(address);", "fetch"],
    ['fetch("//example.org/a");', "fetch"],
    ['new WebSocket("/a");', "WebSocket"],
    ['const a = "https://example.org/font.woff2";', "https://example.org/font.woff2"],
  ])("%s is found in code and in components", (line, word) => {
    const inCode = pageWords("studio/src/x.ts", `// x\n\n${line}`);
    expect(inCode).toContainEqual(expect.stringMatching(/^studio\/src\/x\.ts:3: /));
    expect(inCode.join()).toContain(word);
    expect(pageWords("studio/src/x.svelte", component(line)).join()).toContain(word);
  });

  test.each([
    ["<p>{Math.log(a)}</p>", "Math.log"],
    ["<button onclick={() => fetch(a)}>a</button>", "fetch"],
    ['<img src="//example.org/a.png" alt="" />', "//example.org/a.png"],
    ["<style>\n  @import url(https://example.org/a.css);\n</style>", "https://example.org/a.css"],
  ])("%s is found in markup", (markup, word) => {
    expect(pageWords("studio/src/x.svelte", `<!-- x -->\n${markup}`).join()).toContain(word);
  });

  test("for layout, files of one's own and names of XML may stand", () => {
    const line =
      'const a = Math.max(1, Math.round(x)) + Math.sin(t); fetch("/model.json"); this.#fetch(x); store.fetch(y);';
    const namespace = '<svg xmlns="http://www.w3.org/2000/svg"></svg>';
    expect(pageWords("studio/src/x.ts", `// x\n${line}`)).toEqual([]);
    expect(
      pageWords("studio/src/x.svelte", `${component(line)}${namespace}<p>{Math.max(1, 2)} ** and // text</p>`),
    ).toEqual([]);
  });
});
