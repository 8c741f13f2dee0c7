// Net: any model on three zoom levels. What the page shows is re-added, and computed again here from the same model file.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { root } from "../../scripts/tree.ts";
import { log } from "../../src/base/math.ts";
import { explain, type Opened } from "../../src/node.ts";
import { operations } from "../../src/ops/index.ts";
import { lesson6, lesson6Image, lesson6Label } from "../../src/story.ts";
import { exactModel, fastModel } from "./net-models.ts";
import { big, openFile, soon, visit } from "./net-page.ts";
import { noChromium, openPage } from "./page.ts";

interface Told {
  readonly address: string;
  readonly value: number;
  readonly combine: string;
  readonly residual: number;
  readonly bound: number;
  readonly terms: readonly number[];
}

/** What the Number panel says of each address, one behind the other. */
function tellAll(page: Page, model: string, addresses: readonly string[]): Promise<Told[]> {
  return page.evaluate(
    async ([name, list]) => {
      const found = [];
      for (const at of list) {
        history.pushState(null, "", `/net?${new URLSearchParams({ model: name, at, zoom: "net" })}`);
        dispatchEvent(new PopStateEvent("popstate"));
        const panel = document.querySelector("#sheet-number");
        const number = () => panel?.querySelector<HTMLElement>(`.big[data-addr="${at}"]`);
        for (const start = performance.now(); !number(); ) {
          if (performance.now() - start > 10_000) throw new Error(`${at} was not told`);
          await new Promise((next) => setTimeout(next));
        }
        const sum = panel?.querySelector<HTMLElement>("[data-testid=sum]");
        found.push({
          address: at,
          value: Number(number()?.dataset.value),
          combine: sum?.dataset.combine ?? "copy",
          residual: Number(sum?.dataset.residual ?? 0),
          bound: Number(sum?.dataset.bound ?? 0),
          terms: [...(sum?.querySelectorAll<HTMLElement>("[data-term]") ?? [])].map((row) => Number(row.dataset.term)),
        });
      }
      return found;
    },
    [model, addresses] as const,
  );
}

/** The terms in order, put together as the account says. */
function readd({ combine, terms }: Told): number {
  const [first = 0, ...rest] = terms;
  const sum = (numbers: readonly number[]) => numbers.reduce((total, term) => total + term);
  if (combine === "max") return Math.max(...terms);
  if (combine === "quotient") return first / sum(rest);
  if (combine === "log") return log(sum(rest)) - first;
  return sum(terms);
}

/** Numbers from every tensor of the network in turn, forward, backward and after the update: the cells by a fixed stride. */
function someAddresses(opened: Opened, count: number): string[] {
  const scopes = ["", "grad:", "next:"];
  const names = scopes.flatMap((scope) =>
    opened
      .places()
      .flatMap(({ name, shape }) =>
        scope === "next:" && !/\.(?:kernel|weight|bias)$/.test(name) ? [] : [{ name: `${scope}${name}`, shape }],
      ),
  );
  const found = Array.from({ length: count }, (_, k) => {
    const { name, shape } = names[k % names.length] ?? { name: "loss", shape: [] };
    let place = (k * 7919 + 13) % shape.reduce((product, size) => product * size, 1);
    const cell = shape.toReversed().map((size) => {
      const index = place % size;
      place = Math.floor(place / size);
      return index;
    });
    return cell.length === 0 ? name : `${name}[${cell.reverse().join(",")}]`;
  });
  // One layer behind the other, so that the page need not change its view for each.
  const home = (address: string) => address.replace(/^\w+:|\[.*$/g, "");
  return found.toSorted((a, b) => home(a).localeCompare(home(b)));
}

function expectTrue(told: readonly Told[], opened: Opened): void {
  for (const each of told) {
    expect(each.value, each.address).toBe(opened.value(each.address));
    expect(Math.abs(each.residual), each.address).toBeLessThanOrEqual(each.bound);
    if (each.terms.length > 0) expect(readd(each) + each.residual, each.address).toBe(each.value);
  }
}

/** The picture that the page opened the model on, read off its cells. */
async function pictureOf(
  page: Page,
  model: string,
  [height = 1, width = 1, channels = 1]: readonly number[],
): Promise<number[]> {
  const pixels: number[] = new Array(height * width * channels).fill(Number.NaN);
  for (let channel = 0; channel < channels; channel++) {
    await visit(page, { model, layer: "input", at: `input[0,0,${channel}]` });
    const cells = page.locator(`main [role=gridcell][data-addr^="input["][data-addr$=",${channel}]"]`);
    await soon(() => cells.count()).toBe(height * width);
    const values = await cells.evaluateAll((all) => all.map((cell) => Number((cell as HTMLElement).dataset.value)));
    for (const [k, value] of values.entries()) pixels[k * channels + channel] = value;
  }
  return pixels;
}

/** Every colour of a cell on the page, by tensor and value. */
async function colours(page: Page): Promise<[string, string][]> {
  return page.locator("main .cell[data-addr], [data-testid=sum] .swatch[data-addr]").evaluateAll((all) =>
    all.flatMap((each) => {
      const { addr = "", value = "" } = (each as HTMLElement).dataset;
      const { backgroundColor, backgroundImage } = getComputedStyle(each);
      return addr.startsWith("grad") || backgroundImage !== "none"
        ? []
        : [[`${addr.split("[")[0]} ${value}`, backgroundColor] as [string, string]];
    }),
  );
}

const domains = (page: Page) =>
  page
    .locator("[data-domain]")
    .evaluateAll((all) => all.map((each) => `${each.textContent} ${(each as HTMLElement).dataset.domain}`));

describe.skipIf(noChromium)("Net", () => {
  let page: Page;
  beforeAll(async () => {
    page = await openPage({ path: "/net?at=conv1.out[1,2,0]" });
    await big(page, "conv1.out[1,2,0]").waitFor();
  });

  test("the lesson network: its size, its layers with their arithmetic, and the held cell's path", async () => {
    expect(await page.locator("h1").textContent()).toBe("The lesson network, 66 parameters");
    const { nodes } = lesson6().network;
    expect(await page.locator(".layers button").count()).toBe(nodes.length + 1);
    expect(await page.locator("[data-arithmetic]").allTextContents()).toEqual(["3·3·1·3 = 27", "4·4·3·9 = 432"]);
    expect(await page.locator("polyline.held").count()).toBe(2);
    const window = page.locator('[data-part="in-0"] i.frame');
    expect(await window.getAttribute("style")).toBe("--row: 1; --column: 2; --high: 3; --wide: 3;");
  });

  test("check 2: 200 numbers of the lesson network add up, residual 0, and are the engine's", async () => {
    const opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label, learningRate: 0.001 });
    const told = await tellAll(page, "lesson6", someAddresses(opened, 200));
    expectTrue(told, opened);
    expect(told.filter(({ residual }) => residual !== 0)).toEqual([]);
    expect(told.filter(({ terms }) => terms.length > 1).length).toBeGreaterThan(80);
  });

  test("check 2: and of a network with every operation and a branch, exact and trained on the fast engine", async () => {
    for (const [file, model, count] of [
      ["exact.safetensors", exactModel(), 60],
      ["fast.safetensors", await fastModel(), 200],
    ] as const) {
      expect(new Set(model.network.nodes.map(({ op }) => op))).toEqual(new Set(Object.keys(operations)));
      const name = await openFile(page, file, model);
      const input = await pictureOf(page, name, model.inputShape);
      const backend = model.dtype === "f32" ? "auto" : "reference";
      const opened = await explain(model, { input, label: 0, learningRate: 0.001, backend });
      const told = await tellAll(page, name, someAddresses(opened, count));
      expectTrue(told, opened);
      const rounded = told.filter(({ residual }) => residual !== 0).length;
      if (backend === "reference") expect(rounded).toBe(0);
      else expect(rounded).toBeGreaterThan(count / 10);
    }
  });

  test("every operation has a view, found by its name; each shows what it reads and what it writes", async () => {
    for (const op of Object.keys(operations))
      expect(existsSync(join(root, `studio/src/views/${op}/Layer.svelte`)), op).toBe(true);
    const model = await openFile(page, "views.safetensors", exactModel());
    await visit(page, { model, zoom: "layer" });
    for (const { name, op, inputs } of exactModel().network.nodes) {
      const layer = page.locator(`.layers button`, {
        hasText: op === "crossEntropy" ? /^loss/ : new RegExp(`^${name}`),
      });
      await layer.click();
      await page.locator(`[data-op="${op}"][data-opened="${name}"]`).waitFor();
      expect(await page.locator(`[data-op] [data-part^="in"]`).count(), name).toBeGreaterThanOrEqual(
        inputs.length > 0 ? 1 : 0,
      );
      expect(await page.locator(`[data-op] [data-part^="out"] [data-addr]`).count(), name).toBeGreaterThan(0);
    }
    expect(new URL(page.url()).searchParams.get("model")).toBe(model);
  });

  test("check 9: equal values have equal colours in every view, zero is neutral, an edit changes no domain", async () => {
    const seen = new Map<string, string>();
    for (const [zoom, at] of [
      ["layer", "conv1.out[1,2,0]"],
      ["cell", "conv1.out[1,2,0]"],
      ["layer", "relu1.out[1,2,0]"],
      ["layer", "pool1.out[0,1,0]"],
      ["layer", "flatten1.out[3]"],
      ["layer", "logits[1]"],
      ["layer", "loss"],
    ] as const) {
      await visit(page, { at, zoom });
      await big(page, at).waitFor();
      for (const [what, colour] of await colours(page)) {
        expect(seen.get(what) ?? colour, what).toBe(colour);
        seen.set(what, colour);
      }
    }
    const zeros = [...seen].filter(([what]) => /^(?:conv1|relu1|pool1|flatten1|dense1)\.\w+ 0$/.test(what));
    expect(zeros.length).toBeGreaterThan(3);
    for (const [what, colour] of zeros) expect(colour, what).toBe("rgb(247, 247, 247)");

    await visit(page, { layer: "input", at: "input[2,2,0]" });
    const all = async () => {
      const found = [];
      for (const at of ["conv1.out[1,2,0]", "logits[0]", "loss"]) {
        await visit(page, { ...(await edits()), at });
        await big(page, at).waitFor();
        found.push(await domains(page));
      }
      return found;
    };
    const edits = async () =>
      Object.fromEntries([...new URL(page.url()).searchParams].filter(([key]) => key === "set"));
    const before = await all();
    await visit(page, { layer: "input", at: "input[2,2,0]" });
    const pixel = page.locator('main [role=gridcell][data-addr="input[2,2,0]"]');
    await pixel.focus();
    for (const key of ["e", "ArrowUp", "ArrowUp", "Escape"]) await page.keyboard.press(key);
    await soon(() => pixel.getAttribute("data-value")).toBe("104");
    expect(await all()).toEqual(before);
    await visit(page, {});
  });
});
