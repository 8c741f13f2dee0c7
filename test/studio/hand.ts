// Drawing on the page's pads by hand, and what the page takes the drawing for.
import type { Page } from "playwright-core";
import type { Drawing } from "./drawings.ts";

export const pad = (page: Page) => page.locator("[data-pad]:visible");

/** Draws by mouse; gives the drawing as the address holds it. `moved` is waited for after every point. */
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

/** What the page takes the drawing for, once it speaks of that one. */
export async function guessOf(page: Page, drawing: string) {
  await page.locator(`[data-drawing="${drawing}"]:visible`).waitFor();
  const guess = page.locator("[data-guess]:visible");
  const probs = page.locator(".bars:visible [data-value]");
  return {
    guess: await guess.getAttribute("data-guess"),
    sure: await guess.getAttribute("data-sure"),
    probs: await probs.evaluateAll((all) => all.map((each) => Number((each as HTMLElement).dataset.value))),
  };
}
