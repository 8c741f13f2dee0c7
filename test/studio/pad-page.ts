// A model of digits and the pad on Net and Trace in tests: drawing by hand, what the pages show of it.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { calibrate, digits, scribbles } from "../../src/digits.ts";
import { fit, lesson, type Model, saveModel } from "../../src/node.ts";
import { unpackStrokes } from "../../studio/src/engine/strokes.ts";
import type { Drawing } from "./drawings.ts";
import { openPage, type PageWishes } from "./page.ts";

/** A few seconds of training on the digits, and when it is sure. */
export async function digitsModel(): Promise<Model> {
  const model = lesson() as unknown as Model;
  await fit(model, digits({ count: 6000 }), { epochs: 2, seed: 1 });
  await calibrate(model, { known: digits({ split: "test", count: 600 }), scribbles: scribbles({ count: 400 }) });
  return model;
}

/** A page that the command line gave the model: it is there again in any other context. */
export function openGiven(model: Model, wishes: PageWishes): Promise<Page> {
  return openPage({ ...wishes, model: { name: "digits", bytes: saveModel(model) } });
}

export const stateOf = (page: Page) => new URL(page.url()).searchParams;
export const pad = (page: Page) => page.locator("[data-pad]:visible");
export const choose = (page: Page, name: "A sample" | "Your own") => page.getByRole("button", { name }).click();

/** Draws without lifting what a hand would not lift; gives the drawing as the address holds it. */
export async function drawByHand(page: Page, drawing: Drawing, moved?: () => Promise<void>): Promise<string> {
  const box = await pad(page).boundingBox();
  if (!box) throw new Error("no pad");
  for (const stroke of drawing) {
    for (const [k, [x, y]] of stroke.entries()) {
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      if (k === 0) await page.mouse.down();
      await moved?.();
    }
    await page.mouse.up();
  }
  return page.evaluate(() => new URLSearchParams(location.search).get("drawing") ?? "");
}

export const strokesOf = (drawing: string) => unpackStrokes(drawing) ?? [];

/** What the page takes the drawing for, once it speaks of that one. */
export async function guessOf(page: Page, drawing: string) {
  await page.locator(`[data-drawing="${drawing}"]:visible`).waitFor();
  const probs = page.locator(".bars:visible [data-value]");
  return {
    guess: await page.locator("[data-guess]:visible").getAttribute("data-guess"),
    sure: await page.locator("[data-guess]:visible").getAttribute("data-sure"),
    probs: await probs.evaluateAll((all) => all.map((each) => Number((each as HTMLElement).dataset.value))),
  };
}

/** The pixels of one channel on the stage of Net. */
export function pixelsOf(page: Page, channel = 0): Promise<number[]> {
  return page
    .locator(`main [role=gridcell][data-addr^="input["][data-addr$=",${channel}]"]`)
    .evaluateAll((all) => all.map((cell) => Number((cell as HTMLElement).dataset.value)));
}

/** The value that the Number panel tells, waited for. */
export function held(page: Page, address: string) {
  const big = page.locator(`#sheet-number .big[data-addr="${address}"]`);
  return expect.poll(async () => Number(await big.getAttribute("data-value")), { timeout: 10_000 });
}
