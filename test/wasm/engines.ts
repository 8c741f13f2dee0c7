// Engines of generated kernels for the tests of threads, plans and memory: small networks, data, and what a training comes to as one text.
import { createHash } from "node:crypto";
import { makeModel, workloads } from "../../bench/workload.ts";
import { bestInstructionSet } from "../../src/backend/wasm/platform.ts";
import type { Host } from "../../src/base/host.ts";
import { randomStream } from "../../src/base/random.ts";
import { sizeOf } from "../../src/base/shape.ts";
import type { Image } from "../../src/graph/engine.ts";
import { type WasmEngine, type WasmEngineOptions, wasmEngine } from "../../src/graph/wasm-engine.ts";
import { nodeHost } from "../../src/host/node/host.ts";
import { network, sequential } from "../../src/nn/build.ts";
import { add, conv2d, dense, flatten, maxPool2d, relu } from "../../src/nn/layers.ts";
import type { Model } from "../../src/nn/model.ts";
import { numbersOf } from "../../src/nn/trainer.ts";
import { sgdRule } from "../../src/train/sgd-kernel.ts";

const conv = (filters: number) => conv2d({ filters, kernelSize: 3, padding: "same" });

const started = (model: unknown): Model => {
  (model as Model).initialize(5);
  return model as Model;
};

/** W1 is too small to be cut inside its layers, the others are not. */
export const models = {
  W1: () => makeModel(workloads.W1),
  W2: () => makeModel(workloads.W2),
  vgg: () =>
    started(
      sequential(
        [16, 16, 3],
        conv(16),
        relu(),
        conv(32),
        relu(),
        maxPool2d({ poolSize: 2 }),
        conv(32),
        relu(),
        conv(32),
        relu(),
        maxPool2d({ poolSize: 2 }),
        flatten(),
        dense({ units: 160 }),
        relu(),
        dense({ units: 10 }),
      ),
    ),
  branching: () =>
    started(
      network([16, 16, 3], (x) => {
        const start = relu()(conv(16)(x));
        const left = conv(24)(relu()(conv(16)(start)));
        const right = conv2d({ filters: 24, kernelSize: 1 })(start);
        const joined = relu()(add(left, right));
        return dense({ units: 10 })(flatten()(maxPool2d({ poolSize: 2 })(add(joined, conv(24)(joined)))));
      }),
    ),
} satisfies Record<string, () => Model>;

export type ModelName = keyof typeof models;

/** Images around 0 and their classes, 0 … 9. */
export function dataFor({ inputShape }: Model, count: number): { images: Image[]; labels: number[] } {
  const { uniform, below } = randomStream(count, "check");
  const images = Array.from({ length: count }, () =>
    Float32Array.from({ length: sizeOf(inputShape) }, () => uniform() - 0.5),
  );
  return { images, labels: images.map(() => below(10)) };
}

/** The best that the machine has. */
export const fused = bestInstructionSet() ?? "simd";

/** An engine that trains with momentum, fused where nothing else is said. */
export function open(model: Model, options: Partial<WasmEngineOptions> = {}): Promise<WasmEngine> {
  return wasmEngine(model.network, numbersOf(model.parameters), {
    set: fused,
    exact: false,
    threads: 1,
    batch: 8,
    training: true,
    update: { rule: sgdRule({ momentum: 0.9, nesterov: false, weightDecay: 1e-4 }), slots: 1 },
    host: nodeHost as Host,
    ...options,
  });
}

/** How often each member of the team has called a kernel so far: by member, in the order of the plan's kernels. */
export function callsOf({ plan, team }: WasmEngine): number[][] {
  const { length } = plan.kernels;
  return Array.from({ length: team.counts.length / length }, (_, member) =>
    Array.from(team.counts.subarray(member * length, (member + 1) * length)),
  );
}

export const sum = (numbers: Iterable<number>): number => Array.from(numbers).reduce((a, b) => a + b, 0);

/** Learns until every one of so many threads has done some of the work; gives up after twenty seconds. */
export async function joined(engine: WasmEngine, threads: number, batch: ReturnType<typeof dataFor>): Promise<void> {
  const before = callsOf(engine).map(sum);
  const late = performance.now() + 20_000;
  for (;;) {
    await engine.learn(batch.images, batch.labels);
    const working = callsOf(engine).filter((calls, member) => sum(calls) > (before[member] ?? 0));
    if (working.length >= threads) return;
    if (performance.now() > late) throw new Error(`${working.length} of ${threads} threads work`);
    await nodeHost.pause();
  }
}

/** The bits of gradients, losses and outputs after a batch. */
export function digestOfBatch({ gradients, losses, outputs, probs }: WasmEngine, images: number): string {
  return digest([...gradients.values(), ...[losses, outputs, probs].flatMap((list) => list.slice(0, images))]);
}

export const digestOfParameters = ({ parameters }: WasmEngine): string => digest([...parameters.values()]);

function digest(all: readonly ArrayLike<number>[]): string {
  const hash = createHash("sha256");
  for (const numbers of all) hash.update(Float32Array.from(numbers));
  return hash.digest("hex").slice(0, 16);
}
