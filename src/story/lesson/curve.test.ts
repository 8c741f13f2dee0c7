// The sampled graph of ReLU: the line, the kink, and the slope that is chosen there.
import { expect, test } from "vitest";
import { reluCurve } from "./curve.ts";

test("max(0, x) at five places; at 0 the gate is closed", async () => {
  expect(await reluCurve({ reach: 2, points: 5 })).toEqual([
    { x: -2, value: 0, slope: 0, kink: false },
    { x: -1, value: 0, slope: 0, kink: false },
    { x: 0, value: 0, slope: 0, kink: true },
    { x: 1, value: 1, slope: 1, kink: false },
    { x: 2, value: 2, slope: 1, kink: false },
  ]);
});

test("too few points or no reach are refused", async () => {
  await expect(reluCurve({ points: 2 })).rejects.toMatchObject({ code: "option.value", received: "2" });
  await expect(reluCurve({ reach: 0 })).rejects.toMatchObject({ code: "option.value", received: "0" });
});
