// What each kernel of a training step takes on one thread: a batch goes through the plan's kernels, timed one call at a time.

import { shardRange } from "../src/backend/wasm/crew.ts";
import type { InstructionSet } from "../src/backend/wasm/machine.ts";
import { instantiate } from "../src/backend/wasm/platform.ts";
import { functionsOf } from "../src/backend/wasm/team.ts";
import { backendFacts } from "../src/graph/backend.ts";
import { startsOf } from "../src/graph/views.ts";
import { wasmEngine } from "../src/graph/wasm-engine.ts";
import { numbersOf } from "../src/nn/trainer.ts";
import { sgd } from "../src/train/sgd.ts";
import { makeData, makeModel, type Workload } from "./workload.ts";

/** What one kernel takes for all images of a step, on one thread. */
export interface KernelTime {
  /** "conv1.forward": the layer, then what is done. */
  readonly name: string;
  /** How: "direct", "winograd" … */
  readonly way: string;
  readonly milliseconds: number;
  /** In the arithmetic of direct convolution, whatever the way; 0 for what only compares or copies. */
  readonly multiplyAdds: number;
}

/** The step is repeated; each kernel's fastest pass over the batch counts. */
const REPEATS = 30;

export async function kernelTimes(exact: boolean, workload: Workload, batch: number): Promise<KernelTime[]> {
  const { images, labels } = makeData(workload, batch);
  const model = makeModel(workload);
  const { instructionSet } = await backendFacts({ name: "wasm", exact, threads: 1 });
  const optimizer = sgd({ learningRate: workload.learningRate, momentum: workload.momentum });
  const rule = (await optimizer.kernel?.()) as NonNullable<Awaited<ReturnType<NonNullable<typeof optimizer.kernel>>>>;
  const { plan, team, ...engine } = await wasmEngine(model.network, numbersOf(model.parameters), {
    set: instructionSet as InstructionSet,
    exact,
    threads: 1,
    batch,
    training: true,
    update: { rule, slots: optimizer.slots.length },
    host: undefined,
  });
  await engine.learn(images, labels);
  const exports = instantiate(functionsOf(plan.kernels, plan.strides), team.memory);
  const { map, group } = plan.program;
  const starts = startsOf(map);
  const shards = plan.shardsOf(batch);
  const best = new Map<string, number>();
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const spent = new Map<string, number>();
    const call = (name: string, shard: number, record: number, count: number) => {
      const { parts } = plan.kernels.find((kernel) => kernel.name === name) as { parts: number };
      const [s, r] = [starts.shard + shard * map.shards.stride, starts.record + record * map.records.stride];
      const start = performance.now();
      exports[name](s, starts.worker, starts.image, r, count, 0, parts);
      spent.set(name, (spent.get(name) ?? 0) + performance.now() - start);
    };
    for (let shard = 0; shard < shards; shard++) {
      const [first, end] = shardRange(shard, shards, batch);
      call("shard.clear", shard, 0, 1);
      for (let image = first; image < end; image += group) {
        const count = Math.min(group, end - image);
        for (const name of [...plan.forward, ...plan.backward.toReversed().flat()]) call(name, shard, image, count);
      }
    }
    call("shards.add", 0, 0, shards);
    for (const name of ["parameters.move", ...plan.refresh]) call(name, 0, 0, 1);
    for (const [name, milliseconds] of spent) best.set(name, Math.min(best.get(name) ?? Infinity, milliseconds));
  }
  const multiplyAdds = new Map(
    model.network.nodes.map(({ name, operation, site }) => [name, operation.op.multiplyAdds(site)] as const),
  );
  return plan.kernels
    .filter(({ name }) => best.has(name))
    .map(({ name, way }) => {
      const [layer, what] = name.split(".");
      const counts = /^(forward|gemm|inputGradient|kernelGradient|weightGradient)$/.test(what);
      return {
        name,
        way,
        milliseconds: best.get(name) as number,
        multiplyAdds: counts ? batch * (multiplyAdds.get(layer) ?? 0) : 0,
      };
    });
}
