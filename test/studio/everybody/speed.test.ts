// What an answer of the page costs: a network is compiled once, holding a number of a large layer is done at once.
import type { CDPSession, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { Model } from "../../../src/node.ts";
import { packStrokes } from "../../../studio/src/engine/strokes.ts";
import { drawnDigits } from "../drawings.ts";
import { drawByHand, guessOf, pad } from "../hand.ts";
import { soon, visit } from "../net-page.ts";
import { digitsModel, openGiven, stateOf } from "../pad-page.ts";
import { noChromium, openPage } from "../page.ts";
import { draw, press, standing } from "../training.ts";

/** Milliseconds that the page's own thread computed in scripts so far, whatever else the machine did. */
async function scripted(hand: CDPSession): Promise<number> {
  const { metrics } = await hand.send("Performance.getMetrics");
  return 1000 * (metrics.find(({ name }) => name === "ScriptDuration")?.value ?? Number.NaN);
}

async function measuring(page: Page): Promise<CDPSession> {
  const hand = await page.context().newCDPSession(page);
  await hand.send("Performance.enable", { timeDomain: "threadTicks" });
  return hand;
}

describe.skipIf(noChromium)("a network of 28×28 pixels", { timeout: 120_000 }, () => {
  let model: Model;
  beforeAll(async () => {
    model = await digitsModel();
  }, 60_000);

  test("is compiled when it is first opened, and not for 200 edits, drawings and guesses", async () => {
    const page = await openGiven(model, { path: "/net?model=given&layer=input&at=input[0,0,0]&picture=own" });
    await page.locator('main [role=gridcell][data-addr="input[27,27,0]"]').waitFor();
    const first = await drawByHand(page, drawnDigits[1] ?? []);
    await guessOf(page, first);
    const worker = page.workers().find((each) => /\/worker-[^/]*\.js$/.test(each.url()));
    await worker?.evaluate(() => {
      const { Module, Memory } = WebAssembly;
      const made: string[] = [];
      const watch = <T extends new (...given: never[]) => object>(name: string, own: T) =>
        new Proxy(own, {
          construct(target, given) {
            made.push(name);
            return new target(...(given as never[]));
          },
        });
      Object.assign(WebAssembly, { Module: watch("module", Module), Memory: watch("memory", Memory) });
      Object.assign(self, { made });
    });
    const drawn = packStrokes(
      drawnDigits[7]?.map((stroke) => stroke.map(([x, y]) => [Math.round(x * 63), Math.round(y * 63)] as const)) ?? [],
    );
    const pixel = page.locator('main [role=gridcell][data-addr="input[0,0,0]"]');
    for (let k = 0; k < 100; k++) {
      // In turn a pixel, a weight and another drawing, each waited for.
      const set = `input[0,0,0]=${1 + k};conv1.kernel[0,0,0,0]=${k / 100}`;
      const drawing = k % 2 === 0 ? first : drawn;
      await visit(page, { model: "given", layer: "input", at: "input[0,0,0]", picture: "own", drawing, set });
      await expect.poll(() => pixel.getAttribute("data-value"), { interval: 5, timeout: 10_000 }).toBe(String(1 + k));
      await visit(page, {
        model: "given",
        layer: "input",
        at: "input[0,0,0]",
        picture: "own",
        drawing,
        set: `input[0,0,0]=${101 + k}`,
      });
      await expect.poll(() => pixel.getAttribute("data-value"), { interval: 5, timeout: 10_000 }).toBe(String(101 + k));
    }
    expect(await worker?.evaluate(() => (self as unknown as { made: string[] }).made)).toEqual([]);
  });

  test("a cell among 784 is held, and a point drawn, in little time of the page's own thread", async () => {
    const page = await openGiven(model, { path: "/net?model=given&layer=input&at=input[0,0,0]" });
    const cell = (row: number) => page.locator(`main [role=gridcell][data-addr="input[${row},9,0]"]`);
    await cell(27).waitFor();
    const hand = await measuring(page);
    const before = await scripted(hand);
    const count = 12;
    for (let k = 0; k < count; k++) {
      await cell(8 + k).click();
      await page.locator(`#sheet-number .big[data-addr="input[${8 + k},9,0]"]`).waitFor();
    }
    const held = ((await scripted(hand)) - before) / count;
    await page.getByRole("button", { name: "Your own" }).click();
    await pad(page).waitFor();
    const begun = await scripted(hand);
    let points = 0;
    const packed = await drawByHand(page, drawnDigits[3] ?? [], async () => {
      points++;
      await page.waitForTimeout(110);
    });
    await guessOf(page, packed);
    const drawn = ((await scripted(hand)) - begun) / points;
    process.stdout.write(
      `a number held on Net with 784 cells: ${held.toFixed(1)} ms of scripts; a point drawn: ${drawn.toFixed(1)} ms\n`,
    );
    // Some 10 and 12 ms; every cell asking the whole state took 59 and 87.
    expect(held).toBeLessThan(35);
    expect(drawn).toBeLessThan(45);
  });
});

describe.skipIf(noChromium)("from Train to Trace", () => {
  test("the network of the step is opened on the drawing, and the pad there goes on where that of Train was", async () => {
    const page = await openPage({ path: "/train" });
    await standing(page, "ready");
    const packed = await draw(page, drawnDigits[4] ?? []);
    const { guess } = await guessOf(page, packed);
    await press(page, /^Why .* Open in Trace/);
    await soon(() => new URL(page.url()).pathname).toBe("/trace");
    const state = stateOf(page);
    expect([state.get("model"), state.get("picture"), state.get("drawing")]).toEqual(["run1@0", "own", packed]);
    expect((await guessOf(page, packed)).guess).toBe(guess);
    await page.locator('main [data-testid="sum"]').waitFor();
    const more = await drawByHand(page, drawnDigits[1] ?? []);
    expect(more.startsWith(packed)).toBe(true);
    await guessOf(page, more);
    expect(stateOf(page).get("model")).toBe("run1@0");
  }, 60_000);
});
