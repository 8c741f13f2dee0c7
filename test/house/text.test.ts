// The form of the texts: first lines, lengths, words that may not stand, links that lead somewhere.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type FunctionSize, functionsOf, parse } from "../../scripts/functions.ts";
import { filesUnder, isCode, isTest, readText, root, scriptOf } from "../../scripts/tree.ts";
import { anchorsOf, brokenLinks, linksOf } from "./links.ts";
import { forbiddenWords } from "./names.ts";
import { badFirstLine, bannedWords, hasBudget, isExact, longFiles } from "./words.ts";

const budget = { file: 300, function: 60, most: 30, share: 0.9 };

const paths = filesUnder();
const isText = (path: string) => !readFileSync(join(root, path)).subarray(0, 4096).includes(0);
const texts = new Map(paths.filter(isText).map((path) => [path, readText(path)]));
const chosen = (which: (path: string) => boolean) => new Map([...texts].filter(([path]) => which(path)));
const each = (files: ReadonlyMap<string, string>, complaints: (path: string, text: string) => string[]) =>
  [...files].flatMap(([path, text]) => complaints(path, text));

test("the repository is read", () => {
  expect(paths).toEqual(expect.arrayContaining(["README.md", "src/base/errors.ts", ".ci/run", "bin/cutaway.cjs"]));
  expect(paths.filter((path) => path.includes("node_modules"))).toEqual([]);
});

describe("first lines", () => {
  test("say what the file is", () => {
    expect(each(chosen(isCode), badFirstLine)).toEqual([]);
  });

  test.each([
    ["import x;", false],
    ["// x", false],
    ["//no space before it", false],
    ["/* not this form */", false],
    ["\n// after an empty line", false],
    ["#!/bin/sh\nset -e", false],
    ["<script>", false],
    ["// says what it is", true],
    ["<!-- says what it is -->\n<script>", true],
    ["#!/bin/sh\n# says what it is", true],
  ])("%j", (text, good) => {
    expect(badFirstLine("src/x.ts", text)).toHaveLength(good ? 0 : 1);
  });
});

describe("lengths", () => {
  test(`files have at most ${budget.file} lines`, () => {
    expect(longFiles(chosen(hasBudget), budget.file)).toEqual([]);
  });

  test("a file one line too long is found", () => {
    const files = new Map([
      ["src/long.ts", "x\n".repeat(301)],
      ["src/right.ts", "x\n".repeat(300)],
    ]);
    expect(longFiles(files, budget.file)).toEqual(["src/long.ts: has 301 lines; at most 300"]);
  });

  const sizesUnder = (folder: string) => {
    const code = chosen((path) => path.startsWith(folder) && /\.(?:ts|svelte)$/.test(path) && !isTest(path));
    return [...code].flatMap(([path, text]) =>
      functionsOf(parse(path, scriptOf(path, text))).map((size) => ({ path, ...size })),
    );
  };
  const sizes = sizesUnder("src/");

  test(`functions of src and of the studio have at most ${budget.function} lines`, () => {
    const studio = sizesUnder("studio/");
    expect(studio.map(({ path }) => path)).toContain("studio/src/App.svelte");
    const long = [...sizes, ...studio].filter(({ lines }) => lines > budget.function);
    expect(long.map(({ path, line, name, lines }) => `${path}:${line}: ${name} has ${lines} lines`)).toEqual([]);
  });

  test(`${budget.share * 100} % of the functions of src that have more than a line have at most ${budget.most}`, () => {
    expect(sizes.length).toBeGreaterThan(50);
    const short = sizes.filter(({ lines }) => lines <= budget.most);
    expect(short.length / sizes.length).toBeGreaterThanOrEqual(budget.share);
  });

  test("the script of a component keeps its lines, and nothing else stays", () => {
    const text =
      '<!-- a b c -->\n<script module>\n  one;\n</script>\n<script lang="ts">\n  two;\n\n  three;\n</script>\n<p>four</p>\n';
    expect(scriptOf("x.svelte", text)).toBe("\n\n  one;\n\n\n  two;\n\n  three;\n\n\n");
    expect(scriptOf("x.ts", text)).toBe(text);
  });

  test("functions of every kind are measured, inner ones too", () => {
    const text = `// x
function a() {
  const b = () => {
    return 1;
  };
  return b;
}
const one = () => 1;
class C {
  get d() {
    return {
      e() {
        return 1;
      },
    };
  }
}`;
    expect(functionsOf(parse("x.ts", text))).toEqual<FunctionSize[]>([
      { name: "a", line: 2, lines: 6 },
      { name: "b", line: 3, lines: 3 },
      { name: "d", line: 10, lines: 7 },
      { name: "e", line: 12, lines: 3 },
    ]);
  });
});

describe("words of src", () => {
  test("hold nothing that gives other bits on another machine", () => {
    expect(each(chosen(isExact), forbiddenWords)).toEqual([]);
  });

  test.each([
    ["Math.exp(1)", "Math.exp"],
    ["Math.pow(2, 3)", "Math.pow"],
    ["Math.hypot(2, 3)", "Math.hypot"],
    ["Math.random()", "Math.random"],
    ["Math['log'](2)", "Math.[…]"],
    ["const { tanh } = Math;", "Math.[…]"],
    ["2 ** 3", "**"],
    ["a **= 3", "**"],
    ["Date.now()", "Date"],
    ["new Date()", "Date"],
    ["console.log(1)", "console"],
  ])("%s is found", (text, word) => {
    expect(forbiddenWords("src/x.ts", `// x\n${text}`)).toEqual([expect.stringContaining(`src/x.ts:2: uses ${word}`)]);
  });

  test("may sit in comments and strings, and be names of members", () => {
    const text = `/** Math.exp, 2 ** 3 */
      const a = "Math.pow Date";
      const b = { Date: 1, exp: a.Math };
      export const c = Math.sqrt(b.Date) + Math.max(1, 2) * Math.PI;`;
    expect(forbiddenWords("src/x.ts", text)).toEqual([]);
  });
});

describe("words of all texts", () => {
  test("hold no leftovers and no paths of one machine", () => {
    expect(each(texts, bannedWords)).toEqual([]);
  });

  const beside = (a: string, b: string) => `x ${a}${b} y`;
  test.each([
    ["src/x.ts", beside("TO", "DO")],
    ["README.md", beside("FIX", "ME:")],
    ["src/x.test.ts", beside("test.on", "ly(")],
    ["docs/x.md", beside("/ho", "me/ada/cutaway")],
    ["docs/x.md", beside("C:\\Us", "ers\\ada")],
    ["README.md", beside("../sha", "red/data")],
    ["src/x.ts", beside("<<<<", "<<< HEAD")],
  ])("%s: %s is found", (path, text) => {
    expect(bannedWords(path, `x\n${text}`)).toEqual([expect.stringMatching(/^\S+:2: has /)]);
  });

  test("allow tests to name the data folder, and words that only look alike", () => {
    expect(bannedWords("test/x.ts", beside("../sha", "red/data"))).toEqual([]);
    expect(bannedWords("src/x.ts", "src/home/x.ts, the home/away, commonly( , unshared/, mastodon")).toEqual([]);
  });
});

describe("links", () => {
  const pages = chosen((path) => path.endsWith(".md"));

  test("lead to files and headings that are there", () => {
    expect(brokenLinks(pages, (path) => existsSync(join(root, path)))).toEqual([]);
  });

  test("are found in prose, not in code", () => {
    const text =
      'See [a](a.md) and ![b](<b.png> "title"), [c][c].\n\n[c]: c.md\n\n`[d](d.md)`\n```\n[e](e.md)\n```\n[f](f.md#g)';
    expect(linksOf(text)).toEqual(["a.md", "b.png", "f.md#g", "c.md"]);
  });

  test("to headings follow the rule of code hosts", () => {
    const text = "# A `b`, c: d!\n## Same\n## Same\n```\n# not one\n```\n### [Linked](x.md) ÷ word_s";
    expect(anchorsOf(text)).toEqual(["a-b-c-d", "same", "same-1", "linked--word_s"]);
  });

  test.each([
    ["[x](missing.md)", "which is not there"],
    ["[x](../../outside.md)", "which is not there"],
    ["[x](#nowhere)", "has no such heading"],
    ["[x](other.md#nowhere)", "has no such heading"],
    ["[x](../docs/other.md#here)", undefined],
    ["[x](other.md)", undefined],
    ["[x](#page)", undefined],
    ["[x](https://example.org/missing.md)", undefined],
  ])("%s", (link, why) => {
    const made = new Map([
      ["docs/page.md", `# Page\n${link}`],
      ["docs/other.md", "# Here"],
    ]);
    const broken = brokenLinks(made, (path) => made.has(path));
    expect(broken).toEqual(why === undefined ? [] : [expect.stringContaining(why)]);
  });
});
