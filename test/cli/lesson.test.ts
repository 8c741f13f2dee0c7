// cutaway lesson as its reader meets it: ten steps as text and as JSON, changes, and what cannot be changed.
import { describe, expect, test } from "vitest";
import { type Json, linesOf, userFolder } from "./run.ts";

const { run } = userFolder();

interface Step {
  readonly step: number;
  readonly title: string;
  readonly values: Readonly<Record<string, number>>;
  readonly accounts: readonly { readonly address: string; readonly value: number; readonly terms: readonly Json[] }[];
}

/** What is printed where all is well: exit code 0, nothing on standard error, no colours. */
async function text(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run("lesson", ...args);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).not.toContain(String.fromCharCode(27));
  return stdout;
}

async function steps(...args: string[]): Promise<Step[]> {
  return linesOf(await text(...args, "--json")).map((line) => JSON.parse(line) as Step);
}

describe("JSON", () => {
  test("one step is one object of four fields, the same by --format json", async () => {
    const printed = await text("8", "--format", "json");
    expect(await text("8", "--json")).toBe(printed);
    const [found] = await steps("8");
    expect(Object.keys(found)).toEqual(["step", "title", "values", "accounts"]);
    expect(found.step).toBe(8);
    expect(found.accounts[0].address).toBe("grad:conv1.kernel[0,0,0,0]");
    expect(found.accounts[0].value).toBeCloseTo(-0.527451621433882, 12);
    expect(found.accounts[0].terms).toHaveLength(16);
  });

  test("without a step all ten come in order, the worked examples first in 2, 4 and 5", async () => {
    const all = await steps();
    expect(all.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(all[1].accounts.slice(0, 2).map(({ value }) => value)).toEqual([-6, 6]);
    expect(all[3].accounts[0].address).toBe("relu1.out[0,0,0]");
    expect(all[4].accounts.slice(0, 4).map(({ value }) => value)).toEqual([6, 4, 8, 9]);
  });

  test("--set may be repeated, and everything follows", async () => {
    const [usual] = await steps("7");
    const [pixel] = await steps("7", "--set", "input[2,2,0]=153");
    const [both] = await steps("7", "--set", "input[2,2,0]=153", "--set", "dense1.bias[0]=1");
    expect(usual.values["logits[0]"]).toBe(2.0625);
    expect(pixel.values["logits[0]"]).toBe(2.21875);
    expect(both.values["logits[0]"]).toBe(3.21875);
    expect(new Set([usual, pixel, both].map(({ values }) => values.loss)).size).toBe(3);
  });

  test("two runs print the same bytes, the trained network's too", async () => {
    expect(await text("10", "--json")).toBe(await text("10", "--json"));
  });
});

describe("text", () => {
  test("all steps, each with its title, in lines of 80 characters", async () => {
    const lines = linesOf(await text());
    const titles = lines.filter((line) => /^\d+\. [A-Z]/.test(line));
    expect(titles.map((line) => Number.parseInt(line, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
  });

  test("the nine products are written out; the window stands in brackets", async () => {
    const shown = await text("2");
    expect(shown).toContain("0 │[1][2][3] 0  1");
    expect(shown).toContain("O(0,0) = 1·1 + 2·0 + 3·(−1) + 4·1 + 5·0 + 6·(−1) + 7·1 + 8·0 + 9·(−1) = −6.");
    expect(shown).toContain("−6 becomes +6");
  });

  test("a change is said first, and the terms follow", async () => {
    const shown = await text("2", "--set", "conv1.kernel[0,0,0,0]=-2");
    expect(shown).toContain("Changed: conv1.kernel[0,0,0,0] = −2.");
    expect(shown).toContain("O(0,0) = 1·(−2) + ");
  });
});

describe("what cannot be", () => {
  test.each([
    ["11", [], "1…10", "got 11"],
    ["0", [], "1…10", "got 0"],
    ["two", [], "1…10", "got two"],
    ["2", ["--set", "input[2,2,0]"], "--set", "ADDRESS=NUMBER"],
    ["2", ["--set", "input[2,2,0]=bright"], "--set", "got input[2,2,0]=bright"],
    ["2", ["--set", "input[2,2,0]="], "--set", "got input[2,2,0]="],
    ["2", ["--set", "input[2,2,0]=256"], "0 (black) to 255 (white)", "got 256"],
    ["2", ["--set", "input[6,0,0]=1"], "input[0…5,0…5,0]", "a cell outside"],
    ["2", ["--set", "conv9.kernel[0,0,0,0]=1"], "conv1.kernel[0…2,0…2,0,0…2]", "conv9.kernel"],
    ["2", ["--set", "logits[0]=1"], "learningRate", "a computed number"],
    ["9", ["--set", "learningRate=-1"], "learningRate", "from 0 up"],
    ["2", ["--format", "xml"], "text | json", "got xml"],
  ])("cutaway lesson %s %j", async (step, args, ...words) => {
    const { code, stdout, stderr } = await run("lesson", step, ...args);
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/^cutaway: .+: expected .+, got .+\. .+/)]);
    for (const word of words) expect(stderr).toContain(word);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});
