// Net with large maps, broken files, in time, and for everybody: sizes, themes, forced colours.
import { describe, expect, test } from "vitest";
import { asFile, exactModel, wideModel } from "../net-models.ts";
import { big, openFile, soon, visit } from "../net-page.ts";
import { axe, noChromium, openPage, scrolledSideways } from "../page.ts";

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
