// A model of digits and the pad on Net and Trace in tests: opening them, what the pages show.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { calibrate, digits, scribbles } from "../../src/digits.ts";
import { fit, lesson, type Model, saveModel } from "../../src/node.ts";
import { unpackStrokes } from "../../studio/src/engine/strokes.ts";
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
export const choose = (page: Page, name: "A sample" | "Your own") => page.getByRole("button", { name }).click();

export const strokesOf = (drawing: string) => unpackStrokes(drawing) ?? [];

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
