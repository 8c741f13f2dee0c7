// A run under orders: pause, single steps, rewind, another rate, one step by phase; classes drawn on the pad; files and workers that fail.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { saveModel } from "../../src/io/model-file.ts";
import { lesson6 } from "../../src/story/lesson6.ts";
import { linearDecay } from "../../src/train/sgd.ts";
import { drawnDigits } from "./drawings.ts";
import { guessOf } from "./hand.ts";
import { noChromium, openPage } from "./page.ts";
import { draw, press, standing, steps } from "./training.ts";

const batchLoss = (page: Page) => page.locator("main li:nth-child(3) [data-value]").first().getAttribute("data-value");

describe.skipIf(noChromium)("pause, step, rewind, rate", () => {
  test("the same seed gives the same losses again; another rate other ones", async () => {
    const page = await openPage({ path: "/train?seed=5" });
    await standing(page, "ready");
    const three = async () => {
      const losses: (string | null)[] = [];
      for (let k = 1; k <= 3; k++) {
        await press(page, "One step");
        await expect.poll(() => steps(page)).toBe(String(k));
        losses.push(await batchLoss(page));
      }
      const kernels = await page
        .locator('main [data-addr^="conv1.kernel"]')
        .evaluateAll((all) => all.map((cell) => (cell as HTMLElement).dataset.value));
      return { losses, kernels };
    };
    const first = await three();
    expect(new Set(first.losses).size).toBe(3);
    await press(page, "Rewind");
    await standing(page, "ready");
    expect(await steps(page)).toBe("0");
    expect(await three()).toEqual(first);
    await page.getByRole("slider", { name: "Learning rate η" }).first().focus();
    for (let k = 0; k < 10; k++) await page.keyboard.press("ArrowRight");
    await press(page, "Rewind");
    await standing(page, "ready");
    const other = await three();
    expect(other.losses[0]).toBe(first.losses[0]);
    expect(other.losses[2]).not.toBe(first.losses[2]);
  }, 60_000);

  test("η falls to 0 over a go, step by step, or stays", async () => {
    const page = await openPage({ path: "/train" });
    const rate = () => page.locator("main li:nth-child(5) [data-value]").first().getAttribute("data-value");
    const afterOne = async () => {
      await standing(page, "ready");
      const before = await rate();
      await press(page, "One step");
      await expect.poll(() => steps(page)).toBe("1");
      return [before, await rate()];
    };
    // 60,000 pictures in batches of 32, four times over: 7,500 steps.
    expect(await afterOne()).toEqual(["0.04", String(linearDecay(0.04)(1, 7500))]);
    await page.getByLabel("While it trains, η").first().selectOption("constant");
    await press(page, "Begin a new run");
    expect(await afterOne()).toEqual(["0.04", "0.04"]);
    expect(new URL(page.url()).searchParams.get("schedule")).toBe("constant");
  }, 60_000);

  test("by phase: batch, forward, loss, backward, update, and back again", async () => {
    const page = await openPage({ path: "/train?pace=phase" });
    await standing(page, "ready");
    await press(page, "Next step");
    await page.locator('[aria-current="step"]').waitFor();
    const phase = () => page.locator('main [aria-current="step"] b').textContent();
    const kernel = () => page.locator('main [data-addr="conv1.kernel[0,0,0,0]"]').getAttribute("data-value");
    const gradients = () => page.locator('main [data-addr^="grad:conv1.kernel"]').count();
    await expect.poll(phase).toBe("Batch");
    const before = await kernel();
    expect([await page.locator(".batch canvas").count(), await gradients()]).toEqual([32, 0]);
    for (const name of ["forward", "loss", "backward", "update"]) {
      await press(page, `Next phase: ${name}`);
      await expect.poll(async () => (await phase())?.toLowerCase()).toBe(name);
      if (name === "backward") expect([await gradients(), await kernel()]).toEqual([72, before]);
    }
    expect(await kernel()).not.toBe(before);
    await page.getByRole("button", { name: "Previous break" }).click();
    await expect.poll(phase).toBe("Backward");
    expect(await kernel()).toBe(before);
  }, 40_000);

  test("a network that Build made is trained", async () => {
    const nodes = [
      { op: "rescale" },
      { op: "conv2d", options: { filters: 4, kernelSize: 5 } },
      { op: "relu" },
      { op: "flatten" },
      { op: "dense", options: { units: 10 } },
    ];
    const page = await openPage({
      path: `/train?${new URLSearchParams({ plan: JSON.stringify({ input: [28, 28, 1], nodes }) })}`,
    });
    await standing(page, "ready");
    expect(await page.locator(".seen").textContent()).toContain(
      `${(5 * 5 + 1) * 4 + (24 * 24 * 4 + 1) * 10}`.replace(/(\d+)(\d{3})$/, "$1,$2"),
    );
    await press(page, "One step");
    await expect.poll(() => steps(page)).toBe("1");
    expect(await page.locator('main [data-addr^="conv1.kernel"]').count()).toBe(4 * 25);
  }, 30_000);

  test("classes that a person draws are learnt", async () => {
    const page = await openPage({ path: "/train?data=drawn" });
    for (const [name, shapes] of [
      ["A", [1, 7]],
      ["B", [0, 8]],
    ] as const)
      for (const shape of [...shapes, ...shapes]) {
        await draw(page, drawnDigits[shape]);
        await page
          .getByRole("button", { name: `Add this drawing: ${name}` })
          .first()
          .click();
      }
    await press(page, "Begin a new run");
    await standing(page, "ready");
    await press(page, "Train");
    await page.locator("[data-final]").waitFor({ timeout: 30_000 });
    expect(await page.locator("[data-final]").getAttribute("data-final")).toBe("1");
    expect((await guessOf(page, await draw(page, drawnDigits[1]))).guess).toBe("A");
    expect((await guessOf(page, await draw(page, drawnDigits[0]))).guess).toBe("B");
  }, 60_000);
});

describe.skipIf(noChromium)("what goes wrong is said, and the state stays", () => {
  test("a broken model file, and one of another shape", async () => {
    const page = await openPage({ path: "/train" });
    await standing(page, "ready");
    await press(page, "One step");
    await expect.poll(() => steps(page)).toBe("1");
    const chooser = page.locator("#sheet-story input[type=file]");
    await chooser.setInputFiles({
      name: "broken.safetensors",
      mimeType: "application/octet-stream",
      buffer: Buffer.from([1, 2, 3]),
    });
    await page.locator("[data-code]").waitFor();
    expect(await page.locator("[data-code]").first().textContent()).toContain("broken.safetensors");
    await chooser.setInputFiles({
      name: "small.safetensors",
      mimeType: "application/octet-stream",
      buffer: Buffer.from(saveModel(lesson6())),
    });
    await page.locator('[data-code="studio.misfit"]').first().waitFor();
    expect(await page.locator("[data-code]").first().textContent()).toContain("6×6×1");
    expect(await steps(page)).toBe("1");
    await page.getByRole("link", { name: "Open in Trace" }).first().click();
    await expect.poll(() => new URL(page.url()).searchParams.get("model")).toBe("file1");
  }, 40_000);

  test.each([
    ["throws", 'setTimeout(() => { throw new Error("gone"); })'],
    ["ends without a word", "setTimeout(() => close())"],
  ])(
    "a worker that %s",
    async (_, end) => {
      const page = await openPage({ path: "/train?seed=9", expected: /gone/ });
      await standing(page, "ready");
      await page
        .workers()
        .find((worker) => worker.url().includes("train-worker"))
        ?.evaluate(end);
      await page.locator('[data-code="studio.worker"]').waitFor();
      expect(new URL(page.url()).searchParams.get("seed")).toBe("9");
      await press(page, "Begin a new run");
      await standing(page, "ready");
      await expect.poll(() => page.locator("[data-code]").count()).toBe(0);
    },
    60_000,
  );
});
