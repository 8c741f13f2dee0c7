// A run under way: read, awaited, both or neither; stopped; failing. Then fit() as a run: stopping, and the pauses that a machine gets.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { fit } from "../../test/reference.ts";
import type { Host } from "../base/host.ts";
import { randomStream } from "../base/random.ts";
import { dataset } from "../data/dataset.ts";
import { nodeHost } from "../host/node/host.ts";
import { sequential } from "../nn/build.ts";
import { dense, flatten } from "../nn/layers.ts";
import { lesson } from "../nn/presets/lesson.ts";
import type { FitEvent } from "./fit.ts";
import { Run } from "./run.ts";
import { sgd } from "./sgd.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Counts 1 … n, with a turn of the event loop after each; ends early when stopped. */
const counting = (n: number) =>
  new Run<number, string>(async (emit, stopped) => {
    let k = 0;
    while (k < n && !stopped()) {
      emit(++k);
      await turn();
    }
    return `counted to ${k}`;
  });
/** Emits 1, then fails. */
const failing = () =>
  new Run<number, string>(async (emit) => {
    emit(1);
    await turn();
    throw new Error("broken");
  });

async function read<E>(run: AsyncIterable<E>): Promise<E[]> {
  const events: E[] = [];
  for await (const event of run) events.push(event);
  return events;
}

describe("a run", () => {
  test("is awaited, read, or both at once, also twice", async () => {
    const run = counting(3);
    const [result, events, again] = await Promise.all([run, read(run), read(run)]);
    expect([result, events, again]).toEqual(["counted to 3", [1, 2, 3], [1, 2, 3]]);
    expect(await run).toBe("counted to 3");
    expect(await read(run)).toEqual([]);
    expect(await run.then((text) => text.length)).toBe(12);
  });

  test("starts after the caller's turn, and finishes when nobody looks", async () => {
    const log: string[] = [];
    new Run<never, void>(async () => {
      log.push("started");
      await turn();
      log.push("finished");
    });
    log.push("made");
    await turn();
    await turn();
    expect(log).toEqual(["made", "started", "finished"]);
  });

  test("goes on when a loop is left; who comes late reads what is still to come", async () => {
    const run = counting(5);
    for await (const event of run) if (event === 2) break;
    const rest = await read(run);
    expect(rest.at(-1)).toBe(5);
    expect(rest).not.toContain(2);
    expect(await run).toBe("counted to 5");
  });

  test("waits for no reader: a slow one still gets every event", async () => {
    const run = counting(20);
    const events: number[] = [];
    for await (const event of run) {
      events.push(event);
      for (let k = 0; k < 5; k++) await turn();
    }
    expect(events).toEqual(Array.from({ length: 20 }, (_, k) => k + 1));
  });

  test("ends early when it is stopped", async () => {
    const run = counting(1000);
    for await (const event of run) if (event === 3) run.stop();
    expect(Number((await run).split(" ")[2])).toBeLessThan(10);
  });

  test("fails for who awaits it and for who reads it, after the events", async () => {
    const run = failing();
    const events: number[] = [];
    const reading = (async () => {
      for await (const event of run) events.push(event);
    })();
    await expect(run).rejects.toThrow("broken");
    await expect(reading).rejects.toThrow("broken");
    expect(events).toEqual([1]);
    await expect(read(run)).rejects.toThrow("broken");
  });

  /** What a process says that runs these lines on a failing run; the exit code of an unhandled rejection is 1. */
  const inProcess = async (lines: string) => {
    const module = JSON.stringify(fileURLToPath(new URL("run.ts", import.meta.url)));
    const work = "async (emit) => { emit(1); await new Promise(setImmediate); throw new Error('broken'); }";
    const source = `import { Run } from ${module}; const run = new Run(${work}); ${lines}`;
    const found = promisify(execFile)(process.execPath, ["--input-type=module", "-e", source]);
    return found.then(
      ({ stdout }) => stdout.trim(),
      ({ code, stderr }) => `${code} ${/Error: broken/.exec(stderr)}`,
    );
  };
  const slowly = "for await (const _ of run) await new Promise((done) => setTimeout(done, 50));";
  test.each([
    ["caught by a loop", "try { for await (const _ of run); } catch { console.log('caught'); }", "caught"],
    ["caught by a slow loop", `try { ${slowly} } catch { console.log('caught'); }`, "caught"],
    [
      "caught by who awaits after leaving the loop",
      "for await (const _ of run) break; try { await run; } catch { console.log('caught'); }",
      "caught",
    ],
    ["met by nobody", "", "1 Error: broken"],
    ["met by nobody after the loop was left", "for await (const _ of run) break;", "1 Error: broken"],
  ])("a failure %s", async (_how, lines, said) => {
    expect(await inProcess(lines)).toBe(said);
  });
});

const { uniform } = randomStream(5, "check");
const eight = dataset({
  images: Float32Array.from({ length: 16 }, uniform),
  shape: [1, 2, 1],
  labels: [0, 1, 0, 1, 1, 0, 1, 0],
});
const tiny = () => sequential([1, 2, 1], flatten(), dense({ units: 2 }));

/** A machine whose clock moves by `tick` milliseconds each time it is read. */
function fakeHost(tick: number, onPause: (now: number) => unknown = () => undefined): Host {
  let now = 0;
  return {
    name: "fake",
    now: () => (now += tick),
    async pause() {
      await turn();
      onPause(now);
    },
  };
}

describe("fit() as a run", () => {
  /** The weights after so many steps: a rate of 0 leaves them where they are. */
  const afterSteps = async (steps: number, batchSize: number) => {
    const model = tiny();
    const optimizer = sgd({ learningRate: (step) => (step < steps ? 0.5 : 0) });
    await fit(model, eight, { optimizer, batchSize, epochs: 5, seed: 3 });
    return model.snapshot();
  };
  const settings = { optimizer: sgd({ learningRate: 0.5 }), epochs: 5, seed: 3 };

  test("stop() ends it after the step under way, with the weights of that step", async () => {
    const model = tiny();
    let pauses = 0;
    const host = fakeHost(100, () => ++pauses === 6 && run.stop());
    const run = fit(model, eight, { ...settings, batchSize: 4, host });
    const events = await read(run);
    expect(await run).toMatchObject({ type: "done", stopped: true, epoch: 1, step: 2, totalSteps: 10, images: 8 });
    expect(events.map(({ type }) => type)).toEqual(["start", "step", "step", "epoch", "done"]);
    expect(model.snapshot()).toEqual(await afterSteps(2, 4));
  });

  test("so does a signal, in the middle of an epoch", async () => {
    const model = tiny();
    const controller = new AbortController();
    const run = fit(model, eight, { ...settings, batchSize: 2, host: fakeHost(100), signal: controller.signal });
    const events: FitEvent[] = [];
    for await (const event of run) {
      events.push(event);
      if (event.type === "step" && event.step === 5) controller.abort();
    }
    const result = await run;
    expect(events.at(-1)).toEqual(result);
    expect(result).toMatchObject({ stopped: true, epoch: 2 });
    expect(result.step).toBeGreaterThanOrEqual(5);
    expect(result.step).toBeLessThan(8);
    expect(model.snapshot()).toEqual(await afterSteps(result.step, 2));
  });

  test("aborted before it began it takes no step", async () => {
    const model = tiny();
    const run = fit(model, eight, { ...settings, signal: AbortSignal.abort() });
    expect((await read(run)).map(({ type }) => type)).toEqual(["start", "done"]);
    expect(await run).toMatchObject({ stopped: true, step: 0, images: 0 });
    expect(model.snapshot()).toEqual(await afterSteps(0, 8));
  });

  test("stopped in the last step it is whole", async () => {
    const run = fit(tiny(), eight, { ...settings, epochs: 1, batchSize: 8, host: fakeHost(100, () => run.stop()) });
    expect(await run).toMatchObject({ stopped: false, step: 1, totalSteps: 1 });
  });

  test("the machine gets a pause as soon as 16 ms have passed, and the bits do not change", async () => {
    const [paused, unpaused] = [tiny(), tiny()];
    const pauses: number[] = [];
    const host = fakeHost(5, (now) => pauses.push(now));
    expect(await fit(paused, eight, { ...settings, host })).toMatchObject({ host: "fake", threads: 1 });
    await fit(unpaused, eight, settings);
    const stretches = pauses.slice(1).map((now, k) => now - pauses[k]);
    expect(pauses).toHaveLength(10); // at 5 ms an image, after every fourth of 5·8
    expect(Math.max(...stretches)).toBeLessThanOrEqual(40);
    expect(paused.snapshot()).toEqual(unpaused.snapshot());
  });

  test("in Node the event loop turns while lesson-sized pictures are trained on", async () => {
    const images = Uint8Array.from({ length: 300 * 784 }, () => 256 * uniform());
    const data = dataset({ images, shape: [28, 28, 1], labels: Array.from({ length: 300 }, (_, k) => k % 10) });
    const busy = () => process.threadCpuUsage().user / 1000 + process.threadCpuUsage().system / 1000;
    const gaps: { wall: number; cpu: number }[] = [];
    let [wall, cpu, running] = [performance.now(), busy(), true];
    const tick = () => {
      gaps.push({ wall: performance.now() - wall, cpu: busy() - cpu });
      [wall, cpu] = [performance.now(), busy()];
      if (running) setImmediate(tick);
    };
    setImmediate(tick);
    const { imagesPerSecond } = await fit(lesson(), data, { host: nodeHost });
    running = false;
    const longest = { wall: Math.max(...gaps.map((gap) => gap.wall)), cpu: Math.max(...gaps.map((gap) => gap.cpu)) };
    process.stderr.write(
      `fit in Node: ${Math.round(imagesPerSecond!)} images/s, ${gaps.length} turns, longest between two ` +
        `${longest.wall.toFixed(0)} ms, of which this thread worked at most ${longest.cpu.toFixed(0)} ms (aim: 50)\n`,
    );
    expect(gaps.length).toBeGreaterThan(5);
    expect(longest.cpu).toBeLessThan(150);
  });
});
