// Net in a browser: going to an address, opening a model file, waiting for what the Number panel says.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Model } from "../../src/node.ts";
import { asFile } from "./net-models.ts";

/** Goes where a link would lead, without loading the page anew. */
export function visit(page: Page, query: Readonly<Record<string, string>>): Promise<void> {
  return page.evaluate((fields) => {
    history.pushState(null, "", `/net?${new URLSearchParams(fields)}`);
    dispatchEvent(new PopStateEvent("popstate"));
  }, query);
}

export const big = (page: Page, address: string) => page.locator(`#sheet-number .big[data-addr="${address}"]`);

/** Opens a model file by the button's file input; gives the name under which the page knows it. */
export async function openFile(page: Page, name: string, model: Model | Uint8Array): Promise<string> {
  await page.locator("input[type=file]").setInputFiles(asFile(name, model));
  await soon(() => page.locator("h1").textContent()).toContain(name);
  await page.locator("#sheet-number .big").waitFor({ state: "attached" });
  return new URL(page.url()).searchParams.get("model") ?? "";
}

/** What a page shows is waited for. */
export const soon = <T>(read: () => Promise<T> | T) => expect.poll(read, { timeout: 10_000 });
