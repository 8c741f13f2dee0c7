// One operation's kernels alone, without an engine: tensors laid out in a poisoned memory, calls cut at random, results read back.

import { defineFunction } from "../../src/backend/wasm/assembler.ts";
import {
  callParameters,
  Frame,
  type InstructionSet,
  type Kernel,
  type Place,
  type Region,
} from "../../src/backend/wasm/machine.ts";
import { createMemory, instantiate, type WasmMemory } from "../../src/backend/wasm/platform.ts";
import type { RandomStream } from "../../src/base/random.ts";
import type { GradientPlace, GradientPlaces, KernelRequest, Kernels } from "../../src/ops/kernels.ts";
import type { Numbers } from "../../src/tensor/tensor.ts";
import type { Bench } from "../ops/harness.ts";

/** A NaN of its own: what no kernel has written. */
const POISON = 0x7fc12345;
const FLOAT = 4;
/** Room behind a tensor that may be read, never written. */
const ROOM = 4;

interface Taken {
  readonly place: Place;
  readonly floats: number;
}

/** Which regions there are, and how many blocks of each. */
const regions: readonly Region[] = ["shared", "shard", "worker", "image", "record"];
const WORKERS = 3;

export interface KernelTrial {
  readonly kernels: Kernels<object>;
  readonly set: InstructionSet;
  readonly group: number;
  /** One bench an image: same site and parameters. */
  readonly images: readonly Bench[];
  readonly relu: boolean;
  /** Gradients of inputs that hold something already; undefined where nobody wants them. */
  readonly add: readonly (boolean | undefined)[];
  /** Whether both inputs are one tensor. */
  readonly twice: boolean;
  /** Where tensors of an image lie: in its block, or in the record of its sample. */
  readonly region: (name: string) => "image" | "record";
}

/** A call of every kernel: `size` images at a time, parts cut at random where `cut` draws. */
export interface Schedule {
  readonly size: number;
  readonly cut?: RandomStream;
}

export interface KernelBench {
  readonly kernels: readonly Kernel[];
  /** Runs refresh, forward and backward for all images on memory made anew. */
  run(schedule: Schedule): void;
  /** What an image's tensor, or a parameter gradient, holds. */
  read(name: string, image?: number): Float32Array;
  /** Tensors with something written behind their end. */
  overwritten(): string[];
}

class Layout {
  readonly taken = new Map<string, Taken>();
  readonly #ends = new Map<Region, number>(regions.map((region) => [region, 64]));

  take(region: Region, name: string, floats: number): Place {
    const known = this.taken.get(name);
    if (known) return known.place;
    const offset = this.sizeOf(region);
    this.#ends.set(region, offset + Math.ceil((floats + ROOM) / 4) * 16);
    const place = { region, offset };
    this.taken.set(name, { place, floats });
    return place;
  }

  sizeOf(region: Region): number {
    return this.#ends.get(region) as number;
  }
}

/** What the parts of a call need of the memory: where each block begins. */
interface Blocks {
  start(region: Region, block?: number): number;
  readonly bytes: number;
}

function blocksOf(layout: Layout, images: number): Blocks {
  const counts: Record<Region, number> = { shared: 1, shard: 1, worker: WORKERS, image: images, record: images };
  let bytes = 0;
  const starts = new Map<Region, number>();
  for (const region of regions) {
    starts.set(region, bytes);
    bytes += layout.sizeOf(region) * counts[region];
  }
  const start = (region: Region, block = 0) => (starts.get(region) as number) + block * layout.sizeOf(region);
  return { start, bytes };
}

function requestOf(trial: KernelTrial, layout: Layout): KernelRequest<object> {
  const { set, group, images, region, relu, twice } = trial;
  const [{ name, site, inputs, output, parameters }] = images;
  const own = (key: string, floats: number) => layout.take(region(key), key, floats);
  return {
    name,
    site,
    set,
    group,
    exact: false,
    epilogue: relu ? {} : undefined,
    places: {
      inputs: inputs.map((values, k) => own(twice ? "input0" : `input${k}`, values.length)),
      output: own("output", output.length),
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([key, { length }]) => [key, layout.take("shared", key, length)]),
      ),
      label: layout.take("record", "label", 1),
      scratch: (key, floats) => layout.take("worker", `scratch ${key}`, floats),
      kept: (key, floats) => layout.take("image", `kept ${key}`, floats),
      shared: (key, floats) => layout.take("shared", `shared ${key}`, floats),
    },
  };
}

function gradientsOf({ images, add, region, twice }: KernelTrial, layout: Layout): GradientPlaces {
  const [{ inputs, output, parameters }] = images;
  const input = (which: number): GradientPlace | undefined => {
    const name = `gradient of input${twice ? 0 : which}`;
    const adds = add[which];
    if (adds === undefined) return undefined;
    return { place: layout.take(region(name), name, inputs[which].length), add: adds };
  };
  return {
    output: layout.take(region("gradient"), "gradient", output.length),
    inputs: inputs.map((_, which) => input(which)),
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([key, { length }]) => [key, layout.take("shard", `gradient of ${key}`, length)]),
    ),
  };
}

/** What is added to before the first call: some number that depends on the cell. */
export const before = (k: number) => ((k * 7) % 16) / 8 - 1;

/** Lays out an operation for all images and compiles its kernels. */
export function kernelBench(trial: KernelTrial): KernelBench {
  const { kernels, images } = trial;
  const layout = new Layout();
  const request = requestOf(trial, layout);
  const gradients = gradientsOf(trial, layout);
  const list = [
    ...kernels.forward(request),
    ...kernels.backward(request, gradients),
    ...(kernels.refresh?.(request, true) ?? []),
  ];
  const refreshed = list.filter(({ name }) => name.endsWith(".refresh"));
  const passes = list.filter((kernel) => !refreshed.includes(kernel));
  const strides = { image: layout.sizeOf("image"), record: layout.sizeOf("record") };
  const functions = list.map(({ name, build }) =>
    defineFunction(name, callParameters, (scope) => build(new Frame(scope, strides))),
  );
  const blocks = blocksOf(layout, images.length);
  const memory = createMemory(blocks.bytes) as WasmMemory;
  const exports = instantiate(functions, memory) as unknown as Record<string, (...numbers: number[]) => void>;
  const view = ({ place, floats }: Taken, block: number) =>
    new Float32Array(memory.buffer, blocks.start(place.region, block) + place.offset, floats);
  const at = (name: string, block = 0) => view(layout.taken.get(name) as Taken, block);
  const call = ({ name, parts }: Kernel, first: number, { size, cut }: Schedule) => {
    const count = Math.min(size, images.length - first);
    const ends = [0, ...(cut ? splits(cut, parts) : []), parts];
    for (let k = 1; k < ends.length; k++) {
      const worker = blocks.start("worker", cut ? cut.below(WORKERS) : 0);
      const [image, record] = [blocks.start("image", first), blocks.start("record", first)];
      exports[name](blocks.start("shard"), worker, image, record, count, ends[k - 1], ends[k]);
    }
  };
  return {
    kernels: list,
    run(schedule) {
      fill(trial, layout, memory, at);
      for (const kernel of refreshed) call(kernel, 0, { ...schedule, size: 1 });
      for (let first = 0; first < images.length; first += schedule.size)
        for (const kernel of passes) call(kernel, first, schedule);
    },
    read: at,
    overwritten: () =>
      [...layout.taken].flatMap(([name, { place, floats }]) => {
        const counts = place.region === "image" || place.region === "record" ? images.length : 1;
        const behind = { place: { ...place, offset: place.offset + floats * FLOAT }, floats: ROOM };
        const dirty = Array.from({ length: counts }, (_, block) => new Int32Array(view(behind, block).slice().buffer));
        return dirty.some((room) => room.some((bits) => bits !== POISON)) ? [name] : [];
      }),
  };
}

/** Places where a kernel's parts are cut, in order and never twice. */
function splits({ below }: RandomStream, parts: number): number[] {
  return Array.from({ length: parts - 1 }, (_, k) => k + 1).filter(() => below(3) === 0);
}

function fill(trial: KernelTrial, layout: Layout, memory: WasmMemory, at: (name: string, block?: number) => Numbers) {
  new Int32Array(memory.buffer).fill(POISON);
  const { images, add, twice } = trial;
  for (const [key, values] of Object.entries(images[0].parameters)) {
    at(key).set(values);
    const gradient = at(`gradient of ${key}`);
    for (let k = 0; k < gradient.length; k++) gradient[k] = before(k);
  }
  for (const [image, { inputs, outputGradient, label }] of images.entries()) {
    for (const name of layout.taken.keys()) if (name.startsWith("kept ")) at(name, image).fill(0);
    for (const [which, values] of inputs.entries()) {
      at(twice ? "input0" : `input${which}`, image).set(values);
      if (!add[which] || (twice && which > 0)) continue;
      const gradient = at(`gradient of input${which}`, image);
      for (let k = 0; k < gradient.length; k++) gradient[k] = before(k);
    }
    at("gradient", image).set(outputGradient);
    const place = at("label", image) as Float32Array;
    new Int32Array(place.buffer, place.byteOffset, 1)[0] = label;
  }
}
