// Pictures of numbers: what stands in them is what the accounts and tensors hold, every fill is that of its value, nothing is cut off.
import { describe, expect, test } from "vitest";
import { elementsOf, expectInside } from "../../../test/story/markup.ts";
import type { Account } from "../../trace/account.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import { fillOf, palettes } from "../look/colours.ts";
import { scaleOf } from "../look/roles.ts";
import { scaleFor } from "../look/scales.ts";
import { accountToHtml } from "./account-page.ts";
import { accountToSvg, wrapped } from "./account-svg.ts";
import { escapeText } from "./markup.ts";
import { matrixToSvg } from "./matrix.ts";
import { aligned, largestIn, viewOf } from "./rows.ts";
import { stampOf } from "./stamp.ts";

const opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
const { network } = opened;
const at = (address: string) => opened.at(address);
const texts = (svg: string) => elementsOf(svg).flatMap(({ name, text }) => (name === "text" ? [text] : []));
const rects = (svg: string) => elementsOf(svg).filter(({ name }) => name === "rect");
const gradient = at("grad:conv1.kernel[0,0,0,0]");
const everyAddress = opened.places().flatMap(({ name, shape }) => {
  const cell = shape.length > 0 ? `[${shape.map((n) => n - 1)}]` : "";
  return [`${name}${cell}`, `grad:${name}${cell}`];
});

describe("a number as SVG", () => {
  test("∂L/∂K_V(0,0): value, law, 16 rows, the four live ones with cells, the sum, the stamp", () => {
    const svg = accountToSvg(gradient, network, largestIn(opened));
    const found = texts(svg);
    for (const text of [
      "grad:conv1.kernel[0,0,0,0]",
      "≈ −0.5275",
      "−0.527451621433882",
      "= Σ_i Σ_j ∂L/∂O(i,j,f)·I(y,x,c)",
      "16 terms, 4 of them not 0",
      "Adds up exactly",
      "16 terms added again in order, residual 0.",
    ])
      expect(found).toContain(text);
    expect(found.filter((text) => text.startsWith("∂L/∂O("))).toHaveLength(16);
    expect(elementsOf(svg)[1]).toMatchObject({ name: "title", text: "grad:conv1.kernel[0,0,0,0] ≈ −0.5275" });
    const dashed = rects(svg).filter(({ attributes }) => "stroke-dasharray" in attributes);
    expect(dashed).toHaveLength(4 + 1);
    for (const { factors, live } of gradient.terms) {
      if (!live) continue;
      for (const { address, value } of factors) {
        const tensor = (address as string).replace(/\[.*/, "");
        const fill = fillOf(scaleOf(network, tensor, largestIn(opened)(tensor)), value, "light");
        expect(rects(svg).map(({ attributes }) => attributes.fill)).toContain(fill);
      }
    }
  });

  test("the cell that a max chose is marked; a quotient and a logarithm say what is above and below", () => {
    expect(texts(accountToSvg(at("pool1.out[0,1,0]"), network))).toEqual(
      expect.arrayContaining(["← wins", "the largest of 4"]),
    );
    expect(texts(accountToSvg(at("probs[0]")))).toEqual(
      expect.arrayContaining(["above the line", "below the line, added up"]),
    );
    expect(texts(accountToSvg(at("loss")))).toContain("ln of the sum, less the first");
  });

  test("a leaf is given: no terms, no law", () => {
    const found = texts(accountToSvg(at("input[2,2,0]"), network));
    expect(found).toEqual(["input[2,2,0]", "input", "102", "·", "Given", expect.stringContaining("no terms")]);
  });

  test("of every tensor is well-formed, in its frame, in light colours, and asks for nothing", () => {
    for (const address of everyAddress) {
      const svg = accountToSvg(at(address), network, largestIn(opened));
      expectInside(elementsOf(svg));
      expect(svg).not.toMatch(/light-dark|<script|href|url\(/);
      expect(svg).not.toContain(palettes.dark.zero);
    }
  });
});

describe("the page of a number", () => {
  test("holds MathML, a row with an id for every term, its numbers in full, and the stamp", () => {
    const html = accountToHtml(gradient, network, largestIn(opened));
    expect([...html.matchAll(/<tr id="(term-\d+)"/g)].map(([, id]) => id)).toEqual(
      gradient.terms.map((_, k) => `term-${k}`),
    );
    expect(html).toContain("<math ");
    expect(html).toContain("−0.527451621433882");
    expect(html).toContain("Adds up exactly");
    for (const { factors } of gradient.terms) {
      for (const { address, value } of factors) {
        expect(html).toContain(`title="${address} = ${String(value).replace("-", "−")}"`);
      }
    }
  });

  test("asks for nothing and runs nothing; cells have the colours of both themes", () => {
    for (const address of everyAddress) {
      const html = accountToHtml(at(address), network, largestIn(opened));
      expect(html).not.toMatch(/<script|<link|src=|@import|url\(|https?:(?!\/\/www\.w3\.org\/1998\/Math\/MathML")/);
    }
    const scale = scaleFor("positive", false, 12);
    const cell = `background:light-dark(${fillOf(scale, 9, "light")}, ${fillOf(scale, 9, "dark")})`;
    expect(accountToHtml(at("pool1.out[0,1,0]"), network, largestIn(opened))).toContain(cell);
  });
});

/** A sum of `count` terms of one factor, every third of them 0. */
function longSum(count: number): Account {
  const values = Array.from({ length: count }, (_, k) => (k % 3 === 0 ? 0 : k));
  let running = 0;
  const terms = values.map((value, k) => {
    running += value;
    return {
      factors: [{ symbol: `a(${k})`, address: `conv1.out[0,0,${k}]`, value }],
      value,
      running,
      live: value !== 0,
    };
  });
  const formula = { text: "conv9.out[0]: Σ_k a(k) = 1", latex: "\\sum_k a(k) = 1" };
  return { ...gradient, address: "conv9.out[0]", terms, total: running, value: running, formula };
}

describe("many terms", () => {
  test("are shown as the first live ones, the others are counted with those that are not 0", () => {
    const view = viewOf(longSum(100), 24, {});
    expect(view.rows.map(({ index }) => index)).toEqual(
      Array.from({ length: 24 }, (_, k) => k + 1 + Math.floor(k / 2)),
    );
    expect(view.rows.every(({ live }) => live)).toBe(true);
    expect(view.folded).toEqual({ count: 76, live: 42 });
    expect(texts(accountToSvg(longSum(100)))).toContain("… and 76 more terms, 42 of them not 0");
    expect(accountToHtml(longSum(100))).toContain("… and 36 more terms, 2 of them not 0");
  });

  test("none is left out while there is room", () => {
    expect(viewOf(longSum(24), 24, {}).rows.map(({ index }) => index)).toEqual(Array.from({ length: 24 }, (_, k) => k));
  });
});

describe("the stamp", () => {
  const kinds = (changes: Partial<Account>) => {
    const { kind, sign, text } = stampOf({ ...gradient, ...changes });
    return [kind, sign, text] as const;
  };

  test("says exactly, rounded with residual and bound, or by how much the sum does not close", () => {
    expect(kinds({})).toEqual(["exact", "✓", "16 terms added again in order, residual 0."]);
    const rounding = { dtype: "f32", residual: -3e-8, ulps: 0.5, bound: 1e-6 } as const;
    const [kind, sign, text] = kinds(rounding);
    expect([kind, sign]).toEqual(["rounded", "≈"]);
    expect(text).toMatch(/residual −3e−8 \(0\.5 float32 spacings\).*float32, allowed 0\.000001/);
    const open = kinds({ ...rounding, residual: 0.25, value: 1, total: 0.75 });
    expect(open.slice(0, 2)).toEqual(["open", "≠"]);
    expect(open[2]).toContain("Stored 1, the terms give 0.75: residual 0.25");
    expect(kinds({ residual: Number.NaN, value: Number.NaN })[0]).toBe("open");
  });

  test("that does not close is framed in ink", () => {
    const frame = (changes: Partial<Account>) => rects(accountToSvg({ ...gradient, ...changes })).at(-1)?.attributes;
    expect(frame({})).toMatchObject({ stroke: palettes.light.line, "stroke-width": "1" });
    expect(frame({ residual: 0.25 })).toMatchObject({ stroke: palettes.light.ink, "stroke-width": "2" });
  });
});

describe("text", () => {
  test("that is hostile stands as it is, and stays text", () => {
    const name = `</title><script>alert("1")</script>&'\u0000\ud800`;
    const svg = matrixToSvg({ name, rows: 1, columns: 1, values: [0], scale: scaleFor("signed", false, 1) });
    expect(svg).not.toContain("<script");
    expect(elementsOf(svg)[1].text).toBe(`</title><script>alert("1")</script>&'\ufffd\ufffd, 1×1`);
    expect(escapeText("a😀b\n")).toBe("a😀b\n");
    const [{ factors }, ...rest] = gradient.terms;
    const terms = [{ ...gradient.terms[0], factors: [{ ...factors[0], symbol: name }, factors[1]] }, ...rest];
    const hostile = { ...gradient, terms, rule: name, notes: [name], choice: undefined as never };
    expect(() => elementsOf(accountToSvg(hostile))).not.toThrow();
    expect(accountToHtml(hostile)).not.toContain("<script");
  });

  test("columns share one count of decimals where that leaves digits enough", () => {
    expect(aligned([0.5, -0.0625, 3, 0])).toEqual(["0.5000", "−0.0625", "3", "0"]);
    expect(aligned([0.5, 1e-9])).toEqual(["0.5", "1e−9"]);
    expect(aligned([0.25, 0.00012345])).toEqual(["0.250000", "0.000123"]);
    expect(aligned([0.25, 0.0000025])).toEqual(["0.25", "0.0000025"]);
    expect(aligned([])).toEqual([]);
  });

  test("lines are broken between words", () => {
    expect(wrapped("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrapped("longer-than-that", 5)).toEqual(["longer-than-that"]);
  });
});
