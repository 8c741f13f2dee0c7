// A network compiled to a plan: its kernels, where every number lies in one memory, which jobs make a step, and how many bytes that takes.
//
// A training step has three phases: shards of the batch go forward and backward; their gradients are added up in order; parameters move and
// what follows from them is made anew. Shards, groups and layout depend on shapes, batch size and instruction set, never on threads.
import type { Job, MemoryMap, Program, Stage } from "../backend/wasm/crew.ts";
import { FLOAT, type InstructionSet, type Kernel, type Place, type Strides } from "../backend/wasm/machine.ts";
import { sizeOf } from "../base/shape.ts";
import { mostShards } from "./engine.ts";
import { unitKernels } from "./kernels.ts";
import { type Network, parameterSpecs } from "./network.ts";
import type { Wanted } from "./pass.ts";
import { Area, LINE } from "./rooms.ts";
import { addShards, CHUNK, clearShard, moveParameters, type Row, type UpdateRule } from "./step-kernels.ts";
import { layOutTensors, type Tensors } from "./tensors.ts";
import { type Unit, unitsOf } from "./units.ts";

export interface PlanOptions {
  readonly set: InstructionSet;
  /** Direct sums only. */
  readonly exact: boolean;
  readonly wanted: Wanted;
  /** Images of a batch at most. */
  readonly batch: number;
  readonly update?: { readonly rule: UpdateRule; readonly slots: number } | undefined;
}

/** Positions of the jobs in a program. */
export const job = { forward: 0, learn: 1, add: 2, move: 3, refresh: 4 } as const;

export interface Plan {
  readonly network: Network;
  readonly units: readonly Unit[];
  readonly tensors: Tensors;
  readonly kernels: readonly Kernel[];
  /** Names of kernels: in order, by unit, in order. */
  readonly forward: readonly string[];
  readonly backward: readonly (readonly string[])[];
  readonly refresh: readonly string[];
  /** How each unit goes forward, by its first node's name. */
  readonly ways: Readonly<Record<string, string>>;
  readonly strides: Strides;
  readonly program: Program;
  readonly parameters: ReadonlyMap<string, Place>;
  /** Of shard 0: the sum after `add`. */
  readonly gradients: ReadonlyMap<string, Place>;
  readonly share: Place;
  readonly rate: Place;
  readonly row: Row;
  /** Whether it moves the parameters by an optimiser's rule. */
  readonly moves: boolean;
  /** Shards that a batch of so many images is cut into. */
  shardsOf(batch: number): number;
  /** What all buffers take with so many threads. */
  bytes(threads: number): number;
}

/** Images that one thread takes through a layer at a time. */
const group = 8;
/** Batches up to this size are not cut into shards but inside the layers. */
const smallBatch = 4;
/** Kernels with less work than this are not worth a barrier. */
const leastCut = 1 << 17;

/** Compiles a network. */
export function planOf(network: Network, options: PlanOptions): Plan {
  const { set, wanted, batch, update } = options;
  const units = unitsOf(network, wanted === "every");
  const tensors = layOutTensors(network, units, wanted);
  const small = batch <= smallBatch || wanted === "every";
  const shared = new Area("shared", LINE);
  const { parameters, gradients, row } = layOutParameters(network, shared, wanted);
  const slots = Array.from({ length: update?.slots ?? 0 }, () => shared.take(row.parts * CHUNK));
  const [share, rate] = [shared.take(1), shared.take(1)];
  const image = new Area("image", tensors.bytes);
  const made = unitKernels(network, units, {
    ...options,
    tensors,
    parameters,
    gradients,
    share,
    shared,
    image,
    group: small ? 1 : group,
  });
  const [first] = parameters.values();
  const places = { parameters: first ?? share, slots, rate };
  const step = {
    clear: [clearShard(row.parts * CHUNK * FLOAT)],
    add: [addShards(row)],
    move: update && gradients.size > 0 ? [moveParameters(update.rule, set, places, row)] : [],
  };
  const backward = made.backward.toReversed().flat();
  const kernels = [...made.forward, ...backward, ...made.refresh, ...step.clear, ...step.add, ...step.move];
  const strides = { image: oddLines(image.end), record: tensors.record.bytes };
  const map = memoryMap(shared.end, row, made.scratch, strides, small ? 1 : group, batch, shardsFor(batch, wanted));
  const program: Program = {
    map,
    group: small ? 1 : group,
    functions: kernels.map(({ name, parts }) => ({ name, parts })),
    jobs: jobsOf(kernels, { ...made, backward }, step, small),
  };
  return {
    network,
    units,
    tensors,
    kernels,
    forward: namesOf(made.forward),
    backward: made.backward.map(namesOf),
    refresh: namesOf(made.refresh),
    ways: waysOf(made.forward),
    strides,
    program,
    parameters,
    gradients,
    share,
    rate,
    row,
    moves: update !== undefined,
    shardsOf: (count) => shardsFor(count, wanted),
    bytes: (threads) => map.workers.start + threads * map.workers.stride + LINE,
  };
}

/** Without gradients the cut is only a hand-out of work; with them it decides the order of sums. */
function shardsFor(batch: number, wanted: Wanted): number {
  if (batch <= smallBatch || wanted === "every") return 1;
  return wanted === "none" ? Math.ceil(batch / group) : Math.min(mostShards, Math.max(2, Math.ceil(batch / group)));
}

/** A multiple of a cache line that is odd in lines, so that the same place of several images does not fall into the same part of a cache. */
function oddLines(bytes: number): number {
  const lines = Math.ceil(bytes / LINE);
  return (lines % 2 === 0 ? lines + 1 : lines) * LINE;
}

/** Parameters whose gradients are wanted in a row, in the order of the gradients: the trainable ones, or every one; then the others. */
function layOutParameters(network: Network, shared: Area, wanted: Wanted) {
  const specs = parameterSpecs(network);
  const row = wanted === "none" ? [] : specs.filter(({ node }) => node.trainable || wanted === "every");
  const start = shared.end;
  const take = ({ address, spec }: (typeof specs)[number]) => [address, shared.take(sizeOf(spec.shape))] as const;
  const parameters = new Map(row.map(take));
  const shard = (place: Place): Place => ({ region: "shard", offset: place.offset - start });
  const gradients = new Map([...parameters].map(([address, place]) => [address, shard(place)] as const));
  const parts = Math.ceil((shared.end - start) / (CHUNK * FLOAT));
  // Whole parts: what stands behind the last parameter stays 0.
  shared.take(CHUNK);
  for (const spec of specs) if (!parameters.has(spec.address)) parameters.set(...take(spec));
  const checks = shared.take(4 * parts);
  return { parameters, gradients, row: { parts: Math.max(parts, 1), checks } satisfies Row };
}

/** Shared numbers, shards, records, then a block a worker: its scratch and its images. */
function memoryMap(
  shared: number,
  row: Row,
  scratch: number,
  strides: Strides,
  images: number,
  batch: number,
  shards: number,
): MemoryMap {
  const shardStride = row.parts * CHUNK * FLOAT;
  const records = shared + shards * shardStride;
  return {
    shards: { start: shared, stride: shardStride },
    records: { start: records, stride: strides.record },
    workers: { start: records + batch * strides.record, stride: oddLines(scratch + images * strides.image) },
    images: scratch,
  };
}

/** The last kernel of a unit stands for it. */
function waysOf(forward: readonly Kernel[]): Record<string, string> {
  return Object.fromEntries(forward.map(({ name, way }) => [name.slice(0, name.indexOf(".")), way]));
}

const namesOf = (kernels: readonly Kernel[]) => kernels.map(({ name }) => name);

function jobsOf(
  kernels: readonly Kernel[],
  { forward, backward, refresh }: { forward: Kernel[]; backward: Kernel[]; refresh: Kernel[] },
  step: { clear: Kernel[]; add: Kernel[]; move: Kernel[] },
  small: boolean,
): Job[] {
  const positions = (list: readonly Kernel[]) => list.map((kernel) => kernels.indexOf(kernel));
  const stages = (list: readonly Kernel[], eachImage: boolean): Job => ({
    kind: "stages",
    eachImage,
    stages: stagesOf(list, positions(list)),
  });
  const images = (first: readonly Kernel[], list: readonly Kernel[]): Job =>
    small ? stages(list, true) : { kind: "images", first: positions(first), functions: positions(list) };
  return [
    images([], forward),
    images(step.clear, [...forward, ...backward]),
    stages(step.add, false),
    stages([...step.move, ...refresh], false),
    stages(refresh, false),
  ];
}

/** Kernels in a row that are not worth a cut make one stage. */
function stagesOf(list: readonly Kernel[], positions: readonly number[]): Stage[] {
  const stages: { functions: number[]; cut: boolean }[] = [];
  for (const [k, { parts, work }] of list.entries()) {
    const cut = parts > 1 && work >= leastCut;
    const last = stages[stages.length - 1];
    if (cut || !last || last.cut) stages.push({ functions: [positions[k]], cut });
    else last.functions.push(positions[k]);
  }
  return stages;
}
