// The engine of generated kernels: a plan, its memory with the parameters in it, and a team of threads that runs the plan's jobs.
import { FLOAT, type InstructionSet, type Place } from "../backend/wasm/machine.ts";
import { Team } from "../backend/wasm/team.ts";
import type { Host } from "../base/host.ts";
import { sizeOf } from "../base/shape.ts";
import type { Numbers } from "../tensor/tensor.ts";
import { allFinite, type Engine, type Image, mostShards } from "./engine.ts";
import { INPUT, type Network, shapeAt } from "./network.ts";
import type { Parameters } from "./pass.ts";
import { job, type Plan, planOf } from "./plan.ts";
import type { UpdateRule } from "./step-kernels.ts";
import { viewsOn } from "./views.ts";

export interface WasmEngineOptions {
  readonly set: InstructionSet;
  /** Direct sums only. */
  readonly exact: boolean;
  /** Threads at most. */
  readonly threads: number;
  /** Images of one call at most. */
  readonly batch: number;
  /** Whether `learn` will be called. */
  readonly training: boolean;
  readonly update?: { readonly rule: UpdateRule; readonly slots: number } | undefined;
  readonly host: Host | undefined;
}

/** A fast engine lets one look at how it works. */
export interface WasmEngine extends Engine {
  readonly plan: Plan;
  readonly team: Team;
}

/** An engine with float32 copies of the parameters. Throws `model.memory` where the platform gives too little of it. */
export async function wasmEngine(
  network: Network,
  parameters: Parameters,
  options: WasmEngineOptions,
): Promise<WasmEngine> {
  const { set, exact, batch, training, update, host } = options;
  const plan = planOf(network, { set, exact, wanted: training ? "training" : "none", batch, update });
  const threads = Math.min(options.threads, threadsFor(plan, batch));
  const { kernels, strides, program } = plan;
  const team = new Team({ program, kernels, strides, bytes: plan.bytes(threads), threads, host });
  const views = viewsOf(plan, team, batch);
  const own = views.byAddress(plan.parameters, parameters);
  for (const [address, numbers] of own) numbers.set(parameters.get(address) as Numbers);
  const steps = stepsOf(plan, team, views, threads);
  await steps.refresh();
  return {
    plan,
    team,
    arithmetic: set,
    get threads() {
      return team.threads;
    },
    mostThreads: threads,
    get why() {
      return team.absent;
    },
    bytes: plan.bytes(threads),
    kernels: plan.ways,
    batch,
    parameters: own,
    gradients: views.byAddress(plan.gradients, parameters),
    outputs: views.outputs,
    probs: views.probs,
    losses: views.losses,
    ...steps,
    // Adding up gradients and moving parameters leave a check; an optimiser's own loops leave none.
    finite: (which) =>
      which === "gradients" || update ? views.checks.every((check) => Number.isFinite(check)) : allFinite(own),
    async inspect(image, label) {
      const { keptPass } = await import("./kept-pass.ts");
      const kept = keptPass(network, own, set, exact);
      kept.forward(image, label);
      return [...network.nodes.keys()].map((node) => kept.output(node).slice());
    },
    close: () => team.close(),
  };
}

type Steps = Pick<Engine, "forward" | "learn" | "move" | "refresh">;

/** What an engine does, as jobs of its team. */
function stepsOf(plan: Plan, team: Team, views: ReturnType<typeof viewsOf>, threads: number): Steps {
  const small = plan.program.jobs[job.forward].kind === "stages";
  const run = (which: number, images: number, shards: number) =>
    team.run(which, images, shards, threads > 1 && isWide(plan, which, shards));
  const passes = async (which: number, images: readonly Image[], labels: readonly number[]) => {
    for (const [k, image] of images.entries()) {
      views.inputs[k].set(image);
      views.labels[k][0] = labels[k] ?? 0;
    }
    views.share[0] = 1 / images.length;
    await run(which, images.length, plan.shardsOf(images.length));
  };
  return {
    forward: (images, labels = []) => passes(job.forward, images, labels),
    async learn(images, labels) {
      // Shards clear their gradients themselves; a small batch has but one.
      if (small) views.gradients.fill(0);
      await passes(job.learn, images, labels);
      await run(job.add, 1, plan.shardsOf(images.length));
    },
    ...(plan.moves && {
      async move(learningRate: number) {
        views.rate[0] = learningRate;
        await run(job.move, 1, 1);
      },
    }),
    refresh: () => run(job.refresh, 1, 1),
  };
}

/** Threads that a batch can keep busy. */
function threadsFor(plan: Plan, batch: number): number {
  const { jobs } = plan.program;
  const cut = jobs.some((one) => one.kind === "stages" && one.stages.some((stage) => stage.cut));
  return Math.max(cut ? mostShards : 1, jobs[job.forward].kind === "images" ? plan.shardsOf(batch) : 1);
}

function isWide({ program }: Plan, which: number, shards: number): boolean {
  const found = program.jobs[which];
  return found.kind === "images" ? shards > 1 : found.stages.some(({ cut }) => cut);
}

function viewsOf(plan: Plan, { memory }: Team, batch: number) {
  const { map } = plan.program;
  const { network, tensors } = plan;
  const view = viewsOn(memory, map);
  const records = Array.from({ length: batch }, (_, k) => k);
  const ofNode = (node: number | undefined) => {
    const place = node === undefined ? undefined : tensors.outputs.get(node);
    return place ? records.map((k) => view(place, sizeOf(shapeAt(network, node as number)), k)) : [];
  };
  const label = map.records.start + tensors.record.label.offset;
  return {
    inputs: ofNode(INPUT),
    outputs: ofNode(network.last),
    probs: ofNode(network.head?.probs),
    losses: ofNode(network.head?.loss),
    labels: records.map((k) => new Int32Array(memory.buffer, label + k * map.records.stride, 1)),
    share: view(plan.share, 1),
    rate: view(plan.rate, 1),
    checks: view(plan.row.checks, 4 * plan.row.parts),
    gradients: view({ region: "shard", offset: 0 }, map.shards.stride / FLOAT),
    byAddress: (places: ReadonlyMap<string, Place>, like: Parameters) =>
      new Map(
        [...places].map(([address, place]) => [address, view(place, (like.get(address) as Numbers).length)] as const),
      ),
  };
}
