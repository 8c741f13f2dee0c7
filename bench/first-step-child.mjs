// What --first-step starts: a plain script with the built package that makes W1, takes one training step of 32 images and says when it ended.
import { readFileSync } from "node:fs";
import { conv2d, dataset, dense, fit, flatten, maxPool2d, relu, sequential, sgd } from "cutaway";

const [workload] = process.argv.slice(2);
const { input, layers, learningRate, momentum } = JSON.parse(
  readFileSync(new URL("workloads.json", import.meta.url), "utf8"),
)[workload];
const make = {
  conv: (filters, padding) => conv2d({ filters, kernelSize: 3, padding }),
  relu: () => relu(),
  pool: () => maxPool2d({ poolSize: 2 }),
  flatten: () => flatten(),
  dense: (units) => dense({ units }),
};
const model = sequential(input, ...layers.map(([kind, ...rest]) => make[kind](...rest)));

const batch = 32;
const size = input.reduce((product, n) => product * n, 1);
const images = Float32Array.from({ length: batch * size }, (_, k) => ((k * 2654435761) >>> 24) / 255 - 0.5);
const labels = Array.from({ length: batch }, (_, k) => k % 10);
const data = dataset({ images, shape: input, labels });
const run = fit(model, data, { optimizer: sgd({ learningRate, momentum }), batchSize: batch, seed: 1 });
for await (const { type, batchLoss } of run) {
  if (type !== "step") continue;
  // A clock that all processes of the machine share.
  const end = String(process.hrtime.bigint());
  process.stdout.write(`${JSON.stringify({ end, batchLoss })}\n`);
  process.exit();
}
