// The forms of a story hold its numbers: as text, as Markdown, as LaTeX; and where lines, tables and formulas may end.
import { beforeAll, describe, expect, test } from "vitest";
import { randomNetwork } from "../../../test/story/networks.ts";
import { formatNumber } from "../../trace/notation.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import { breakable, brokenAtEquals } from "./formulas.ts";
import { storyToLatex } from "./latex.ts";
import { texMath, texText } from "./latex-words.ts";
import { storyToMarkdown } from "./markdown.ts";
import { shadesOf } from "./shades.ts";
import type { Story } from "./story.ts";
import { tellStory } from "./tell.ts";
import { storyToText } from "./text.ts";

let story: Story;
let other: Story;
beforeAll(async () => {
  story = await tellStory(lesson6(), { input: lesson6Image, label: lesson6Label });
  other = await tellStory(lesson6(), { input: lesson6Image.with(14, 153), label: lesson6Label });
});

const forms = [
  ["text", storyToText, (text: string) => text],
  ["Markdown", storyToMarkdown, (text: string) => text],
  ["LaTeX", storyToLatex, (text: string) => text.replaceAll("−", "-")],
] as const;

/** Numbers of every part of a story, as all forms write them. */
function numbersOf({ logits, probs, loss, update, strongest, layers }: Story): string[] {
  const kernel = layers[1].parameters[0].gradient;
  const steps = strongest.flatMap(({ gradient, next }) => [gradient.value, next.value]);
  return [...logits.values, ...probs.values, loss, kernel.least, kernel.greatest, update.squaredGradient, ...steps].map(
    (value) => formatNumber(value),
  );
}

/** The text without what stands between two numbers in tables and in formulas. */
const numbersIn = (text: string) => new Set(text.replace(/[−-]\$?/g, "−").match(/−?\d+(?:\.\d+)?/g));

describe.each(forms)("%s", (_, write, spelt) => {
  test("holds the numbers of the story, and other numbers of another story", () => {
    const [mine, yours] = [story, other].map((one) => numbersIn(write(one).replace(/\$-\$/g, "−")));
    for (const number of numbersOf(story)) expect(mine).toContain(number);
    for (const number of numbersOf(other)) expect(yours).toContain(number);
    const changed = numbersOf(other).filter((number) => !mine.has(number));
    expect(changed.length).toBeGreaterThan(10);
  });

  test("tells before, forecast and after apart", () => {
    for (const number of ["1.204271", "1.201636", "1.201637"]) expect(write(story)).toContain(number);
  });

  test("has every layer, every address of the strongest, the stamp", () => {
    const text = write(story);
    for (const { name } of story.layers) expect(text).toContain(name);
    for (const { address } of story.strongest) expect(text).toContain(address);
    expect(text).toContain(spelt("200 numbers re-added"));
  });
});

describe("text", () => {
  test("the picture in shades, 0 as nothing; small maps as numbers", () => {
    const text = storyToText(story);
    expect(text).toContain("  ████▒▒▒▒▒▒▒▒\n");
    expect(text).toMatch(/2 │ −2 +1 +2 +5|1 │ −2 +1 +2 +5/);
  });

  test("sentences and formulas keep to 80 columns", () => {
    const long = storyToText(story)
      .split("\n")
      .filter((line) => line.length > 80 && !/^ {2}(?:\w+\d|layer|input)\b/.test(line));
    expect(long).toEqual([]);
  });

  test("emphasis is put on titles", () => {
    expect(storyToText(story, (title) => `<${title}>`)).toMatch(/^<One training step.*>\n.*<9\. The proof>/s);
  });

  test("signed shades have a sign, large planes are brought down", () => {
    const scale = { role: "signed", gradient: false, domain: 1 } as const;
    expect(shadesOf({ caption: "", short: "", rows: [[1, -1, 0]] }, scale)).toEqual(["█+█−  "]);
    const wide = shadesOf({ caption: "", short: "", rows: Array(72).fill(Array(72).fill(1)) }, scale);
    expect([wide.length, wide[0].length]).toEqual([36, 72]);
  });
});

describe("Markdown", () => {
  test("tables are whole: each row has the columns of its head", () => {
    const blocks = storyToMarkdown(story)
      .split("\n\n")
      .filter((block) => block.startsWith("|"));
    expect(blocks.length).toBeGreaterThan(20);
    for (const block of blocks) {
      const widths = block.split("\n").map((row) => row.split(/(?<!\\)\|/).length);
      expect(new Set(widths).size).toBe(1);
    }
  });

  test("fences and math blocks close, and class names mean nothing", async () => {
    const model = lesson6();
    model.classes = ["a|b", "*c*", "<script>"];
    const text = storyToMarkdown(await tellStory(model, { input: lesson6Image, label: 0 }));
    expect(text.match(/^```/gm)?.length).toBeGreaterThan(0);
    expect((text.match(/^```/gm)?.length ?? 1) % 2).toBe(0);
    expect(text).toContain("a\\|b");
    expect(text).toContain("\\*c\\*");
    expect(text).toContain("\\<script\\>");
  });
});

describe("LaTeX", () => {
  test("is ASCII and latin letters only, and its braces match", () => {
    const text = storyToLatex(story);
    expect(text.replace(/\\[{}]/g, "").split("{")).toHaveLength(text.replace(/\\[{}]/g, "").split("}").length);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the line feed is one.
    expect(text).not.toMatch(/[^\x0a\x20-\x7e]/);
  });

  test.each([
    ["50 % & #1_{x}", "50 \\% \\& \\#1\\_\\{x\\}"],
    ["−2 × ∂L", "$-$2 $\\times$ $\\partial$L"],
    ["a--b-c", "a-{}-b-c"],
    ["Grün", "Grün"],
    ["犬", "[U+72AC]"],
    ["\\input{x}", "\\textbackslash{}input\\{x\\}"],
  ])("%j as text", (text, wanted) => {
    expect(texText(text)).toBe(wanted);
  });

  test("a word of 60 letters may break", () => {
    expect(texText("x".repeat(60)).split("\\allowbreak{}")).toHaveLength(3);
  });

  test("random networks have no sign that LaTeX lacks", async () => {
    for (const seed of [0, 5]) {
      const { model, input, label } = randomNetwork(seed, "f64");
      const text = storyToLatex(await tellStory(model, { input, label, proof: { numbers: 20 } }));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the line feed is one.
      expect(text).not.toMatch(/[^\x0a\x20-\x7e]/);
    }
  });
});

describe("formulas", () => {
  test.each([
    ["\\frac{a}{b}", "\\dfrac{a}{b}"],
    ["\\frac{\\partial L}{\\partial O(1,2)} \\cdot 3", "\\partial L/\\partial O(1,2) \\cdot 3"],
    ["\\frac{1}{a + b} = 2", "1 \\mathbin{\\big/} \\bigl(a + b\\bigr) = 2"],
    ["\\ln\\left(a + b\\right) - c", "\\ln\\bigl(a + b\\bigr) - c"],
    ["\\left|\\frac{\\partial z}{\\partial x}\\right|", "\\bigl|\\partial z/\\partial x\\bigr|"],
  ])("%s in a line", (latex, wanted) => {
    expect(breakable(latex)).toBe(wanted);
    expect(texMath(latex)).toBe(`$${wanted}$`);
  });

  test("a long one breaks at its equals signs, not inside brackets", () => {
    const sum = Array.from({ length: 20 }, (_, k) => `a_{${k}}`).join(" + ");
    expect(brokenAtEquals(`x = \\left(${sum} = 1\\right) \\approx 3`)).toEqual([
      "x",
      `= \\left(${sum} = 1\\right)`,
      "\\approx 3",
    ]);
    expect(brokenAtEquals("x = 1")).toEqual(["x = 1"]);
  });
});
