// Train's page in tests: orders by the names of its buttons, drawings on its pad, what it says of them.
import type { Page } from "playwright-core";
import type { Drawing } from "./drawings.ts";

export const standing = (page: Page, ...names: readonly string[]) =>
  page.waitForFunction(
    (wanted) => wanted.includes(document.querySelector<HTMLElement>("[data-standing]")?.dataset.standing ?? ""),
    names,
    { timeout: 60_000 },
  );
export const press = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, exact: true }).first().click();
export const steps = (page: Page) => page.locator("[data-step]").textContent();

/** Draws on the pad by mouse; gives the drawing as the address holds it. */
export async function draw(page: Page, drawing: Drawing): Promise<string> {
  const clear = page.getByRole("button", { name: "Clear" });
  if (await clear.isEnabled()) await clear.click();
  const box = await page.locator("[data-pad]").boundingBox();
  if (!box) throw new Error("no pad");
  for (const stroke of drawing) {
    for (const [k, [x, y]] of stroke.entries()) {
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      if (k === 0) await page.mouse.down();
    }
    await page.mouse.up();
  }
  return page.evaluate(() => new URLSearchParams(location.search).get("drawing") ?? "");
}

/** What the page says of the drawing on the pad, once it speaks of that one. */
export async function guessed(page: Page, drawing: string) {
  await page.locator(`[data-drawing="${drawing}"]`).waitFor();
  return page.evaluate(() => {
    const { guess, sure } = document.querySelector<HTMLElement>("[data-guess]")?.dataset ?? {};
    const probs = [...document.querySelectorAll<HTMLElement>(".bars [data-value]")].map(({ dataset }) => dataset.value);
    return { guess, sure, probs: probs.map(Number) };
  });
}
