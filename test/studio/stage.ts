// What a stage shows, as text that can be compared: the order of a framework's class names and its comments say nothing.
import type { Page } from "playwright-core";
import { expect } from "vitest";

function written(page: Page): Promise<string> {
  return page.evaluate(() => {
    const stage = document.querySelector("#stage")?.cloneNode(true) as HTMLElement;
    for (const part of stage.querySelectorAll("[class]"))
      part.setAttribute("class", [...part.classList].toSorted().join(" "));
    return stage.innerHTML.replace(/<!--.*?-->/g, "");
  });
}

/** The stage once nothing on it changes any more. */
export async function stageOf(page: Page): Promise<string> {
  let before = "";
  await expect
    .poll(
      async () => {
        const now = await written(page);
        const same = now === before;
        before = now;
        return same;
      },
      { interval: 250, timeout: 10_000 },
    )
    .toBe(true);
  return before;
}
