// An engine's threads as their leader sees them: one memory, one module, workers that come and go; runs jobs and waits for their end.
import { breathing, type Host, type HostThread } from "../../base/host.ts";
import { fail } from "../../base/words/model.ts";
import { defineFunction, type WasmFunction } from "./assembler.ts";
import {
  type Assignment,
  controlWords,
  Member,
  nextTicket,
  type Program,
  readyWord,
  spin,
  type Wait,
  word,
} from "./crew.ts";
import { callParameters, Frame, type Kernel, type Strides } from "./machine.ts";
import { compile, createMemory, instantiateModule, type WasmMemory } from "./platform.ts";

export interface TeamOptions {
  readonly program: Program;
  readonly kernels: readonly Kernel[];
  readonly strides: Strides;
  readonly bytes: number;
  /** Threads at most; the leader is one of them where it may block. Elsewhere it does what one thread does, and all where no worker has started. */
  readonly threads: number;
  readonly host: Host | undefined;
}

/** Milliseconds that the leader waits before it looks whether a worker has died. */
const patience = 50;
/** Milliseconds that a leader who may not block gives its workers to start, before it works itself. */
const startup = 1000;

/** Kernels as functions of the module. */
export function functionsOf(kernels: readonly Kernel[], strides: Strides): WasmFunction[] {
  return kernels.map(({ name, build }) =>
    defineFunction(name, callParameters, (scope) => build(new Frame(scope, strides))),
  );
}

export class Team {
  readonly memory: WasmMemory;
  /** How often each member called each kernel. */
  readonly counts: Int32Array;
  readonly #failed: string[] = [];
  readonly #host: Host | undefined;
  readonly #control: Int32Array;
  /** Whether the leader takes part in all work, as member 0; else that is a worker's place in what several do. */
  readonly #leads: boolean;
  readonly #own: Member;
  readonly #workers: HostThread[];
  readonly #threads: number;
  readonly #breathe: () => Promise<void> | undefined;
  #most = 1;
  #waited: boolean;
  #failure: string | undefined;
  #closed = false;

  /** Throws `model.memory` where the platform has too little of it. */
  constructor({ program, kernels, strides, bytes, threads, host }: TeamOptions) {
    const shared = threads > 1;
    this.#host = host;
    this.#threads = threads;
    this.#breathe = breathing(host);
    this.memory = createMemory(bytes, shared) ?? fail("model.memory", { bytes });
    const words = (count: number) =>
      new Int32Array(shared ? new SharedArrayBuffer(4 * count) : new ArrayBuffer(4 * count));
    this.#control = words(controlWords(threads));
    this.counts = words(threads * kernels.length);
    const module = compile(functionsOf(kernels, strides), shared);
    const common = { program, control: this.#control, counts: this.counts };
    this.#leads = !shared || host?.threads?.mayBlock === true;
    this.#waited = this.#leads;
    this.#own = new Member({ ...common, index: 0 }, instantiateModule(module, this.memory));
    const first = this.#leads ? 1 : 0;
    this.#workers = Array.from({ length: threads - first }, (_, k) => {
      const assignment: Assignment = { ...common, module, memory: this.memory, index: first + k };
      return this.#start(assignment);
    });
  }

  /** The most threads that ever worked on one job. */
  get threads(): number {
    return this.#most;
  }

  /** Why workers that were asked for did not come. */
  get absent(): string[] {
    const late = this.#workers.length - this.#started() - this.#failed.length;
    return late > 0 ? [...this.#failed, `${late} of ${this.#threads} threads had not started yet`] : this.#failed;
  }

  #start(assignment: Assignment): HostThread {
    const threads = this.#host?.threads;
    if (!threads) throw new TypeError("a team of several threads needs a host that starts them");
    const ended = (why: string) => {
      if (this.#closed) return;
      if (Atomics.load(this.#control, readyWord(assignment.index)) === 1) this.#failure = why;
      else this.#failed.push(`a worker thread could not be started: ${why}`);
    };
    try {
      return threads.start(assignment, ended);
    } catch (error) {
      // A library that comes from another site may start no workers in a page.
      ended(String(error));
      return { stop: () => undefined };
    }
  }

  /** Workers that are ready. */
  #started(): number {
    const first = this.#leads ? 1 : 0;
    return this.#workers.filter((_, k) => Atomics.load(this.#control, readyWord(first + k)) === 1).length;
  }

  /** How many may begin now: workers take part from the job after they are ready, the first ones first. */
  #ready(): number {
    let members = this.#leads ? 1 : 0;
    while (members < this.#threads && Atomics.load(this.#control, readyWord(members)) === 1) members++;
    return members;
  }

  /** Runs a job; `wide`: on every thread that is ready. Rejects with `model.worker` where a worker has died. */
  async run(job: number, batch: number, shards: number, wide: boolean): Promise<void> {
    if (!this.#waited) await this.#waitForWorkers();
    const ready = this.#ready();
    // What one thread can do is sooner done than handed over.
    const works = this.#leads || ready === 0 || !wide;
    const members = wide ? Math.max(ready, 1) : 1;
    const others = works ? members - 1 : members;
    const control = this.#control;
    control[word.job] = job;
    control[word.batch] = batch;
    control[word.shards] = shards;
    control[word.next] = 0;
    control[word.arrived] = 0;
    control[word.done] = 0;
    if (others > 0) {
      Atomics.store(control, word.ticket, nextTicket(control[word.ticket], members));
      Atomics.notify(control, word.ticket);
    }
    this.#most = Math.max(this.#most, members);
    if (works) await this.#work(members);
    for (let done = 0; done < others; done = Atomics.load(control, word.done)) {
      const wait = { word: word.done, value: done };
      if (!spin(control, wait)) await this.#waitFor(wait);
    }
  }

  /** Until every worker has started or failed to, or their time is over. */
  async #waitForWorkers(): Promise<void> {
    const host = this.#host as Host;
    const end = host.now() + startup;
    while (this.#started() + this.#failed.length < this.#workers.length && host.now() < end) {
      const next = this.#ready();
      if (next < this.#threads) await changed(this.#control, readyWord(next), 0);
      // Only now does the host hear that a worker could not start.
      await host.pause();
    }
    this.#waited = true;
  }

  async #work(members: number): Promise<void> {
    for (const wait of this.#own.work(members)) {
      const pause = wait ? (spin(this.#control, wait) ? undefined : this.#waitFor(wait)) : this.#breathe();
      if (pause) await pause;
    }
  }

  async #waitFor({ word: at, value }: Wait): Promise<void> {
    const control = this.#control;
    while (Atomics.load(control, at) === value) {
      await this.#checkAlive();
      if (this.#host?.threads?.mayBlock) Atomics.wait(control, at, value, patience);
      else await changed(control, at, value);
      // Only between two waits does the host hear that a worker has died.
      if (Atomics.load(control, at) === value) await this.#host?.pause();
    }
    await this.#checkAlive();
  }

  async #checkAlive(): Promise<void> {
    const failed = Atomics.load(this.#control, word.failed);
    // The control words are quicker than the message that says what happened.
    for (let k = 0; k < 100 && failed > 0 && this.#failure === undefined; k++) await this.#host?.pause();
    const why = this.#failure ?? (failed > 0 ? `worker ${failed} stopped at an error` : undefined);
    if (why === undefined && !this.#closed) return;
    this.close();
    // Others may wait for the one that died.
    for (const worker of this.#workers) worker.stop();
    fail("model.worker", { why: why ?? "the engine was closed while it worked" });
  }

  /** Sends the workers home: they end by themselves, and the memory goes with the last of them. */
  close(): void {
    this.#closed = true;
    const control = this.#control;
    Atomics.store(control, word.ended, 1);
    Atomics.store(control, word.ticket, nextTicket(control[word.ticket], 0));
    Atomics.notify(control, word.ticket);
  }
}

type WaitAsync = (words: Int32Array, at: number, value: number, timeout: number) => { readonly value: unknown };

/** Settles when the word may have changed, at once where the platform cannot tell. */
async function changed(control: Int32Array, at: number, value: number): Promise<void> {
  const { waitAsync } = Atomics as unknown as { readonly waitAsync?: WaitAsync };
  await waitAsync?.(control, at, value, patience).value;
}
