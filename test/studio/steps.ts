// What the tests of Learn share: opening a step, reading its numbers, and the network that its address means, opened here.
import type { Page } from "playwright-core";
import { explain } from "../../src/node.ts";
import { lesson6, lesson6Image, lesson6Label, workedModel } from "../../src/story.ts";
import { readState, type State } from "../../studio/src/state.ts";
import { openPage, type PageWishes } from "./page.ts";

export async function openStep(path: string, wishes: PageWishes = {}): Promise<Page> {
  const page = await openPage({ ...wishes, path });
  await page.locator("[data-stage]").waitFor();
  return page;
}

export const valuesOf = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((found) => found.map((each) => Number((each as HTMLElement).dataset.value)));

export const cell = (page: Page, address: string) => page.locator(`#stage .cell[data-addr="${address}"]`);

/** Every address on the page with its value. */
export const numbersOf = (page: Page): Promise<[string, number][]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("[data-addr]")].map((each) => [
      each.dataset.addr ?? "",
      Number(each.dataset.value),
    ]),
  );

export const stateOf = (page: Page): State => {
  const { pathname, search } = new URL(page.url());
  return readState(pathname, search).state;
};

const examples = { 2: "conv2d", 3: "conv2d", 4: "relu", 5: "maxPool2d" } as const;

/** The network that a state of steps 1 to 5 means, opened here. */
async function openedFor({ step, set, stride, padding }: State) {
  const example = step in examples ? examples[step as keyof typeof examples] : undefined;
  const options = step === 3 ? { strides: stride, padding } : {};
  const worked = example && workedModel(example, { options });
  const model = worked?.model ?? lesson6();
  const picture = [...(worked?.image.values ?? lesson6Image)];
  const numbers = model.snapshot();
  const place = (shape: readonly number[], at: readonly number[]) =>
    shape.reduce((sum, size, k) => sum * size + (at[k] ?? 0), 0);
  for (const [address, value] of Object.entries(set)) {
    const [name = "", indices = ""] = address.split(/[[\]]/);
    const at = indices.split(",").map(Number);
    if (name === "input") picture[place(model.inputShape, at)] = value;
    const data = numbers.get(name);
    const shape = model.parameters.get(name)?.shape;
    if (data && shape) data[place(shape, at)] = value;
  }
  model.restore(numbers);
  return explain(model, { input: picture, ...(worked ? {} : { label: lesson6Label }) });
}

/** Addresses whose value on the page is not what the package computes from the page's own address. */
export async function astray(page: Page): Promise<string[]> {
  const opened = await openedFor(stateOf(page));
  const numbers = await numbersOf(page);
  if (numbers.length < 5) return ["too few numbers"];
  return numbers
    .filter(([address, value]) => opened.at(address).value !== value)
    .map(([address, value]) => `${address} ${value}`);
}
