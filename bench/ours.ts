// One case of the race on our engine: checks first, then timed steps.
import { backendFacts, openEngine } from "../src/graph/backend.ts";
import { nodeHost } from "../src/host/node/host.ts";
import { createTrainer, numbersOf } from "../src/nn/trainer.ts";
import { sgd } from "../src/train/sgd.ts";
import type { EngineOptions, EngineTiming } from "./engine.ts";
import { type Mode, makeData, makeModel, type Workload } from "./workload.ts";

/** Milliseconds of warming up before the first sample. */
const warm = 300;

export async function timeOurs(
  { threads, exact }: EngineOptions,
  workload: Workload,
  mode: Mode,
  batch: number,
  budget: number,
): Promise<EngineTiming> {
  const { images, labels } = makeData(workload, batch);
  const model = makeModel(workload);
  const { learningRate, momentum } = workload;
  const optimizer = sgd({ learningRate, momentum });
  const facts = await backendFacts({ name: "wasm", exact, threads }, nodeHost);
  const rule = mode === "train" ? await optimizer.kernel?.() : undefined;
  const engine = await openEngine(facts, model.network, numbersOf(model.parameters), {
    batch,
    training: mode === "train",
    update: rule && { rule, slots: optimizer.slots.length },
    host: nodeHost,
  });
  const trainer = createTrainer(model.network, model.parameters, engine);
  const train = async () => {
    await trainer.learn(images, labels);
    await trainer.step(optimizer, 1);
    return trainer.loss;
  };
  const infer = async () => (await trainer.outputs(images)).reduce((sum, logits) => sum + sumOfSizes(logits), 0);
  const step = mode === "train" ? train : infer;
  const checks: number[] = [];
  for (let k = 0; k < (mode === "train" ? 5 : 1); k++) checks.push(await step());
  const samples: number[] = [];
  const start = performance.now();
  while (performance.now() - start < warm + budget || samples.length < 3) {
    const before = performance.now();
    await step();
    const now = performance.now();
    if (before - start >= warm || now - start > warm + budget) samples.push(now - before);
  }
  engine.close();
  const check = mode === "train" ? [checks[0], checks[4]] : checks;
  const { backend, instructionSet } = facts;
  return { samples, check, peakBytes: engine.bytes ?? Number.NaN, backend, instructionSet, threads: engine.threads };
}

function sumOfSizes(numbers: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < numbers.length; k++) sum += Math.abs(numbers[k]);
  return sum;
}
