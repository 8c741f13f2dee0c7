// The draw pad on Net and Trace: the whole network is opened on what is drawn, and is what Node computes from the same strokes.
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { drawStrokes } from "../../src/digits.ts";
import { explain, type Model } from "../../src/node.ts";
import { lesson6, lesson6Image, lesson6Label } from "../../src/story.ts";
import { drawnDigits, drawnScribbles } from "./drawings.ts";
import { drawByHand, guessOf, pad } from "./hand.ts";
import { exactModel } from "./net-models.ts";
import { openFile, soon, visit } from "./net-page.ts";
import { choose, digitsModel, held, openGiven, pixelsOf, stateOf, strokesOf } from "./pad-page.ts";
import { noChromium, openPage } from "./page.ts";

const clear = (page: Page) => page.getByRole("button", { name: "Clear" }).click();
const trueClass = (page: Page) => page.locator(".opened:visible select");

describe.skipIf(noChromium)("a digit is drawn", { timeout: 120_000 }, () => {
  let model: Model;
  let net: Page;
  let sample: number[];
  const openedOn = (drawing: string, label: number, of = model) =>
    explain(of, { input: drawStrokes(strokesOf(drawing)), label, learningRate: 0.001, backend: "auto" });

  beforeAll(async () => {
    model = await digitsModel();
    net = await openGiven(model, { path: "/net?model=given&layer=input&at=input[0,0,0]" });
    await net.locator('main [role=gridcell][data-addr="input[27,27,0]"]').waitFor();
    sample = await pixelsOf(net);
  }, 60_000);

  test("on Net: pixels, guess and sureness are those of the same strokes in Node, for digits and scribbles", async () => {
    await choose(net, "Your own");
    expect(await pixelsOf(net), "nothing drawn: the sample").toEqual(sample);
    for (const drawing of [drawnDigits[3], drawnDigits[7], drawnScribbles[0]]) {
      const packed = await drawByHand(net, drawing ?? []);
      const picture = [...drawStrokes(strokesOf(packed))];
      const told = await guessOf(net, packed);
      await soon(() => pixelsOf(net)).toEqual(picture);
      const own = await model.predict(picture);
      expect(told).toEqual({ guess: own.name, sure: own.sure ? "yes" : "no", probs: [...own.probs] });
      await clear(net);
      await soon(() => pixelsOf(net)).toEqual(sample);
    }
    const unsure = await drawByHand(net, drawnScribbles[0] ?? []);
    expect((await guessOf(net, unsure)).sure).toBe("no");
    expect(await net.locator("[data-guess]:visible").textContent()).toContain("Not sure");
    await clear(net);
  });

  test("the guess counts as true until another class is chosen; the loss follows, an edit does not change it", async () => {
    const packed = await drawByHand(net, drawnDigits[3] ?? []);
    expect((await guessOf(net, packed)).guess).toBe("3");
    await visit(net, { ...Object.fromEntries(stateOf(net)), at: "loss", layer: "" });
    await held(net, "loss").toBe((await openedOn(packed, 3)).value("loss"));
    expect(await trueClass(net).locator("option").first().textContent()).toBe("as guessed: 3");
    await trueClass(net).selectOption("8");
    const other = await openedOn(packed, 8);
    await held(net, "loss").toBe(other.value("loss"));
    expect(stateOf(net).get("label")).toBe("8");
    await visit(net, { ...Object.fromEntries(stateOf(net)), at: "grad:conv1.kernel[1,1,0,2]" });
    await held(net, "grad:conv1.kernel[1,1,0,2]").toBe(other.value("grad:conv1.kernel[1,1,0,2]"));
    await trueClass(net).selectOption("-1");
    // A bias that makes it a sure 0: what is guessed is another class then, what counts as true is not.
    await visit(net, { ...Object.fromEntries(stateOf(net)), at: "probs[3]", set: "dense1.bias[0]=50" });
    await soon(() => net.locator("[data-guess]:visible").getAttribute("data-guess")).toBe("0");
    expect(await trueClass(net).locator("option").first().textContent()).toBe("as guessed: 3");
  });

  test("a copied link shows the same drawing, opened, in a fresh context; the sample and it are one choice", async () => {
    const page = await openGiven(model, { path: "/net?model=given&layer=input&at=input[0,0,0]&picture=own" });
    const packed = await drawByHand(page, drawnDigits[5] ?? []);
    const told = await guessOf(page, packed);
    const picture = [...drawStrokes(strokesOf(packed))];
    await soon(() => pixelsOf(page)).toEqual(picture);
    const { pathname, search } = new URL(page.url());
    const other = await openGiven(model, { path: `${pathname}${search}` });
    expect(await guessOf(other, packed)).toEqual(told);
    await soon(() => pixelsOf(other)).toEqual(picture);
    expect(await other.locator("svg[data-pad] polyline:visible").count()).toBe(strokesOf(packed).length);
    await choose(other, "A sample");
    await soon(() => pixelsOf(other)).toEqual(sample);
    expect(await pad(other).count()).toBe(0);
    await choose(other, "Your own");
    await soon(() => pixelsOf(other)).toEqual(picture);
  });

  test("by keyboard: pen down, a line, pen up; a pixel is changed on one drawing alone", async () => {
    const page = await openGiven(model, { path: "/net?model=given&layer=input&at=input[0,0,0]&picture=own" });
    await pad(page).focus();
    for (const key of ["ArrowUp", "Space", ...new Array<string>(4).fill("Shift+ArrowDown"), "Space", "ArrowRight"])
      await page.keyboard.press(key);
    await soon(() => strokesOf(stateOf(page).get("drawing") ?? "").flat().length).toBe(5);
    const drawing = stateOf(page).get("drawing") ?? "";
    expect(strokesOf(drawing)).toEqual([[30, 38, 46, 54, 62].map((y) => [32, y])]);
    const picture = [...drawStrokes(strokesOf(drawing))];
    await soon(() => pixelsOf(page)).toEqual(picture);
    await visit(page, { ...Object.fromEntries(stateOf(page)), set: "input[0,0,0]=200" });
    await soon(() => pixelsOf(page)).toEqual([200, ...picture.slice(1)]);
    await pad(page).focus();
    for (const key of ["Space", "ArrowLeft", "Space"]) await page.keyboard.press(key);
    await soon(() => stateOf(page).get("set")).toBe(null);
    await soon(() => pixelsOf(page)).toEqual([...drawStrokes(strokesOf(stateOf(page).get("drawing") ?? ""))]);
  });

  test("on Trace: the way is that of the drawing, forward and back, and guess and ways keep up with the pen", async () => {
    const page = await openGiven(model, { path: "/trace?model=given&picture=own" });
    const sum = page.locator('main [data-testid="sum"]');
    await sum.waitFor();
    const node = await pad(page).elementHandle();
    const told = () => page.locator("[data-guess]:visible").getAttribute("data-drawing");
    const seen = new Set([await told()]);
    let points = 0;
    const packed = await drawByHand(page, drawnDigits[0] ?? [], async () => {
      // The pen rests on the pad, and the page speaks of what is there so far.
      if (++points % 5 !== 0) return;
      await soon(async () => seen.has(await told())).toBe(false);
      seen.add(await told());
    });
    expect(seen.size, "guesses before the pen was lifted").toBeGreaterThan(2);
    expect(await node?.evaluate((each) => each.isConnected), "one pad all the while").toBe(true);
    const { guess } = await guessOf(page, packed);
    const own = await model.predict(drawStrokes(strokesOf(packed)));
    expect(guess).toBe(own.name);
    const opened = await openedOn(packed, own.index);
    const logit = (await sum.getAttribute("data-addr")) ?? "";
    expect(logit).toMatch(/^logits/);
    await soon(async () => Number(await sum.getAttribute("data-value"))).toBe(opened.value(logit));
    await page.getByRole("button", { name: "Backward", exact: true }).click();
    await soon(() => sum.getAttribute("data-addr")).toMatch(/^grad:/);
    const back = (await sum.getAttribute("data-addr")) ?? "";
    await soon(async () => Number(await sum.getAttribute("data-value"))).toBe(opened.value(back));
    const loss = page.locator('#sheet-story ol [data-addr="loss"]');
    await soon(async () => Number(await loss.getAttribute("data-value"))).toBe(opened.value("loss"));
    expect(stateOf(page).get("drawing")).toBe(packed);
  });

  test("by touch on a phone, in the sheet of controls", async () => {
    const page = await openGiven(model, { path: "/net?model=given", width: 390, height: 844, hasTouch: true });
    await page.getByRole("tab", { name: "Controls" }).tap();
    await page.getByRole("button", { name: "Your own" }).tap();
    await pad(page).scrollIntoViewIfNeeded();
    const box = await pad(page).boundingBox();
    if (!box) throw new Error("no pad");
    const hand = await page.context().newCDPSession(page);
    for (const stroke of drawnDigits[7] ?? []) {
      for (const [k, [x, y]] of stroke.entries())
        await hand.send("Input.dispatchTouchEvent", {
          type: k === 0 ? "touchStart" : "touchMove",
          touchPoints: [{ x: box.x + x * box.width, y: box.y + y * box.height }],
        });
      await hand.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    }
    await soon(() => strokesOf(stateOf(page).get("drawing") ?? "").flat().length).toBe(
      (drawnDigits[7] ?? []).flat().length,
    );
    const packed = stateOf(page).get("drawing") ?? "";
    const own = await model.predict(drawStrokes(strokesOf(packed)));
    expect((await guessOf(page, packed)).probs).toEqual([...own.probs]);
  });
});

describe.skipIf(noChromium)("other models", () => {
  test("the lesson's picture is painted cell by cell, on Net and on Trace, and the network follows", async () => {
    const page = await openPage({ path: "/net?at=logits[0]" });
    await choose(page, "Your own");
    const cell = page.locator('[data-pad="2,2"]:visible');
    await cell.focus();
    for (const key of ["Enter", "ArrowRight", "Enter", "Enter", "Backspace"]) await page.keyboard.press(key);
    const picture = [...lesson6Image];
    picture[2 * 6 + 2] = (picture[2 * 6 + 2] ?? 0) + 51;
    picture[2 * 6 + 3] = (picture[2 * 6 + 3] ?? 0) + 51;
    const opened = await explain(lesson6(), { input: picture, label: lesson6Label });
    await held(page, "logits[0]").toBe(opened.value("logits[0]"));
    const { probs, name } = await lesson6().predict(picture);
    await soon(async () => (await guessOf(page, "")).probs).toEqual([...probs]);
    const guess = page.locator("[data-guess]:visible");
    expect([await guess.getAttribute("data-guess"), await guess.getAttribute("data-sure")]).toEqual([
      name,
      "unmeasured",
    ]);
    expect(await page.locator('.bars:visible [data-addr="probs[0]"]').getAttribute("data-value")).toBe(
      String(probs[0]),
    );
    await page.getByRole("link", { name: "Trace" }).click();
    const sum = page.locator('main [data-testid="sum"]');
    const at = async () => opened.value((await sum.getAttribute("data-addr")) ?? "");
    await sum.waitFor();
    await soon(async () => Number(await sum.getAttribute("data-value")) === (await at())).toBe(true);
    await page.locator('[data-pad="5,5"]:visible').click();
    await soon(() => stateOf(page).get("set")).toContain("input[5,5,0]=");
    await choose(page, "A sample");
    await soon(() => stateOf(page).get("set")).toBe(null);
  });

  test("strokes are brought to the form of a small picture in colours", async () => {
    const page = await openPage({ path: "/net?picture=own&layer=input" });
    await page.locator("#sheet-number .big").waitFor();
    const model = await openFile(page, "exact.safetensors", exactModel());
    await visit(page, { model, layer: "input", at: "input[0,0,1]", picture: "own" });
    await page.locator('main [role=gridcell][data-addr="input[8,8,1]"]').waitFor();
    const packed = await drawByHand(page, drawnDigits[1] ?? []);
    const form = { shape: [9, 9, 3], channels: "rgb", resize: "stretch", polarity: "kept", centring: "none" } as const;
    const picture = drawStrokes(strokesOf(packed), form);
    await soon(() => pixelsOf(page, 1)).toEqual([...picture].filter((_, k) => k % 3 === 1));
  });
});
