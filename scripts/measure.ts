// Prints what the budgets are about: bundle sizes, lengths of files and functions, speed of the reference and of the slower stories. --json: one object a line.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { digits } from "../src/data/digits/digits.ts";
import type { Backend } from "../src/graph/backend.ts";
import { referenceEngine } from "../src/graph/engine.ts";
import { nodeHost } from "../src/host/node/host.ts";
import type { Model } from "../src/nn/model.ts";
import { lesson } from "../src/nn/presets/lesson.ts";
import { vggSmall } from "../src/nn/presets/vgg-small.ts";
import { numbersOf } from "../src/nn/trainer.ts";
import { occlusion } from "../src/story/attention/occlusion.ts";
import { prove } from "../src/story/proof/proof.ts";
import { sgd } from "../src/train/sgd.ts";
import { bundle, gzipped } from "./bundle.ts";
import { functionsOf, parse } from "./functions.ts";
import { filesUnder, isTest, readText, root } from "./tree.ts";

interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly budget?: number;
}

/** Training W1 on pictures of one's own: define, train, ask. */
const example = `import { conv2d, dataset, dense, fit, flatten, maxPool2d, relu, rescale, sequential, sgd } from "cutaway";
const model = sequential([28, 28, 1],
  rescale(), conv2d({ filters: 8, kernelSize: 3 }), relu(), maxPool2d({ poolSize: 2 }),
  conv2d({ filters: 16, kernelSize: 3 }), relu(), maxPool2d({ poolSize: 2 }),
  flatten(), dense({ units: 10 }));
export const data = dataset({ images: globalThis.images, labels: globalThis.labels, shape: [28, 28, 1] });
await fit(model, data, { optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }), epochs: 3, batchSize: 64, seed: 1 });
export const { probs } = await model.predict(data.images.subarray(0, 784));`;

async function sizes(): Promise<Measure[]> {
  if (!existsSync(join(root, "dist/index.js"))) throw new Error("dist/ is missing. Run: npm run build");
  const size = async (text: string) => gzipped((await bundle(text, "browser", root)).code);
  const worker = await size('import "./dist/host/web/worker.js"');
  const engine = ["backend/wasm/platform.js", "graph/wasm-engine.js", "train/sgd-kernel.js"];
  const training = gzipped((await bundle(example, "browser", root, engine)).code);
  return [
    {
      name: 'export * from "cutaway", browser, gzip -9',
      value: await size('export * from "cutaway"'),
      unit: "bytes",
      budget: 30_000,
    },
    { name: "training example, loaded at once", value: await size(example), unit: "bytes" },
    {
      name: "the same with engine and worker, gzip -9",
      value: training + worker,
      unit: "bytes",
      budget: 60_000,
    },
  ];
}

function lengths(): Measure[] {
  const texts = filesUnder("src")
    .filter((path) => path.endsWith(".ts") && !isTest(path))
    .map((path) => [path, readText(path)] as const);
  const files = texts.map(([, text]) => text.trimEnd().split("\n").length);
  const functions = texts.flatMap(([path, text]) => functionsOf(parse(path, text)).map(({ lines }) => lines));
  const short = functions.filter((lines) => lines <= 30).length;
  return [
    { name: "files of src, tests aside", value: files.length, unit: "files" },
    { name: "lines of src, tests aside", value: files.reduce((a, b) => a + b, 0), unit: "lines" },
    { name: "median file", value: quantile(files, 0.5), unit: "lines" },
    { name: "longest file", value: quantile(files, 1), unit: "lines", budget: 300 },
    { name: "median function of more than a line", value: quantile(functions, 0.5), unit: "lines" },
    { name: "nine functions in ten are at most", value: quantile(functions, 0.9), unit: "lines", budget: 30 },
    { name: "longest function", value: quantile(functions, 1), unit: "lines", budget: 60 },
    { name: "functions of at most 30 lines", value: Math.round((1000 * short) / functions.length) / 10, unit: "%" },
  ];
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Images a second of the reference with the preset lesson, one thread: the best of five rounds, which a busy machine disturbs least. */
async function speed(): Promise<Measure[]> {
  const batch = 64;
  const { images, labels } = digits({ split: "test", count: batch });
  const pictures = Array.from({ length: batch }, (_, k) => images.subarray(784 * k, 784 * (k + 1)));
  const model = lesson();
  const optimizer = sgd({ learningRate: 0.01, momentum: 0.9 });
  const train = async () => {
    await model.forward(pictures);
    await model.backward([...labels]);
    await model.step(optimizer);
  };
  const trainer = model.train(referenceEngine(model.network, numbersOf(model.parameters)));
  const step = async () => {
    await trainer.learn(pictures, [...labels]);
    await trainer.step(optimizer, 100);
  };
  const predict = () => model.predict(pictures);
  const rate = async (work: () => Promise<unknown>) => Math.round(batch / (await fastest(work)));
  return [
    { name: "reference, lesson, fit's step of 64", value: await rate(step), unit: "images/s" },
    { name: "reference, lesson, forward + backward + step", value: await rate(train), unit: "images/s" },
    { name: "reference, lesson, predict", value: await rate(predict), unit: "images/s" },
  ];
}

/** Seconds of the fastest of five rounds, after one to warm up. */
async function fastest(work: () => Promise<unknown>): Promise<number> {
  await work();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    await work();
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}

/** Seconds of what is slow to tell, once each: fresh networks on a drawn picture. */
async function stories(): Promise<Measure[]> {
  const [small, large] = [lesson(), vggSmall()] as unknown as [Model, Model];
  for (const model of [small, large]) model.initialize(1);
  const digit = digits({ split: "test", count: 1 }).images;
  const picture = Uint8Array.from({ length: 32 * 32 * 3 }, (_, k) => (k * 37) % 256);
  const map = (backend: Backend) => occlusion(large, { input: picture, backend, host: nodeHost });
  const works = {
    "prove, lesson": () => prove(small, { input: digit, label: 3 }),
    "prove, vgg-small": () => prove(large, { input: picture, label: 3 }),
    "occlusion map of vgg-small, reference": () => map("reference"),
    "occlusion map of vgg-small, wasm": () => map({ name: "wasm", exact: false }),
  };
  const found: Measure[] = [];
  for (const [name, work] of Object.entries(works)) {
    const start = performance.now();
    await work();
    found.push({ name, value: Math.round((performance.now() - start) / 10) / 100, unit: "s" });
  }
  return found;
}

const measures = [...(await sizes()), ...lengths(), ...(await speed()), ...(await stories())];
const json = process.argv.includes("--json");
const lines = measures.map(({ name, value, unit, budget }) => {
  const limit = budget === undefined ? "" : `  of ${budget}${value > budget ? "  OVER" : ""}`;
  const line = `${name.padEnd(46)}${String(value).padStart(8)} ${unit}${limit}`;
  return json ? JSON.stringify({ name, value, unit, budget }) : line;
});
process.stdout.write(`${lines.join("\n")}\n`);
