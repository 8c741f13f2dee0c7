// Build: shapes and parameters are the package's for any plan, a chain that cannot work names the layer and the mend, the TypeScript runs.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/tree.ts";
import { lesson, modelFromGraph, parseGraph } from "../../src/node.ts";
import { operations } from "../../src/ops/index.ts";
import { build as words } from "../../studio/src/messages/build.en.ts";
import {
  layerOps,
  newLayer,
  optionsOf,
  type Plan,
  type PlanLayer,
  readPlan,
  writePlan,
} from "../../studio/src/plan.ts";
import { readState, writeState } from "../../studio/src/state.ts";
import { typescriptOf } from "../../studio/src/views/build/typescript.ts";
import { axe, noChromium, openPage, type PageWishes, scrolledSideways } from "./page.ts";
import { stateOf } from "./steps.ts";

const modelOf = (plan: Plan) => modelFromGraph(parseGraph({ input: [...plan.input], nodes: [...plan.nodes] }, "plan"));
const path = (plan: Plan) => writeState({ ...readState("/build", "").state, plan: writePlan(plan) });

async function openBuild(wishes: PageWishes = {}): Promise<Page> {
  const page = await openPage({ path: "/build", ...wishes });
  await settle(page);
  return page;
}
const settle = (page: Page) => page.locator('.chain[aria-busy="false"]').waitFor();

const told = (page: Page, id: string) =>
  page
    .locator(`li [data-testid=${id}]`)
    .evaluateAll((found) => found.map((each) => (each as HTMLElement).dataset.value));
const opsOf = (page: Page) =>
  page.locator("li[data-op]").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.op));

const size = fc.integer({ min: 1, max: 3 });
const map = fc.oneof(
  fc.record({
    op: fc.constant("conv2d" as const),
    options: fc.record({
      filters: size,
      kernelSize: size,
      strides: size,
      padding: fc.constantFrom("valid", "same", 1),
      useBias: fc.boolean(),
    }),
  }),
  fc.record({
    op: fc.constantFrom("maxPool2d" as const, "avgPool2d" as const),
    options: fc.record({ poolSize: size }),
  }),
  fc.record({ op: fc.constant("relu" as const) }),
  fc.record({ op: fc.constant("rescale" as const), options: fc.record({ divisor: size }) }),
);
const somePlan: fc.Arbitrary<Plan> = fc
  .tuple(
    fc.tuple(fc.integer({ min: 3, max: 20 }), fc.integer({ min: 3, max: 20 }), size),
    fc.array(map, { maxLength: 5 }),
    size,
  )
  .map(([input, maps, units]) => ({
    input,
    nodes: [...maps, { op: "flatten" }, { op: "dense", options: { units } }] as PlanLayer[],
  }));

describe("a plan", () => {
  test("is read as it was written, and carried by an address", () => {
    fc.assert(
      fc.property(somePlan, (plan) => {
        expect(readPlan(writePlan(plan))).toEqual(plan);
        const { state, ignored } = readState("/build", path(plan).split("?")[1] ?? "");
        expect([readPlan(state.plan), ignored]).toEqual([plan, []]);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test.each([
    "x",
    "[]",
    "null",
    '{"input":[1,1]}',
    '{"input":[1,1],"nodes":[]}',
    '{"input":[1,1,"1"],"nodes":[]}',
    '{"input":[1,1,1],"nodes":[{"op":"softmax"}]}',
    '{"input":[1,1,1],"nodes":[{"op":"relu","name":"a"}]}',
    '{"input":[1,1,1],"nodes":[{"op":"relu","options":{"units":1}}]}',
    '{"input":[1,1,1],"nodes":[{"op":"dense","options":{"units":"1"}}]}',
    '{"input":[1,1,1],"nodes":[{"op":"conv2d","options":{"padding":"full"}}]}',
    `{"input":[1,1,1],"nodes":[${new Array(41).fill('{"op":"relu"}')}]}`,
  ])("is not %s: the address says so", (text) => {
    expect(readPlan(text)).toBeUndefined();
    expect(readState("/build", new URLSearchParams({ plan: text }).toString())).toMatchObject({
      state: { plan: "" },
      ignored: ["plan"],
    });
  });

  test("takes what is left out as the library does", () => {
    for (const op of layerOps) {
      const { options = {} } = newLayer(op);
      const settled = parseGraph({ input: [9, 9, 1], nodes: [{ op, options }] }, op).nodes[0]?.options ?? {};
      for (const { name, usual } of optionsOf[op]) {
        expect(Object.keys(operations[op].op.options)).toContain(name);
        if (usual) expect([settled[name]].flat()[0]).toBe(usual(options));
      }
    }
  });
});

describe.skipIf(noChromium)("Build", () => {
  test("begins with the lesson's chain; shapes, parameters and work are the package's, also for random plans", async () => {
    const page = await openBuild();
    const check = async (model: ReturnType<typeof modelOf>) => {
      const { layers, parameters, flops } = model.summary();
      const shown = layers.slice(0, model.network.last + 1);
      await expect.poll(() => told(page, "shape")).toEqual(shown.map(({ shape }) => shape.join(",")));
      expect(await told(page, "parameters")).toEqual(shown.map((layer) => String(layer.parameters)));
      expect((await told(page, "multiplications")).map((count) => 2 * Number(count))).toEqual(
        shown.map((layer) => layer.flops),
      );
      const total = (id: string) => page.locator(`#sheet-story [data-testid=${id}]`).getAttribute("data-value");
      expect([await total("total"), 2 * Number(await total("work"))]).toEqual([String(parameters), flops]);
    };
    await check(lesson() as unknown as ReturnType<typeof modelOf>);
    expect(await page.locator("li[data-layer='1'] [data-testid=parameters]").innerText()).toContain("(3·3·1+1)·8 = 80");
    for (const plan of fc.sample(somePlan, { seed: 8, numRuns: 12 })) {
      if (!works(plan)) continue;
      await page.goto(new URL(path(plan), page.url()).href);
      await settle(page);
      await check(modelOf(plan));
    }
  }, 40_000);

  test("a kernel larger than its map: the layer is named with the mend, those behind it wait, Train waits", async () => {
    const page = await openBuild();
    await page.getByRole("button", { name: words.presets.lesson6 }).click();
    await expect.poll(() => told(page, "shape")).toContain("4,4,3");
    await page.getByRole("spinbutton", { name: "conv1: kernelSize" }).fill("7");
    const message = page.locator("li[data-op=conv2d] [role=alert]");
    await message.waitFor();
    expect(await message.getAttribute("data-code")).toBe("shape.window");
    expect(await message.locator("b").innerText()).toBe("conv1");
    expect(await message.innerText()).toContain("Make the kernel or the dilation smaller, or add padding.");
    expect(await told(page, "shape")).toEqual(["6,6,1", "", "", "", "", ""]);
    expect(await page.getByRole("button", { name: words.train.go }).isDisabled()).toBe(true);
    expect(await page.locator("#why").innerText()).toBe(words.train.broken("conv1"));
    await expect.poll(() => page.locator("[aria-live=polite]").innerText()).toContain("conv1 cannot work.");
    await page.getByRole("combobox", { name: "conv1: padding" }).selectOption("same");
    await expect.poll(() => told(page, "shape")).toContain("6,6,3");
    expect(await message.count()).toBe(0);
    await page.getByRole("spinbutton", { name: words.sizeOf("height") }).fill("0");
    await expect.poll(() => page.locator("[role=alert] b").innerText()).toBe("input");
  }, 30_000);

  test("the TypeScript that is shown, and copied, makes the same network", async () => {
    const page = await openBuild({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: words.code.copy, exact: true }).click();
    const code = await page.locator("[data-testid=typescript]").textContent();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(code);
    const folder = mkdtempSync(join(tmpdir(), "cutaway-build-"));
    try {
      const run = async (text: string, name: string) => {
        const file = join(folder, `${name}.ts`);
        writeFileSync(file, text.replace('"cutaway"', JSON.stringify(join(root, "src/node.ts"))));
        return (await import(file)).model as ReturnType<typeof modelOf>;
      };
      expect((await run(code ?? "", "shown")).summary().toString()).toBe(lesson().summary().toString());
      for (const [k, plan] of fc.sample(somePlan, { seed: 4, numRuns: 30 }).filter(works).entries()) {
        expect((await run(typescriptOf(plan), `plan${k}`)).summary().toString()).toBe(
          modelOf(plan).summary().toString(),
        );
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 30_000);

  test("by keyboard alone: move, remove, add behind the held layer; the focus stays, the page says what changed, going back undoes", async () => {
    const page = await openBuild();
    const before = await opsOf(page);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    const said = () => page.locator("[aria-live=polite]").innerText();
    await page.locator("li[data-layer='3'] [data-act=up]").focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => opsOf(page)).toEqual(["rescale", "conv2d", "maxPool2d", "relu", ...before.slice(4)]);
    await expect.poll(focused).toBe(words.up("pool1"));
    await expect.poll(said).toContain(words.said.moved("pool1", 3, before.length));
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await opsOf(page))[0]).toBe("maxPool2d");
    await expect.poll(focused).toBe(words.down("pool1"));
    await page.locator("li[data-layer='0'] [data-act=remove]").focus();
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await opsOf(page)).length).toBe(before.length - 1);
    await expect.poll(focused).toBe(words.remove("rescale1"));
    await page.locator("li[data-layer='1'] .name").focus();
    await page.keyboard.press("Enter");
    await page.locator("[data-add=avgPool2d]").focus();
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await opsOf(page))[2]).toBe("avgPool2d");
    expect(stateOf(page).place).toBe(2);
    expect(await focused()).toBeNull();
    for (let k = 0; k < 6; k++) await page.goBack();
    await expect.poll(() => opsOf(page)).toEqual(before);
  }, 30_000);

  test("a copied link opens the same plan; Train it leads to Train with it; a misfit is mended in one press", async () => {
    const page = await openBuild();
    await page.getByRole("button", { name: words.presets.lesson6 }).click();
    await settle(page);
    await expect.poll(() => page.locator("#why").innerText()).toContain("28×28×1");
    const other = await openBuild({ path: page.url().replace(new URL(page.url()).origin, "") });
    expect(await other.locator("[data-testid=typescript]").textContent()).toBe(
      await page.locator("[data-testid=typescript]").textContent(),
    );
    await page.getByRole("button", { name: words.train.fit }).click();
    const link = page.getByRole("link", { name: words.train.go });
    await link.waitFor();
    const planned = readPlan(stateOf(page).plan);
    expect(planned?.input).toEqual([28, 28, 1]);
    await link.click();
    await expect.poll(() => stateOf(page)).toMatchObject({ screen: "train", plan: writePlan(planned as Plan) });
    expect(modelOf(planned as Plan).outputShape).toEqual([10]);
  }, 30_000);

  for (const taste of [{ colorScheme: "light" }, { colorScheme: "dark" }, { forcedColors: "active" }] as const) {
    test(`axe, 320 px and a phone, whole and broken, ${Object.values(taste)}`, async () => {
      const page = await openBuild(taste);
      const broken: Plan = {
        input: [6, 6, 1],
        nodes: [
          { op: "conv2d", options: { filters: 128, kernelSize: 9 } },
          { op: "flatten" },
          { op: "dense", options: { units: 1000 } },
        ],
      };
      const complaints: string[] = [];
      for (const address of ["/build?place=1", path(broken)]) {
        await page.goto(new URL(address, page.url()).href);
        await settle(page);
        for (const [width, height] of [
          [1440, 900],
          [1000, 700],
          [390, 844],
          [320, 700],
        ] as const) {
          await page.setViewportSize({ width, height });
          if (await scrolledSideways(page)) complaints.push(`${address} at ${width} scrolls sideways`);
          if (width === 1440 || width === 320)
            complaints.push(...(await axe(page)).map((finding) => `${address} at ${width}: ${finding}`));
        }
      }
      expect(complaints).toEqual([]);
    }, 40_000);
  }
});

function works(plan: Plan): boolean {
  try {
    modelOf(plan);
    return true;
  } catch {
    return false;
  }
}
