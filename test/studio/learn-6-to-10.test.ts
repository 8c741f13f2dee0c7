// Learn, steps 6 to 10, against numbers made independently of the engine (fixtures/lesson-net.json): forward, backward, the steps of descent.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/tree.ts";
import { noChromium } from "./page.ts";
import { stageOf } from "./stage.ts";
import { astray, openStep, valuesOf } from "./steps.ts";

const net = JSON.parse(readFileSync(join(root, "fixtures/lesson-net.json"), "utf8"));
const closeness = 1e-12;

/** Numbers of a list of addresses as the stage shows them; NaN where it does not. */
async function told(page: Page, addresses: readonly string[]): Promise<number[]> {
  const first = addresses[0] ?? "";
  await page.locator(`#stage [data-addr="${first}"]`).first().waitFor();
  return page.evaluate((wanted) => {
    const found = [...document.querySelectorAll<HTMLElement>("#stage [data-addr]")];
    const values = new Map(found.map(({ dataset }) => [dataset.addr, Number(dataset.value)]));
    return wanted.map((address) => values.get(address) ?? Number.NaN);
  }, addresses);
}

function near(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  for (const [k, value] of found.entries())
    expect(Math.abs(value - (wanted[k] ?? Number.NaN)), `number ${k}`).toBeLessThan(closeness);
}

/** Addresses and numbers of maps given as [channel][row][column]. */
function planes(name: string, maps: readonly (readonly (readonly number[])[])[]) {
  const cells = maps.flatMap((rows, f) =>
    rows.flatMap((row, i) => row.map((value, j) => ({ address: `${name}[${i},${j},${f}]`, value }))),
  );
  return { addresses: cells.map(({ address }) => address), values: cells.map(({ value }) => value) };
}

async function shows(page: Page, name: string, maps: readonly (readonly (readonly number[])[])[]): Promise<void> {
  const { addresses, values } = planes(name, maps);
  near(await told(page, addresses), values);
}

describe.skipIf(noChromium)("Learn 6 to 10", () => {
  test("4: step 6 shows three kernels and their three maps", async () => {
    const page = await openStep("/learn/6?part=watch");
    await shows(page, "conv1.out", net.pre);
    const kernels = Object.values<readonly number[][]>(net.kernels);
    for (const [f, rows] of kernels.entries()) {
      const addresses = rows.flatMap((row, m) => row.map((_, n) => `conv1.kernel[${m},${n},0,${f}]`));
      near(await told(page, addresses), rows.flat());
    }
    expect(await page.locator("#stage .wired svg polyline").count()).toBe(6);
  });

  test("4: step 7 goes from pooled maps over thirteen terms to logits, shares and the loss", async () => {
    const page = await openStep("/learn/7?part=watch");
    await shows(
      page,
      "pool1.out",
      net.pl.map(({ O }: { O: number[][] }) => O),
    );
    near(await told(page, ["logits[0]", "logits[1]", "logits[2]"]), net.z);
    near(await told(page, ["probs[0]", "probs[1]", "probs[2]"]), net.p);
    near(await told(page, ["loss"]), [net.L]);
    const rows = page.locator('#stage table.rows[data-address="logits[0]"] tbody tr');
    await expect.poll(() => rows.count()).toBe(13);
    const flat = await valuesOf(page, '#stage table.rows [data-addr^="flatten1.out"]');
    expect([...flat].sort((a, b) => a - b)).toEqual([...net.flat].sort((a: number, b: number) => a - b));
  });

  test("4: step 8 ends in sixteen rows of which four are live", async () => {
    const page = await openStep("/learn/8?part=watch");
    const address = "grad:conv1.kernel[0,0,0,0]";
    near(await told(page, [address]), [-0.527451621433882]);
    await shows(page, "grad:conv1.out", [net.dO[0]]);
    near(await told(page, ["grad:logits[0]", "grad:logits[1]", "grad:logits[2]"]), net.dz);
    const rows = page.locator(`#stage table.rows[data-address="${address}"] tbody tr`);
    await expect.poll(() => rows.count()).toBe(16);
    expect(await rows.locator(":scope:not(.dead)").count()).toBe(4);
    const panel = page.locator("#sheet-number [data-testid=sum]");
    expect(await panel.locator("[data-term]").count()).toBe(16);
    expect(await panel.getAttribute("data-residual")).toBe("0");
    for (const [f, kind] of ["V", "H", "D"].entries()) {
      await page.getByRole("button", { name: `Kernel ${kind}` }).click();
      const gradient: number[][] = net.dK[kind];
      const addresses = gradient.flatMap((row, m) => row.map((_, n) => `grad:conv1.kernel[${m},${n},0,${f}]`));
      near(await told(page, addresses), gradient.flat());
    }
  });

  test("5: one step of η = 0.001 gives the known kernels and losses, for the kernels alone and for all parameters", async () => {
    const after = net["after_eta_0.001"];
    const page = await openStep("/learn/9?part=watch");
    const cells = (name: string) =>
      after.KV.flatMap((row: number[], m: number) => row.map((_, n) => `${name}[${m},${n},0,0]`));
    near(await told(page, cells("next:conv1.kernel")), after.KV.flat());
    const truth = (model: string, part: string) =>
      valuesOf(page, `#stage tr[data-model="${model}"] [data-part=${part}]`);
    await expect.poll(() => truth("lesson6", "truth")).toHaveLength(1);
    near(await truth("lesson6", "truth"), [after.L]);
    near(await truth("lesson6", "forecast"), [after.firstOrder]);
    await expect.poll(() => truth("lesson6-full", "truth")).toHaveLength(1);
    expect((await truth("lesson6-full", "truth"))[0]?.toFixed(6)).toBe("0.695153");
    const [start, shown] = [page.url(), await stageOf(page)];
    await page.getByRole("button", { name: "Take the step" }).click();
    await expect.poll(async () => (await told(page, ["conv1.kernel[0,0,0,0]"]))[0]).toBe(1.000527451621434);
    near(await told(page, cells("conv1.kernel")), after.KV.flat());
    near(await told(page, ["loss"]), [after.L]);
    await page.getByRole("button", { name: "all parameters" }).click();
    await expect.poll(async () => (await told(page, ["loss"]))[0]?.toFixed(6)).toBe("0.695153");
    const curve = await valuesOf(page, "#stage circle[data-step]");
    near(curve.slice(0, 1), [net.L]);
    expect(curve[1]?.toFixed(6)).toBe("0.695153");
    await page.getByRole("button", { name: "kernels only" }).click();
    await page.getByRole("button", { name: "Rewind" }).click();
    await page.locator("#stage", { hasText: "0 steps taken" }).waitFor();
    await expect.poll(async () => (await told(page, ["conv1.kernel[0,0,0,0]"]))[0]).toBe(1);
    expect((await stageOf(page)) === shown, "the stage is as it was").toBe(true);
    expect(page.url()).toBe(start);
  });

  test("5: a longer step follows η, and edits are where the steps begin", async () => {
    const page = await openStep("/learn/9?part=watch&set=learningRate=0.05");
    await expect.poll(() => valuesOf(page, '#stage tr[data-model="lesson6"] [data-part=truth]')).toHaveLength(1);
    near(await valuesOf(page, '#stage tr[data-model="lesson6"] [data-part=truth]'), [net["after_eta_0.05"].L]);
    near(await told(page, ["next:conv1.kernel[0,0,0,0]"]), [net["after_eta_0.05"].KV[0][0]]);
    await page.getByRole("group", { name: "Learning rate" }).getByRole("button", { name: "0.01" }).click();
    await expect
      .poll(async () => (await told(page, ["next:conv1.kernel[0,0,0,0]"]))[0])
      .toBe(net["after_eta_0.01"].KV[0][0]);
  });

  test("3: after an edit every number of steps 6 to 10 is what the package computes", async () => {
    const page = await openStep("/learn/6?part=watch");
    await page.locator('#stage [data-addr="input[2,2,0]"]').click();
    await page.keyboard.press("e");
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => new URL(page.url()).searchParams.get("set")).toBe("input[2,2,0]=153");
    await expect.poll(() => astray(page)).toEqual([]);
    near(await told(page, ["conv1.out[1,2,0]"]), [10]);
    for (const step of [7, 8, 9, 10]) {
      const other = await openStep(`/learn/${step}?part=watch&set=input[2,2,0]=153;conv1.kernel[0,0,0,1]=2`);
      await other.locator("#stage [data-addr]").first().waitFor();
      await expect.poll(() => astray(other), { message: `step ${step}` }).toEqual([]);
      await other.close();
    }
  }, 40_000);

  test("4: step 10 chains the layers, opens each, and trains a network when asked", async () => {
    const page = await openStep("/learn/10?part=watch");
    await shows(page, "relu1.out", net.act);
    await shows(page, "conv1.out", net.pre);
    await page.getByRole("button", { name: "Open Pool" }).click();
    near(await told(page, ["grad:pool1.out[0,0,0]"]), [net.dflat[0]]);
    await page.getByRole("button", { name: "Train it now" }).click();
    await page.locator("[data-what=accuracy]").waitFor({ timeout: 30_000 });
    const [accuracy = 0] = await valuesOf(page, "[data-what=accuracy]");
    expect(accuracy).toBeGreaterThan(0.5);
    expect(await page.locator(".small rect").count()).toBe(28 * 28);
    expect(await page.locator(".small [data-testid=sum]").getAttribute("data-residual")).toBe("0");
    const shares = await valuesOf(page, ".small li [data-value]");
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  }, 40_000);
});
