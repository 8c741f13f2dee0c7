// The plan: shards and bytes by hand, tensors that never overwrite each other, which kernel computes what and how often it ran.
import { afterEach, describe, expect, test } from "vitest";
import type { Place } from "../../src/backend/wasm/machine.ts";
import { type RandomStream, randomStream } from "../../src/base/random.ts";
import { sizeOf } from "../../src/base/shape.ts";
import { INPUT, type Network, shapeAt } from "../../src/graph/network.ts";
import type { Wanted } from "../../src/graph/pass.ts";
import { type Plan, type PlanOptions, planOf } from "../../src/graph/plan.ts";
import { shareRoom } from "../../src/graph/rooms.ts";
import { layOutTensors, type Tensors } from "../../src/graph/tensors.ts";
import { type Unit, unitsOf } from "../../src/graph/units.ts";
import type { WasmEngine } from "../../src/graph/wasm-engine.ts";
import { network } from "../../src/nn/build.ts";
import { add, conv2d, dense, flatten, maxPool2d, relu, rescale } from "../../src/nn/layers.ts";
import type { Model } from "../../src/nn/model.ts";
import { lesson } from "../../src/nn/presets/lesson.ts";
import type { SymbolicTensor } from "../../src/nn/types/layer.ts";
import { sgdRule } from "../../src/train/sgd-kernel.ts";
import { callsOf, dataFor, fused, type ModelName, models, open } from "./engines.ts";

const update = { rule: sgdRule({ momentum: 0.9, nesterov: false, weightDecay: 0 }), slots: 1 };
const planFor = ({ network }: Model, options: Partial<PlanOptions> = {}): Plan =>
  planOf(network, { set: fused, exact: false, wanted: "training", batch: 32, update, ...options });
const wants: Wanted[] = ["none", "training", "every"];

const opened: WasmEngine[] = [];
afterEach(() => {
  for (const engine of opened.splice(0)) engine.close();
});

describe("shards of a batch", () => {
  const shards = (wanted: Wanted, batches: readonly number[]) => {
    const { shardsOf } = planFor(models.W1(), { wanted, batch: 1000 });
    return batches.map(shardsOf);
  };

  test("training: two at least and eight at most, of eight images where that is possible; none up to four images", () => {
    const batches = [1, 4, 5, 8, 16, 17, 24, 25, 32, 33, 64, 65, 1000];
    expect(shards("training", batches)).toEqual([1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 8, 8, 8]);
  });

  test("forward alone: eight images each", () => {
    expect(shards("none", [1, 4, 5, 8, 9, 32, 33, 1000])).toEqual([1, 1, 1, 1, 2, 4, 5, 125]);
  });
});

describe("bytes", () => {
  const model = lesson() as unknown as Model;

  // A tensor of n numbers takes 4·(n + 4) bytes, rounded up to 64.
  test("the lesson's record, gradients and images by hand", () => {
    const plan = planFor(model);
    // input 784, label 1, logits 10, probs 10, loss 1
    expect(plan.strides.record).toBe(3200 + 64 + 64 + 64 + 64);
    // kernels 72, 1152 and 4000; biases 8, 16 and 10
    const row = 320 + 4672 + 16064 + 64 + 128 + 64;
    expect(plan.row.parts).toBe(Math.ceil(row / 4096));
    expect(plan.program.map.shards.stride).toBe(6 * 4096);
    // Forward: rescaled 784, then 13×13×8 with winners, then 5×5×16 with winners in the room of the rescaled ones.
    expect(planFor(model, { wanted: "none" }).tensors.bytes).toBe(2 * 5440 + 2 * 1664);
  });

  test("the areas follow each other; a thread more takes its block and nothing else", () => {
    for (const batch of [1, 4, 32, 33]) {
      const { bytes, program, strides, shardsOf } = planFor(model, { batch });
      const { shards, records, workers, images } = program.map;
      expect(records.start).toBe(shards.start + shardsOf(batch) * shards.stride);
      expect(workers.start).toBe(records.start + batch * strides.record);
      expect(workers.stride).toBeGreaterThanOrEqual(images + program.group * strides.image);
      expect(bytes(3) - bytes(2)).toBe(workers.stride);
      expect(bytes(1)).toBeGreaterThanOrEqual(workers.start + workers.stride);
    }
  });

  test.each([1, 2, 5])("the memory is what the plan says, in whole pages, with %d threads at most", async (threads) => {
    const engine = await open(model, { batch: 33, threads });
    opened.push(engine);
    const members = callsOf(engine).length;
    expect(members).toBe(threads);
    expect(engine.bytes).toBe(engine.plan.bytes(threads));
    expect(engine.team.memory.buffer.byteLength).toBe(Math.ceil((engine.bytes as number) / 65536) * 65536);
  });

  test.each(Object.keys(models) as ModelName[])("%s: the less is wanted, the less room it takes", (name) => {
    const [none, training, every] = wants.map((wanted) => planFor(models[name](), { wanted }).tensors.bytes);
    expect(none).toBeLessThan(training);
    expect(training).toBeLessThan(every);
  });
});

/** An image whose sizes are known at run time only. */
type Maps = SymbolicTensor<[number, number, number]>;

/** Convolutions, pools, sums of two earlier outputs, in any order. */
function anyNetwork(random: RandomStream): Network {
  const { below } = random;
  const model = network([8, 8, 3], (x) => {
    const made: Maps[] = [x as unknown as Maps];
    let last = made[0];
    for (let k = 0; k < 3 + below(8); k++) {
      const alike = made.filter(({ shape }) => String(shape) === String(last.shape));
      const choice = below(6);
      if (choice < 2) last = conv2d({ filters: 1 + below(3), kernelSize: 3, padding: "same" })(last) as Maps;
      else if (choice === 2) last = relu()(last) as Maps;
      else if (choice === 3) last = rescale()(last) as Maps;
      else if (choice === 4 && last.shape[0] > 1) last = maxPool2d({ poolSize: 2 })(last) as Maps;
      else last = add(last, alike[below(alike.length)]) as Maps;
      made.push(last);
    }
    return dense({ units: 3 })(relu()(dense({ units: 4 })(flatten()(last))));
  });
  return (model as unknown as Model).network;
}

/** Plays a step and marks which tensor every number of the image's block belongs to; says where one reads what another has overwritten. */
class Played {
  readonly lost: string[] = [];
  readonly #owner = new Map<number, Place>();

  write(place: Place | undefined, floats: number): void {
    if (place?.region !== "image") return;
    for (let k = 0; k < floats; k++) this.#owner.set(place.offset + 4 * k, place);
  }

  read(what: string, place: Place | undefined, floats: number): void {
    if (place?.region !== "image") return;
    for (let k = 0; k < floats; k++) {
      if (this.#owner.get(place.offset + 4 * k) === place) continue;
      this.lost.push(`${what}, number ${k}`);
      return;
    }
  }
}

function play(network: Network, units: readonly Unit[], tensors: Tensors, backward: boolean): string[] {
  const played = new Played();
  const { nodes, head } = network;
  const size = (node: number) => sizeOf(shapeAt(network, node));
  const ends = ({ nodes: [first, ...rest] }: Unit) => [first, rest.at(-1) ?? first];
  const readInputs = (first: number, when: string) => {
    for (const k of nodes[first].inputs)
      played.read(`${when} ${nodes[first].name}: input ${k}`, tensors.outputs.get(k), size(k));
  };
  for (const unit of units) {
    const [first, last] = ends(unit);
    readInputs(first, "forward");
    played.write(tensors.outputs.get(last), size(last));
    played.write(tensors.winners.get(first), size(last));
    // Nothing of one kernel may lie in the room of what it reads, but a view is its input.
    if (nodes[first].op !== "flatten") readInputs(first, "after forward");
  }
  if (!backward) return played.lost;
  const written = new Set<Place>();
  for (const unit of units.toReversed()) {
    const [first, last] = ends(unit);
    const gradient = tensors.gradients.get(last);
    if (last !== head?.loss && !(gradient && written.has(gradient))) continue;
    const readAll = (when: string) => {
      readInputs(first, when);
      played.read(`${when} ${nodes[last].name}: output`, tensors.outputs.get(last), size(last));
      played.read(`${when} ${nodes[first].name}: winners`, tensors.winners.get(first), size(last));
      if (last !== head?.loss) played.read(`${when} ${nodes[last].name}: gradient`, gradient, size(last));
    };
    readAll("backward");
    for (const k of nodes[first].inputs) {
      const place = tensors.gradients.get(k);
      if (!place) continue;
      if (written.has(place)) played.read(`backward ${nodes[first].name}: gradient ${k} so far`, place, size(k));
      played.write(place, size(k));
      written.add(place);
    }
    readAll("after backward");
  }
  return played.lost;
}

describe("tensors that share room", () => {
  test("by hand: those whose moments meet lie apart, the others take turns", () => {
    const tensors = [
      { floats: 12, from: 0, to: 1 },
      { floats: 100, from: 1, to: 2 },
      { floats: 28, from: 2, to: 3 },
      { floats: 12, from: 3, to: 3 },
    ];
    // 64, 448, 128 and 64 bytes: the second first, the third behind it; the others find room before or behind.
    expect(shareRoom(tensors)).toEqual({ offsets: [448, 0, 448, 0], bytes: 576 });
  });

  test("nobody reads what another has overwritten, in 200 random networks", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const found = anyNetwork(randomStream(seed, "check"));
      for (const wanted of wants) {
        const units = unitsOf(found, wanted === "every");
        const tensors = layOutTensors(found, units, wanted);
        expect([seed, wanted, play(found, units, tensors, wanted !== "none")]).toEqual([seed, wanted, []]);
        if (wanted !== "training") continue;
        // The player notices: with every tensor at the start of the block something is lost.
        const spoilt = (places: ReadonlyMap<number, Place>) =>
          new Map([...places].map(([node, { region }]) => [node, { region, offset: 0 }] as const));
        const bad = { ...tensors, outputs: spoilt(tensors.outputs), winners: spoilt(tensors.winners) };
        if (units.length > 6) expect(play(found, units, bad, true)).not.toEqual([]);
      }
    }
  });

  test("records hold what the caller reads, each in its own room", () => {
    const found = models.branching().network;
    const { outputs, record } = layOutTensors(found, unitsOf(found, false), "training");
    const read = [INPUT, found.last, found.head?.probs as number, found.head?.loss as number];
    const rooms = read.map((node) => ({ ...(outputs.get(node) as Place), floats: sizeOf(shapeAt(found, node)) }));
    const all = [...rooms, { ...record.label, floats: 1 }].sort((a, b) => a.offset - b.offset);
    expect(all.every(({ region }) => region === "record")).toBe(true);
    for (const [k, { offset, floats }] of all.entries())
      expect(offset + 4 * floats).toBeLessThanOrEqual(all[k + 1]?.offset ?? record.bytes);
  });
});

const head = { softmax1: "head", crossEntropy1: "head" };
const ways: Partial<Record<ModelName, Record<string, string>>> = {
  W1: { conv1: "direct+relu+pool", conv2: "winograd+relu+pool", dense1: "direct", ...head },
  W2: {
    conv1: "direct+relu",
    conv2: "winograd+relu+pool",
    conv3: "winograd+relu",
    conv4: "winograd+relu+pool",
    conv5: "winograd+relu",
    conv6: "winograd+relu+pool",
    dense1: "direct+relu",
    dense2: "direct",
    ...head,
  },
};

describe("kernels", () => {
  test.each(Object.entries(ways))("%s: which computes each layer", (name, expected) => {
    const model = models[name as ModelName]();
    expect(planFor(model).ways).toEqual(expected);
    const direct = Object.entries(expected).map(([layer, way]) => [layer, way.replace("winograd", "direct")]);
    const exact = planFor(model, { exact: true, set: "simd" });
    expect(exact.ways).toEqual(Object.fromEntries(direct));
    for (const { name, way } of exact.kernels) expect(name + way).not.toContain("winograd");
  });

  test("every kernel has its place in one list, by a name of its own", () => {
    for (const name of Object.keys(models) as ModelName[]) {
      const { kernels, forward, backward, refresh } = planFor(models[name]());
      const listed = [...forward, ...backward.toReversed().flat(), ...refresh];
      expect(kernels.map((kernel) => kernel.name)).toEqual([...listed, "shard.clear", "shards.add", "parameters.move"]);
      expect(new Set(listed).size).toBe(listed.length);
    }
  });

  /** Calls of each kernel by the member who works alone, of what happens meanwhile. */
  async function callsDuring(engine: WasmEngine, work: () => Promise<void>): Promise<Record<string, number>> {
    const [before] = callsOf(engine);
    await work();
    const [after] = callsOf(engine);
    return Object.fromEntries(engine.plan.kernels.map(({ name }, k) => [name, after[k] - before[k]]));
  }

  // 33 images: five shards of 6 or 7, a group each. 128: eight shards of two groups. 3: each image by itself.
  test.each([
    ["W1", 33, 33, 5, 5],
    ["W1", 128, 128, 8, 16],
    ["W1", 128, 3, 1, 1],
    ["W1", 3, 3, 0, 3],
    ["branching", 20, 20, 3, 3],
  ] as const)(
    "%s opened for %d learns %d images: %d shards, each kernel %d times",
    async (name, batch, count, shards, times) => {
      const model = models[name]();
      const engine = await open(model, { batch });
      opened.push(engine);
      const { forward, backward, refresh, kernels } = engine.plan;
      const { images, labels } = dataFor(model, count);
      const expected = (calls: Record<string, number>) =>
        Object.fromEntries(kernels.map(({ name }) => [name, calls[name] ?? 0]));
      const each = (names: readonly string[], n: number) => Object.fromEntries(names.map((name) => [name, n]));
      expect(await callsDuring(engine, () => engine.learn(images, labels))).toEqual(
        expected({ ...each([...forward, ...backward.flat()], times), "shard.clear": shards, "shards.add": 1 }),
      );
      expect(await callsDuring(engine, () => engine.forward(images))).toEqual(expected(each(forward, times)));
      const moved = await callsDuring(engine, async () => engine.move?.(0.1));
      expect(moved).toEqual(expected({ ...each(refresh, 1), "parameters.move": 1 }));
    },
  );
});
