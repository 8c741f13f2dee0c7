// Learn, steps 1 to 5: what they show, what is asked and completed, and that every number follows an edit.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/tree.ts";
import { frame } from "../../studio/src/messages/learn/frame.en.ts";
import { noChromium } from "./page.ts";
import { astray, cell, numbersOf, openStep, stateOf, valuesOf } from "./steps.ts";

describe.skipIf(noChromium)("Learn 1 to 5", () => {
  test("1: step 2 asks first, then shows region, kernel and nine terms that make −6", async () => {
    const page = await openStep("/learn/2");
    expect(await page.locator('[data-addr="conv1.out[0,0,0]"]').count()).toBe(0);
    expect(await valuesOf(page, "[data-testid=choice]")).toEqual([-18, -6, 0, 6, 30, 45]);
    await page.locator('[data-testid=choice][data-value="6"]').click();
    expect(new URL(page.url()).searchParams.get("guess")).toBe("6");
    expect(await page.locator("[data-testid=cause]").innerText()).toMatch(/turn|flip|180/i);
    await expect.poll(() => page.locator("[data-testid=sum] [data-term]").count()).toBe(9);
    const products = await page
      .locator("[data-testid=sum] [data-term]")
      .evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.term)));
    expect(products).toEqual([1, 0, -3, 4, 0, -6, 7, 0, -9]);
    expect(await cell(page, "conv1.out[0,0,0]").getAttribute("data-value")).toBe("-6");
    const region = await Promise.all(
      [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => cell(page, `input[${i},${j},0]`).getAttribute("data-value"))),
    );
    expect(region.map(Number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await valuesOf(page, '#stage .cell[data-addr^="conv1.kernel"]')).toEqual([1, 0, -1, 1, 0, -1, 1, 0, -1]);
  }, 30_000);

  test("1: the flipped kernel gives 6, ReLU behind it 0; the others have their causes", async () => {
    const page = await openStep("/learn/2?guess=-18");
    const causes = new Set<string>();
    for (const guess of [-18, 0, 6, 30, 45]) {
      await page.goto(`${new URL(page.url()).origin}/learn/2?guess=${guess}`);
      const cause = page.locator("[data-testid=cause]");
      await cause.waitFor();
      expect(await cause.innerText()).not.toContain(frame.unknown);
      causes.add(await cause.innerText());
    }
    expect(causes.size).toBe(5);
    await page.getByRole("button", { name: "flipped" }).click();
    await expect.poll(() => cell(page, "conv1.out[0,0,0]").getAttribute("data-value")).toBe("6");
    await page.getByRole("button", { name: "as is" }).click();
    await page.getByLabel("then ReLU").check();
    await expect.poll(() => cell(page, "relu1.out[0,0,0]").getAttribute("data-value")).toBe("0");
    const fresh = await openStep("/learn/2?relu=yes");
    expect(await cell(fresh, "relu1.out[0,0,0]").getAttribute("data-value")).toBe("0");
  }, 30_000);

  test("1: step 5 pools to 6, 4, 8, 9; step 3 tells its size; step 4 opens three gates", async () => {
    const page = await openStep("/learn/5?part=watch");
    expect(await valuesOf(page, '#stage .cell[data-addr^="pool1.out"]')).toEqual([6, 4, 8, 9]);
    await expect.poll(() => page.locator("#stage .cell.winner").count()).toBe(4);
    const sized = await openStep("/learn/3?part=watch&stride=2&padding=same");
    expect(await valuesOf(sized, "[data-testid^=size]")).toEqual([3, 3]);
    expect(await sized.locator('#stage .cell[data-addr^="conv1.out"]').count()).toBe(9);
    const gates = await openStep("/learn/4?part=watch");
    await expect.poll(() => valuesOf(gates, "#stage button.gate")).toEqual([0, 0, 1, 1, 0, 1]);
  }, 30_000);

  test("1: no lesson text holds a result", () => {
    const files = ["frame", "image", "convolution", "feature-map", "relu", "pooling"];
    for (const file of files) {
      const text = readFileSync(join(root, `studio/src/messages/learn/${file}.en.ts`), "utf8");
      const code = text.replace(/\/\/.*|\$\{[^}]*\}/g, "");
      const strings = [...code.matchAll(/"([^"]*)"|`([^`]*)`/g)].map(([, plain, template]) => plain ?? template ?? "");
      // Rows are counted from 0, formulas have a 1, and ReLU's kink is at 0; no other number is a word.
      const found = strings
        .flatMap((words) => words.match(/\d+(?:\.\d+)?/g) ?? [])
        .filter((number) => !/^[01]$/.test(number));
      expect([file, ...found]).toEqual([file]);
    }
  });

  test("the blanks are held against the account; wrong ones are struck; Show me fills them", async () => {
    const page = await openStep("/learn/2?part=complete");
    const blanks = page.locator("[data-testid=blanks] input");
    await expect.poll(() => blanks.count()).toBe(3);
    expect(await page.locator('[data-addr="conv1.out[1,2,0]"]').count()).toBe(0);
    for (const [k, text] of ["6", "2", "−1"].entries()) await blanks.nth(k).fill(text);
    await page.getByRole("button", { name: "Check" }).click();
    expect(await page.locator("[data-testid=blanks] s").allInnerTexts()).toEqual(["2"]);
    await page.getByRole("button", { name: "Try again" }).click();
    expect(await blanks.nth(0).inputValue()).toBe("6");
    await page.getByRole("button", { name: "Show me" }).click();
    expect(await page.locator("[data-testid=blanks] s").count()).toBe(0);
    expect(await page.getByRole("button", { name: "Now on a picture of your own" }).count()).toBe(1);
  }, 30_000);

  test("3: a pixel changed by keyboard changes everything that follows", async () => {
    const page = await openStep("/learn/2?part=watch");
    for (const [step, address] of [
      [1, "input[1,2,0]"],
      [2, "input[0,0,0]"],
      [3, "input[2,2,0]"],
      [4, "input[0,0,0]"],
      [5, "input[0,0,0]"],
    ] as const) {
      await page.goto(`${new URL(page.url()).origin}/learn/${step}?part=watch`);
      await page.locator("[data-stage]").waitFor();
      const before = new Map(await numbersOf(page));
      await cell(page, address).focus();
      for (const key of ["e", "ArrowUp", "ArrowUp", "Shift+ArrowUp"]) {
        await page.keyboard.press(key);
        await page.waitForTimeout(120);
      }
      await expect.poll(() => cell(page, address).getAttribute("data-value")).not.toBe(String(before.get(address)));
      await expect.poll(() => astray(page), { timeout: 6000 }).toEqual([]);
      expect(Object.keys(stateOf(page).set)).toEqual([address]);
    }
  }, 40_000);

  test("3: a kernel cell and a stroke on the own picture are edits like others", async () => {
    const page = await openStep("/learn/2?part=own");
    await page.locator('[data-pad="3,3"]').focus();
    await page.keyboard.press("Enter");
    await page.locator('[data-pad="0,4"]').click();
    await expect.poll(() => Object.keys(stateOf(page).set).length).toBe(2);
    await expect.poll(() => astray(page)).toEqual([]);
    await cell(page, "conv1.kernel[0,0,0,0]").focus();
    await page.keyboard.press("e");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => stateOf(page).set["conv1.kernel[0,0,0,0]"]).toBe(0);
    await expect.poll(() => astray(page)).toEqual([]);
    await page.getByRole("button", { name: "Take my changes back" }).first().click();
    await expect.poll(() => astray(page)).toEqual([]);
    expect(stateOf(page).set).toEqual({});
  }, 30_000);
});
