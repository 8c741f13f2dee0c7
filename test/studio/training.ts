// Train's page in tests: orders by the names of its buttons, drawings on its pad.
import type { Page } from "playwright-core";
import type { Drawing } from "./drawings.ts";
import { drawByHand } from "./hand.ts";

export const standing = (page: Page, ...names: readonly string[]) =>
  page.waitForFunction(
    (wanted) => wanted.includes(document.querySelector<HTMLElement>("[data-standing]")?.dataset.standing ?? ""),
    names,
    { timeout: 60_000 },
  );
export const press = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, exact: true }).first().click();
export const steps = (page: Page) => page.locator("[data-step]").textContent();

/** Draws on the pad, which is cleared before; gives the drawing as the address holds it. */
export async function draw(page: Page, drawing: Drawing): Promise<string> {
  const clear = page.getByRole("button", { name: "Clear" });
  if (await clear.isEnabled()) await clear.click();
  return drawByHand(page, drawing);
}
