// Net: any model on three zoom levels. What the page shows is re-added, and computed again here from the same model file.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { root } from "../../scripts/tree.ts";
import { log } from "../../src/base/math.ts";
import { explain, type Model, type Opened } from "../../src/node.ts";
import { operations } from "../../src/ops/index.ts";
import { lesson6, lesson6Image, lesson6Label } from "../../src/story.ts";
import { asFile, exactModel, fastModel, wideModel } from "./net-models.ts";
import { axe, noChromium, openPage, scrolledSideways } from "./page.ts";

/** Goes where a link would lead, without loading the page anew. */
function visit(page: Page, query: Readonly<Record<string, string>>): Promise<void> {
  return page.evaluate((fields) => {
    history.pushState(null, "", `/net?${new URLSearchParams(fields)}`);
    dispatchEvent(new PopStateEvent("popstate"));
  }, query);
}

const big = (page: Page, address: string) => page.locator(`#sheet-number .big[data-addr="${address}"]`);

/** Opens a model file by the button's file input; gives the name under which the page knows it. */
async function openFile(page: Page, name: string, model: Model | Uint8Array): Promise<string> {
  await page.locator("input[type=file]").setInputFiles(asFile(name, model));
  await soon(() => page.locator("h1").textContent()).toContain(name);
  await page.locator("#sheet-number .big").waitFor({ state: "attached" });
  return new URL(page.url()).searchParams.get("model") ?? "";
}

/** What a page shows is waited for. */
const soon = <T>(read: () => Promise<T> | T) => expect.poll(read, { timeout: 10_000 });

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
        history.pushState(null, "", `/net?${new URLSearchParams({ model: name, at })}`);
        dispatchEvent(new PopStateEvent("popstate"));
        const panel = document.querySelector("#sheet-number");
        const number = () => panel?.querySelector<HTMLElement>(`.big[data-addr="${at}"]`);
        for (const start = performance.now(); !number(); ) {
          if (performance.now() - start > 10_000)
            throw new Error(`${at} was not told`);
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
    expect(told.filter(({ terms }) => terms.length > 1).length).toBeGreaterThan(100);
  });

  test("check 2: and of a network with every operation and a branch, exact and trained on the fast engine", async () => {
    for (const [file, model] of [
      ["exact.safetensors", exactModel()],
      ["fast.safetensors", await fastModel()],
    ] as const) {
      expect(new Set(model.network.nodes.map(({ op }) => op))).toEqual(new Set(Object.keys(operations)));
      const name = await openFile(page, file, model);
      const input = await pictureOf(page, name, model.inputShape);
      const opened = await explain(model, { input, label: 0, learningRate: 0.001 });
      expectTrue(await tellAll(page, name, someAddresses(opened, 200)), opened);
    }
  });

  test("every operation has a view, found by its name; each shows what it reads and what it writes", async () => {
    for (const op of Object.keys(operations))
      expect(existsSync(join(root, `studio/src/views/${op}/Layer.svelte`)), op).toBe(true);
    const model = await openFile(page, "views.safetensors", exactModel());
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

describe.skipIf(noChromium)("Net with other models", () => {
  test("large maps are a picture with a window of cells; the arrows take the window along", async () => {
    const page = await openPage({ path: "/net" });
    const model = await openFile(page, "wide.safetensors", wideModel());
    await visit(page, { model, at: "input[20,20,0]" });
    const picture = page.locator("main canvas[role=img]").first();
    expect(await picture.getAttribute("aria-label")).toContain("40×40×1");
    const cells = page.locator('main [role=gridcell][data-addr^="input["]');
    await soon(() => cells.count()).toBe(81);
    const corner = await cells.first().getAttribute("data-addr");
    expect(corner).toBe("input[16,16,0]");
    const held = page.locator('main [role=gridcell][data-addr="input[20,20,0]"]');
    await held.focus();
    for (let k = 0; k < 5; k++) await page.keyboard.press("ArrowDown");
    await soon(() => page.evaluate(() => (document.activeElement as HTMLElement).dataset.addr)).toBe("input[25,20,0]");
    await page.keyboard.press("Enter");
    await big(page, "input[25,20,0]").waitFor();
    // The picture's pixel and the window's cell are one colour.
    const same = await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>("main canvas[role=img]");
      const [r, g, b] = canvas?.getContext("2d")?.getImageData(20, 25, 1, 1).data ?? [];
      const cell = document.querySelector('main [role=gridcell][data-addr="input[25,20,0]"]');
      return [`rgb(${r}, ${g}, ${b})`, cell && getComputedStyle(cell).backgroundColor];
    });
    expect(same[0]).toBe(same[1]);
    const box = await picture.boundingBox();
    if (box) await page.mouse.click(box.x + (box.width * 3.5) / 40, box.y + (box.height * 1.5) / 40);
    await big(page, "input[1,3,0]").waitFor();
    await visit(page, { model, at: "logits[2]" });
    await soon(() => page.locator("main canvas[role=img]").count()).toBe(2);
  });

  test("a broken file and one that is no model are told in the library's words, and what was open stays", async () => {
    const page = await openPage({ path: "/net?at=conv1.out[1,2,0]" });
    await big(page, "conv1.out[1,2,0]").waitFor();
    const before = page.url();
    const message = page.locator("main .message");
    const whole = asFile("whole", exactModel()).buffer;
    for (const [name, bytes, code] of [
      ["cut.safetensors", whole.subarray(0, 700), /./],
      ["text.safetensors", Buffer.from("no model"), /./],
    ] as const) {
      await page
        .locator("input[type=file]")
        .setInputFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) });
      await soon(() => message.textContent()).toContain(name);
      expect(await message.getAttribute("data-code")).toMatch(code);
      expect(await message.getAttribute("data-code")).not.toBe("studio.fault");
      expect(page.url()).toBe(before);
      expect(await page.locator('main [role=gridcell][data-addr="conv1.out[1,2,0]"]').getAttribute("data-value")).toBe(
        "9",
      );
    }
    await page.getByRole("button", { name: "Close" }).click();
    expect(await message.count()).toBe(0);
    await visit(page, { model: "file9", at: "conv1.out[1,2,0]" });
    await soon(() => message.textContent()).toContain("file9");
    await page.getByRole("button", { name: "Back to the lesson network" }).click();
    await big(page, "conv1.out[1,1,0]").waitFor();
  });

  test("time: a beat a layer, the same at t by scrub and by step; blocks and list go along", async () => {
    const page = await openPage({ path: "/net?t=2.5&at=conv1.out[0,0,0]" });
    const paper = page.locator("main [data-part='out-0'] [data-paper]");
    await soon(() => paper.count()).toBe(7);
    const frame = await page.locator("[data-part='in-0'] i.frame").getAttribute("style");
    await page.keyboard.press("]");
    await soon(() => page.locator(".layers [aria-current]").textContent()).toContain("relu1");
    await page.locator("[role=slider]").press("ArrowLeft");
    await page.locator("[role=slider]").press("ArrowLeft");
    await soon(() => paper.count()).toBe(7);
    await soon(() => page.locator("[data-part='in-0'] i.frame").getAttribute("style")).toBe(frame);
    await page.locator("[data-layer=pool1]").click();
    await page.locator("[data-opened=pool1]").waitFor();
    expect(new URL(page.url()).searchParams.get("t")).toBe("4");
  });

  test.each([
    [1440, 900, "light"],
    [1440, 900, "dark"],
    [390, 844, "dark"],
    [320, 700, "light"],
  ] as const)(
    "everybody: %i×%i, %s: nothing serious for axe, no sideways scroll",
    async (width, height, colorScheme) => {
      const page = await openPage({ path: "/net?at=conv1.out[1,2,0]", width, height, colorScheme });
      for (const query of [{ zoom: "net" }, { zoom: "layer" }, { zoom: "cell" }, { zoom: "layer", at: "logits[1]" }]) {
        await visit(page, { at: "conv1.out[1,2,0]", ...query });
        await page.locator(`[data-zoom=${query.zoom}] [data-layer]`).first().waitFor();
        expect(await axe(page), JSON.stringify(query)).toEqual([]);
        expect(await scrolledSideways(page), JSON.stringify(query)).toBe(false);
      }
      const model = await openFile(page, "wide.safetensors", wideModel());
      for (const at of ["input[20,20,0]", "conv1.out[20,20,1]", "logits[1]"]) {
        await visit(page, { model, at });
        await page.locator("main canvas[role=img]").first().waitFor();
        expect(await scrolledSideways(page), at).toBe(false);
      }
    },
  );

  test("forced colours: nothing serious for axe, data keeps its colours", async () => {
    const page = await openPage({ path: "/net?at=conv1.out[1,2,0]", forcedColors: "active" });
    const cell = page.locator('main [role=gridcell][data-addr="conv1.out[1,1,0]"]');
    await cell.waitFor();
    expect(await axe(page)).toEqual([]);
    expect(await cell.evaluate((each) => getComputedStyle(each).forcedColorAdjust)).toBe("none");
  });
});
