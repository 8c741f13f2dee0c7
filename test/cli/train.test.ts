// cutaway train: what a run writes, that its seed decides every bit, and how it ends early.
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { classes, graph, idx, writeClassFolders } from "./material.ts";
import { type Json, linesOf, type Ran, userFolder } from "./run.ts";

const place = userFolder();
const { run } = place;
const at = (...parts: string[]) => join(place.folder, ...parts);
const bytesOf = (...parts: string[]) => readFileSync(at(...parts));
/** The small network on the class folders: 30 pictures to train on, 6 to test. */
const small = ["train", "--data", "shapes", "--net", "net.json", "--epochs", "3", "--batch", "10"];

beforeAll(async () => {
  await writeClassFolders(at("shapes"));
  place.write("net.json", JSON.stringify(graph));
});

describe("a run", () => {
  let ran: Ran;
  beforeAll(async () => {
    ran = await run(...small, "--lr", "0.1", "--json");
  });

  test("goes to runs/<net>-<data>-<seed>: settings, metrics, model", () => {
    expect(ran.code).toBe(0);
    const files = place.list().filter((path) => path.startsWith("runs"));
    expect(files.map((path) => path.split(" ")[0])).toEqual([
      "runs/",
      "runs/net-shapes-1/",
      "runs/net-shapes-1/metrics.jsonl",
      "runs/net-shapes-1/model.safetensors",
      "runs/net-shapes-1/run.json",
    ]);
  });

  test("prints one object an epoch, then the result, with fractions for rates", () => {
    const [first, , third, done, ...rest] = ran.json;
    expect(rest).toEqual([]);
    expect(Object.keys(first)).toEqual(["event", "epoch", "step", "loss", "accuracy", "seconds", "imagesPerSecond"]);
    expect(third).toMatchObject({ event: "epoch", epoch: 3, step: 9 });
    const names = ["event", "testAccuracy", "trainSeconds", "imagesPerSecond", "seed", "model"];
    expect(Object.keys(done)).toEqual(names);
    expect(done).toMatchObject({ event: "done", seed: 1, model: "runs/net-shapes-1/model.safetensors" });
    for (const rate of [first.accuracy, third.accuracy, done.testAccuracy] as number[]) {
      expect(rate).toBeGreaterThanOrEqual(0);
      expect(rate).toBeLessThanOrEqual(1);
    }
    expect(done.imagesPerSecond).toBeCloseTo(90 / (done.trainSeconds as number), 6);
  });

  test("says on standard error what it does, one plain line an epoch", () => {
    const [what, on, ...epochs] = linesOf(ran.stderr);
    expect(what).toBe("Training net.json on 30 pictures of 3 classes, 3 epochs, into runs/net-shapes-1");
    expect(on).toMatch(/^Running on wasm \((simd|relaxed-fma)\), at most \d threads?, \d+\.\d MB for all buffers$/);
    expect(epochs).toHaveLength(3);
    for (const [k, line] of epochs.entries())
      expect(line).toMatch(
        new RegExp(`^epoch ${k + 1}/3, loss \\d+\\.\\d{4}, accuracy \\d+\\.\\d\\d %, \\d+ images/s$`),
      );
  });

  test("keeps the epochs in metrics.jsonl and all that its numbers depend on in run.json", () => {
    const metrics = linesOf(bytesOf("runs/net-shapes-1/metrics.jsonl").toString()).map((line) => JSON.parse(line));
    expect(metrics).toEqual(ran.json.slice(0, 3));
    const settings = JSON.parse(bytesOf("runs/net-shapes-1/run.json").toString()) as Json;
    expect(settings).toMatchObject({
      data: "shapes",
      net: "net.json",
      epochs: 3,
      batch: 10,
      lr: 0.1,
      momentum: 0.9,
      seed: 1,
      classes,
      dataCount: 30,
      backend: "wasm",
      exact: false,
    });
    expect(settings.threads).toBeGreaterThanOrEqual(1);
    expect(settings.kernels).toMatchObject({ conv1: expect.any(String), dense1: expect.any(String) });
    expect(settings.peakBytes).toBeGreaterThan(0);
    expect(settings.dataHash).toMatch(/^\S+$/);
    expect(Object.keys(settings)).not.toContain("force");
  });

  test("is refused where a run is already, unless --force replaces it", async () => {
    const before = bytesOf("runs/net-shapes-1/model.safetensors");
    const refused = await run(...small, "--lr", "0.2");
    expect(refused.code).toBe(2);
    expect(linesOf(refused.stderr)).toHaveLength(1);
    expect(refused.stderr).toMatch(/runs\/net-shapes-1: .*--out.*--force/);
    expect(bytesOf("runs/net-shapes-1/model.safetensors")).toEqual(before);
    const forced = await run(...small, "--lr", "0.2", "--force");
    expect(forced.code).toBe(0);
    expect(forced.stdout).toMatch(
      /^Test accuracy \d+\.\d\d % on 6 pictures, after \d+\.\d s of training\. The model: runs\/net-shapes-1\/model\.safetensors\n$/,
    );
    expect(bytesOf("runs/net-shapes-1/model.safetensors")).not.toEqual(before);
  });

  test("has the same bits for the same seed, others for another", async () => {
    const seeds = [
      ["3", "first"],
      ["3", "second"],
      ["4", "other"],
    ];
    for (const [seed, out] of seeds) expect((await run(...small, "--seed", seed, "--out", out)).code).toBe(0);
    const [first, second, other] = seeds.map(([, out]) => bytesOf(out, "model.safetensors"));
    expect(second.equals(first)).toBe(true);
    expect(other.equals(first)).toBe(false);
    // How many threads were ready in time is a matter of the machine, and so is the room that they take.
    const settingsOf = (out: string) => JSON.parse(bytesOf(out, "run.json").toString()) as Json;
    expect({ ...settingsOf("second"), threads: 0 }).toEqual({ ...settingsOf("first"), threads: 0 });
  });

  test("gives a model that the other commands read", async () => {
    const tested = await run("eval", "first/model.safetensors", "--data", "shapes", "--json");
    expect(tested.json[0].count).toBe(6);
    const { json } = await run("predict", "first/model.safetensors", "shapes/disc/0.png", "--json");
    expect((json[0].classes as Json[]).map(({ name }) => name).sort()).toEqual(classes);
  });
});

describe("--net", () => {
  const layers = `rescale(), conv2d({ filters: 2, kernelSize: 3 }), relu(), flatten(), dense({ units: 3 })`;
  const names = "sequential, rescale, conv2d, relu, flatten, dense";
  const imports = `import { ${names} } from "cutaway";\n`;

  beforeAll(() => {
    mkdirSync(at("node_modules"));
    symlinkSync(fileURLToPath(new URL("../..", import.meta.url)), at("node_modules/cutaway"));
    place.write("package.json", '{ "name": "somewhere" }');
  });

  test.each([
    [
      "a TypeScript module with a model",
      "own.ts",
      `${imports}const model = sequential([12, 12, 1], ${layers});\nexport default model;`,
    ],
    [
      "a function that makes one",
      "made.ts",
      `${imports}export default (): unknown => sequential([12, 12, 1], ${layers});`,
    ],
    ["a JavaScript module with a graph", "plain.mjs", `export default ${JSON.stringify(graph)};`],
  ])("%s", async (_, file, content) => {
    place.write(file, content);
    const net = file.replace(/\.\w+$/, "");
    const { code, stderr, json } = await run("train", "--data", "shapes", "--net", file, "--epochs", "1", "--json");
    expect(linesOf(stderr)).toHaveLength(3);
    expect(code).toBe(0);
    expect(json[1].model).toBe(`runs/${net}-shapes-1/model.safetensors`);
    const info = await run("info", `runs/${net}-shapes-1/model.safetensors`, "--json");
    expect(info.json[0].classes).toEqual(classes);
  });

  test("lesson takes the pictures' colours and the number of their classes", async () => {
    const { code } = await run("train", "--data", "shapes", "--epochs", "1");
    expect(code).toBe(0);
    const [{ nodes, input }] = (await run("info", "runs/lesson-shapes-1/model.safetensors", "--json")).json;
    expect(input).toMatchObject({ shape: [28, 28, 3], channels: "rgb", resize: "stretch" });
    expect((nodes as Json[]).at(-1)).toMatchObject({ op: "crossEntropy" });
    expect((nodes as Json[]).at(-3)).toMatchObject({ op: "dense", shape: [3] });
  });
});

describe("presets", () => {
  test.each([
    ["lenet5", [28, 28, 3], "dense3"],
    ["vgg-small", [32, 32, 3], "dense2"],
  ])("--net %s takes the data's classes; picture files become %j", async (net, shape, last) => {
    const { code, json } = await run("train", "--data", "shapes", "--net", net, "--epochs", "1", "--json");
    expect(code).toBe(0);
    expect(json[1].model).toBe(`runs/${net}-shapes-1/model.safetensors`);
    const [{ nodes, input }] = (await run("info", `runs/${net}-shapes-1/model.safetensors`, "--json")).json;
    expect(input).toMatchObject({ shape });
    expect((nodes as Json[]).at(-3)).toMatchObject({ name: last, shape: [3] });
  });
});

describe("Ctrl-C", () => {
  const count = 3000;

  beforeAll(() => {
    const noise = Uint8Array.from({ length: count * 28 * 28 }, (_, k) => (k * 2654435761) >>> 24);
    place.write("noise/train-images-idx3-ubyte", idx([count, 28, 28], noise));
    place.write(
      "noise/train-labels-idx1-ubyte",
      idx(
        [count],
        Array.from({ length: count }, (_, k) => k % 10),
      ),
    );
    place.write("noise/t10k-images-idx3-ubyte", idx([10, 28, 28], noise.subarray(0, 7840)));
    place.write(
      "noise/t10k-labels-idx1-ubyte",
      idx(
        [10],
        Array.from({ length: 10 }, (_, k) => k),
      ),
    );
  });

  const stopped = /^Stopped after step (\d+) of 7500\. The model so far: early\/model\.safetensors\n$/;

  test("ends after the step, saves the model, says so, and the exit code is 130", async () => {
    const running = place.start("train", "--data", "noise", "--epochs", "20", "--batch", "8", "--out", "early");
    await running.said("Training");
    await new Promise((resolve) => setTimeout(resolve, 500));
    running.signal("SIGINT");
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toContain("Stopping after this step; the model will be saved. Press Ctrl-C again to end at once.\n");
    expect(stdout).toMatch(stopped);
    expect(Number(stopped.exec(stdout)?.[1])).toBeGreaterThan(0);
    const info = await run("info", "early/model.safetensors", "--json");
    expect(info.json[0]).toMatchObject({ parameters: 5258 });
    expect(place.list().filter((path) => path.startsWith("early/"))).toHaveLength(4);
  });

  test("twice ends at once and leaves nothing behind", async () => {
    const before = place.list();
    const running = place.start(
      "train",
      "--data",
      "noise",
      "--batch",
      String(count),
      "--out",
      "deep/er/never",
      "--json",
      // Slow enough to be still at its first step when the second signal comes.
      "--backend",
      "reference",
    );
    await running.said("Training");
    running.signal("SIGINT");
    await running.said("Stopping");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(existsSync(at("deep/er/never/run.json"))).toBe(true);
    running.signal("SIGINT");
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toBe("");
    expect(place.list()).toEqual(before);
  });

  test("sent twice in the same moment, as npm does, counts once", async () => {
    const running = place.start("train", "--data", "noise", "--epochs", "20", "--batch", "8", "--out", "npm", "--json");
    await running.said("Training");
    running.signal("SIGINT");
    running.signal("SIGINT");
    const { code, json } = await running.ended;
    expect(code).toBe(130);
    expect(json.at(-1)).toMatchObject({ event: "done", testAccuracy: null, model: "npm/model.safetensors" });
    expect(existsSync(at("npm/model.safetensors"))).toBe(true);
  });
});
