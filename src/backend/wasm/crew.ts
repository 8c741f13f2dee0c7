// The threads of an engine at work: what they are told (a program, sent once; a few control words a job) and how one of them does its share.
//
// A job over images cuts the batch into shards; whoever is free takes the next one. A job of stages runs kernels one after the other and cuts
// those that allow it into ranges of parts, with a barrier behind each stage. Which thread does what changes no result: every shard has
// gradients of its own, and parts write apart from each other.
import type { WasmExports, WasmMemory } from "./platform.ts";

/** Where things begin in the memory, and how far apart they lie, in bytes. */
export interface MemoryMap {
  readonly shards: { readonly start: number; readonly stride: number };
  readonly workers: { readonly start: number; readonly stride: number };
  /** From the start of a worker's block to its first image. */
  readonly images: number;
  readonly records: { readonly start: number; readonly stride: number };
}

/** Kernels that run one after the other on one thread, or a single one that is cut between all. */
export interface Stage {
  readonly functions: readonly number[];
  readonly cut: boolean;
}

export type Job =
  /** Every function for every group of images; a shard begins with `first`. */
  | { readonly kind: "images"; readonly first: readonly number[]; readonly functions: readonly number[] }
  /** Every stage, for one image after the other or once. */
  | { readonly kind: "stages"; readonly eachImage: boolean; readonly stages: readonly Stage[] };

export interface Program {
  readonly map: MemoryMap;
  /** Images that a thread takes at a time. */
  readonly group: number;
  readonly functions: readonly { readonly name: string; readonly parts: number }[];
  readonly jobs: readonly Job[];
}

/** What a thread gets at its start. */
export interface Assignment {
  readonly program: Program;
  readonly module: object;
  readonly memory: WasmMemory;
  readonly control: Int32Array;
  readonly counts: Int32Array;
  /** Which member of the crew it is. */
  readonly index: number;
}

/** Control words; each on a cache line of its own. */
export const word = {
  /** The number of the job and of its members in one word, so that nobody reads one without the other; a change wakes the workers. */
  ticket: 0,
  job: 16,
  /** The images of the batch, and its shards (or what else `count` means to the kernels). */
  batch: 48,
  shards: 64,
  /** The next shard that nobody took yet. */
  next: 80,
  arrived: 96,
  phase: 112,
  /** Workers that have finished the job. */
  done: 128,
  /** 1 + the index of a worker that failed. */
  failed: 144,
  /** 1 once there is no more work: workers end by themselves. */
  ended: 160,
  /** Behind it, one line a worker: 1 once it is ready. */
  ready: 176,
} as const;

const LINE = 16;

/** Most members of a crew. */
export const mostMembers = 255;

/** The ticket after one, for so many members. */
export function nextTicket(ticket: number, members: number): number {
  return (((ticket >> 8) + 1) << 8) | members;
}

export function membersOf(ticket: number): number {
  return ticket & mostMembers;
}

/** Control words for so many members. */
export function controlWords(members: number): number {
  return word.ready + LINE * members;
}

export function readyWord(index: number): number {
  return word.ready + LINE * index;
}

/** What a thread waits for: until the word no longer has the value. */
export interface Wait {
  readonly word: number;
  readonly value: number;
}

/** Looks a short while whether a wait is over; spinning is brief, since another thread may need the core. */
export function spin(control: Int32Array, { word: at, value }: Wait, rounds = 4000): boolean {
  for (let k = 0; k < rounds; k++) if (Atomics.load(control, at) !== value) return true;
  return false;
}

/** Images of shard k of `shards`: from the first to the one before the second number. */
export function shardRange(k: number, shards: number, batch: number): [number, number] {
  return [Math.floor((k * batch) / shards), Math.floor(((k + 1) * batch) / shards)];
}

/** One thread's share of the jobs. */
export class Member {
  readonly #program: Program;
  readonly #functions: readonly ((...parameters: number[]) => void)[];
  readonly #control: Int32Array;
  readonly #counts: Int32Array;
  readonly #index: number;

  constructor({ program, control, counts, index }: Omit<Assignment, "module" | "memory">, exports: WasmExports) {
    this.#program = program;
    this.#functions = program.functions.map(({ name }) => exports[name]);
    this.#control = control;
    this.#counts = counts;
    this.#index = index;
  }

  /** Does its share of the job that the control words name. Yields nothing after each group of images, and what it waits for at a barrier. */
  *work(members: number): Generator<Wait | undefined, void> {
    const control = this.#control;
    const job = this.#program.jobs[control[word.job]];
    if (job.kind === "images") {
      yield* this.#images(job, control[word.batch], control[word.shards]);
      return;
    }
    const images = job.eachImage ? control[word.batch] : 1;
    const count = job.eachImage ? 1 : control[word.shards];
    for (let image = 0; image < images; image++) {
      for (const stage of job.stages) {
        this.#stage(stage, image, count, members);
        const wait = members > 1 ? this.#arrive(members) : undefined;
        if (wait) yield wait;
      }
      yield undefined;
    }
  }

  *#images(job: Job & { kind: "images" }, batch: number, shards: number): Generator<undefined, void> {
    const { group } = this.#program;
    for (;;) {
      const shard = Atomics.add(this.#control, word.next, 1);
      if (shard >= shards) return;
      const [first, end] = shardRange(shard, shards, batch);
      for (const f of job.first) this.#call(f, shard, this.#index, first, 1, 0, 1);
      for (let image = first; image < end; image += group) {
        const count = Math.min(group, end - image);
        for (const f of job.functions) {
          this.#call(f, shard, this.#index, image, count, 0, this.#program.functions[f].parts);
        }
        yield undefined;
      }
    }
  }

  /** All members use the images of the first one's block, and each its own scratch. */
  #stage({ functions, cut }: Stage, image: number, count: number, members: number): void {
    for (const f of functions) {
      const { parts } = this.#program.functions[f];
      if (!cut || members === 1) {
        if (this.#index === 0) this.#call(f, 0, 0, image, count, 0, parts);
        continue;
      }
      const [from, to] = shardRange(this.#index, members, parts);
      if (to > from) this.#call(f, 0, 0, image, count, from, to);
    }
  }

  #call(f: number, shard: number, block: number, image: number, count: number, from: number, to: number): void {
    const { shards, workers, images, records } = this.#program.map;
    this.#counts[this.#index * this.#functions.length + f]++;
    this.#functions[f](
      shards.start + shard * shards.stride,
      workers.start + this.#index * workers.stride,
      workers.start + block * workers.stride + images,
      records.start + image * records.stride,
      count,
      from,
      to,
    );
  }

  /** Comes to the barrier; the last one opens it. */
  #arrive(members: number): Wait | undefined {
    const control = this.#control;
    const value = Atomics.load(control, word.phase);
    if (Atomics.add(control, word.arrived, 1) === members - 1) {
      Atomics.store(control, word.arrived, 0);
      Atomics.store(control, word.phase, value + 1);
      Atomics.notify(control, word.phase);
      return undefined;
    }
    return { word: word.phase, value };
  }
}
