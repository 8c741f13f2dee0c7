// What the terminal shows of a run under way, line by line, and the texts of large results.
import { afterEach, describe, expect, test, vi } from "vitest";
import { describe as describeCheck } from "../../src/cli/check.ts";
import { describe as describeEvaluation } from "../../src/cli/eval.ts";
import { patiently, percent, table } from "../../src/cli/output.ts";
import { progressLine } from "../../src/cli/progress.ts";
import type { EpochEvent, StepEvent } from "../../src/train/fit.ts";

const pictures = 1000;

/** A run of `epochs` epochs with ten steps each, `seconds` a step; gives what was written. */
function watch({ isTTY, epochs, seconds }: { isTTY: boolean; epochs: number; seconds: number }): string {
  const written: string[] = [];
  let time = 5000;
  const stream = { isTTY, write: (text: string) => written.push(text) > 0 };
  const line = progressLine({ pictures, stream, now: () => time });
  const totalSteps = epochs * 10;
  for (let step = 1; step <= totalSteps; step++) {
    time += 1000 * seconds;
    const epoch = Math.ceil(step / 10);
    const images = (step - (epoch - 1) * 10) * 100;
    const progress = { epoch, epochs, step, totalSteps, images, loss: 0.5, accuracy: 0.75 };
    const event: StepEvent = { type: "step", ...progress, batchLoss: 0.5, learningRate: 0.1 };
    line.step(event);
    if (images < pictures) continue;
    const done: EpochEvent = { type: "epoch", ...progress, seconds: 10 * seconds, imagesPerSecond: 100 / seconds };
    line.epoch(done);
  }
  line.end();
  return written.join("");
}

const clear = `\r${String.fromCharCode(27)}[K`;

describe("progress", () => {
  test("in a terminal one live line: epoch, loss, accuracy, images a second, time left", () => {
    const [nothing, first, ...rest] = watch({ isTTY: true, epochs: 2, seconds: 10 }).split(clear);
    expect(nothing).toBe("");
    expect(first).toBe("epoch 1/2, loss 0.5000, accuracy 75.00 %, 10 images/s, 3:10 left");
    expect(rest.at(-1)).toBe("");
    expect(rest.at(-2)).toBe("epoch 2/2, loss 0.5000, accuracy 75.00 %, 10 images/s\n");
  });

  test("in a terminal not more often than ten times a second", () => {
    const lines = watch({ isTTY: true, epochs: 1, seconds: 0.01 }).split(clear);
    expect(lines.filter((line) => line.endsWith("left"))).toHaveLength(1);
  });

  test("elsewhere a plain line an epoch", () => {
    expect(watch({ isTTY: false, epochs: 2, seconds: 0.1 })).toBe(
      "epoch 1/2, loss 0.5000, accuracy 75.00 %, 1000 images/s\n" +
        "epoch 2/2, loss 0.5000, accuracy 75.00 %, 1000 images/s\n",
    );
  });

  test("elsewhere one for every tenth of a long epoch too", () => {
    const lines = watch({ isTTY: false, epochs: 2, seconds: 10 }).split("\n");
    expect(lines).toHaveLength(21);
    expect(lines[2]).toBe("30 % of epoch 1/2, loss 0.5000, accuracy 75.00 %, 10 images/s, 2:50 left");
    expect(lines[9]).toBe("epoch 1/2, loss 0.5000, accuracy 75.00 %, 10 images/s");
    expect(lines[10]).toBe("10 % of epoch 2/2, loss 0.5000, accuracy 75.00 %, 10 images/s, 1:30 left");
  });
});

describe("waiting", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  test.each([
    [2900, []],
    [3100, ["Reading shapes …\n"]],
  ])("for %d ms says %j", async (took, said) => {
    vi.useFakeTimers();
    const written: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
    const work = new Promise<number>((resolve) => setTimeout(() => resolve(5), took));
    const waited = patiently("Reading shapes", work);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await waited).toBe(5);
    expect(written).toEqual(said);
  });
});

describe("a table", () => {
  test("aligns names left and numbers right", () => {
    const rows = [
      ["name", "n"],
      ["a", "10"],
    ];
    expect(table(rows)).toBe("name   n\na     10");
  });
});

describe("a share of nothing", () => {
  test("is a dash", () => {
    expect([percent(0 / 0), percent(1)]).toEqual(["–", "100.00 %"]);
  });
});

describe("an evaluation of many classes", () => {
  const names = Array.from({ length: 40 }, (_, k) => `class ${k}`);
  const confusion = names.map((_, k) => names.map((_, j) => (j === k ? 90 : (7 * (j - k + 40)) % 40 < 6 ? 2 : 0)));
  const perClass = names.map((name, k) => ({ name, count: 100, accuracy: confusion[k][k] / 100 }));
  const shown = describeEvaluation({ accuracy: 0.9, loss: 0.25, count: 4000, confusion, perClass });

  test("names the most frequent mistakes instead of a matrix that no terminal holds", () => {
    const lines = shown.split("\n");
    expect(lines[0]).toContain(" 90.00 %, loss 0.2500, 4,000 pictures");
    expect(lines[2]).toBe("true      pictures  accuracy  taken for");
    expect(lines[3]).toBe("class 0        100   90.00 %  class 6 (2), class 12 (2), class 23 (2), class 29 (2)");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});

describe("a check", () => {
  const layer = { name: "conv1", checked: 9, kinks: 12, worstRelative: 2e-9 };
  const kinks = Array.from({ length: 12 }, (_, k) => ({
    parameter: `conv1.kernel[0,0,0,${k}]`,
    at: "relu1.out[1,2,0]",
  }));

  test("says where a nudge changes a choice, and how often more", () => {
    const lines = describeCheck({ layers: [layer], kinks, passed: true, tolerance: 1e-6 }).split("\n");
    expect(lines[2]).toBe("a nudge of conv1.kernel[0,0,0,0] changes the choice at relu1.out[1,2,0]");
    expect(lines.slice(-2)).toEqual(["… and 2 more kinks", "passed: no layer above 0.000001"]);
  });

  test("names the layers that fail", () => {
    const bad = { ...layer, name: "dense1", worstRelative: 0.25 };
    const lines = describeCheck({ layers: [layer, bad], kinks: [], passed: false, tolerance: 1e-6 }).split("\n");
    expect(lines.slice(-2)).toEqual(["dense1        9     12               2.50e-1", "failed: dense1 above 0.000001"]);
  });
});
