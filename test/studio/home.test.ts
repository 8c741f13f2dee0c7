// Home: every number of the strip is the package's, every link leads where it says, and everybody can use it.
import { beforeAll, describe, expect, test } from "vitest";
import { explain, type Opened } from "../../src/node.ts";
import { forwardFrom, lesson6, lesson6Image, lesson6Label } from "../../src/story.ts";
import { axe, noChromium, openPage, type PageWishes, scrolledSideways } from "./page.ts";
import { numbersOf, stateOf } from "./steps.ts";

async function openHome(wishes: PageWishes = {}) {
  const page = await openPage(wishes);
  await page.locator(".strip").waitFor();
  return page;
}

describe.skipIf(noChromium)("Home", () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
  });

  test("every number is what the package stores, to the last bit", async () => {
    const page = await openHome();
    const numbers = await numbersOf(page);
    expect(numbers.filter(([address, value]) => opened.at(address).value !== value)).toEqual([]);
    const told = new Set(numbers.map(([address]) => address));
    for (const address of ["loss", "logits[0]", "probs[0]", "probs[1]", "probs[2]", "grad:input[2,2,0]"]) {
      expect(told).toContain(address);
    }
    for (const [name, count] of [
      ["input", 36],
      ["conv1.kernel", 9],
      ["relu1.out", 16],
      ["pool1.out", 4],
    ] as const) {
      const cells = page.locator(`[role=gridcell] [data-addr^="${name}["]`);
      expect(await cells.count()).toBe(count);
    }
  });

  test("the framed cells are the strongest way from the pixel to the true class, its term is one of the logit's", async () => {
    const page = await openHome();
    const hops = forwardFrom(opened, "input[2,2,0]").targets[0]?.strongest?.hops ?? [];
    const captions = await page
      .locator(".captions [data-addr]")
      .evaluateAll((found) => found.map((each) => (each as HTMLElement).dataset.addr));
    for (const { address } of hops.filter(({ address }) => !/^conv/.test(address))) expect(captions).toContain(address);
    const term = opened
      .at("logits[0]")
      .terms.find(({ factors }) => factors.some(({ address }) => address === hops.at(-2)?.address));
    expect(Number(await page.locator(".captions .c9 b > span:last-child").getAttribute("data-value"))).toBe(
      term?.value,
    );
    expect(await page.locator(".captions").innerText()).toContain("9 × 0.0625 = 0.5625");
    expect(await page.locator(".captions").innerText()).toContain("of logit 2.0625");
    expect(await page.locator(".back").innerText()).toContain("the answer is wrong");
  });

  test("links lead where they say", async () => {
    const page = await openHome();
    const cases: [string, Record<string, unknown>][] = [
      ["a.button.primary", { screen: "trace", direction: "forward", from: "input[2,2,0]" }],
      ["a.button:not(.primary)", { screen: "train" }],
      ['[role=gridcell] [data-addr="input[2,2,0]"]', { screen: "trace", direction: "forward", from: "input[2,2,0]" }],
      [
        '[role=gridcell] [data-addr="conv1.kernel[1,0,0,0]"]',
        { screen: "trace", direction: "backward", from: "conv1.kernel[1,0,0,0]" },
      ],
      ['.captions [data-addr="relu1.out[1,2,0]"]', { screen: "learn", step: 4 }],
      [".captions .c7 a", { screen: "learn", step: 5 }],
      [".captions .c9 a", { screen: "learn", step: 7, at: "logits[0]" }],
      [".back .c3 a", { screen: "trace", direction: "backward", from: "conv1.kernel[1,0,0,0]" }],
      ["nav a >> text=Ten steps", { screen: "learn", step: 1 }],
    ];
    for (const [selector, wanted] of cases) {
      await page.goto(new URL("/", page.url()).href);
      await page.locator(".strip").waitFor();
      await page.locator(selector).first().click();
      await expect.poll(() => stateOf(page)).toMatchObject(wanted);
    }
  }, 40_000);

  test("the arrows walk through a picture, Enter opens the cell in Trace", async () => {
    const page = await openHome();
    await page.locator('[role=gridcell] [data-addr="input[2,2,0]"]').focus();
    for (const key of ["ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.addr)).toBe("input[3,3,0]");
    await page.keyboard.press("Enter");
    await expect.poll(() => stateOf(page)).toMatchObject({ screen: "trace", from: "input[3,3,0]" });
  });

  for (const taste of [{ colorScheme: "light" }, { colorScheme: "dark" }, { forcedColors: "active" }] as const) {
    test(`axe, 320 px and a phone, ${Object.values(taste)}`, async () => {
      const page = await openHome(taste);
      const complaints: string[] = [];
      for (const [width, height] of [
        [1440, 900],
        [1000, 700],
        [390, 844],
        [320, 700],
      ] as const) {
        await page.setViewportSize({ width, height });
        if (await scrolledSideways(page)) complaints.push(`at ${width} it scrolls sideways`);
        if (width !== 1440 && width !== 320) continue;
        complaints.push(...(await axe(page)).map((finding) => `at ${width}: ${finding}`));
      }
      expect(complaints).toEqual([]);
    }, 30_000);
  }
});
