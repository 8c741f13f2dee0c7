// The run of Train as the page knows it: what the worker that trains sends, and the orders it is given.
import type { DrawnStroke } from "cutaway/digits";
import { TroubleError } from "./ask.ts";
import { type Alive, endOf } from "./lifeline.ts";
import type { Trouble } from "./scene.ts";
import type { Training } from "./train.ts";
import type {
  Guess,
  News,
  Outset,
  Phases,
  Portrait,
  Standing,
  Sure,
  TakenModel,
  Test,
  TrainSettings,
} from "./train-kinds.ts";
import type { TrainQuestion, TrainReply } from "./train-worker.ts";

interface Waiting {
  resolve(value: unknown): void;
  reject(error: TroubleError): void;
}

const lost: Trouble = {
  code: "studio.worker",
  where: "the worker that trains",
  expected: "it to go on",
  received: "it ended",
  hint: "Start again: the settings and your drawings are kept, and the same seed gives the same steps.",
};

class TrainStore {
  standing: Standing = $state("preparing");
  outset: Outset | undefined = $state.raw(undefined);
  step = $state(0);
  images = $state(0);
  imagesPerSecond = $state(0);
  /** η of the next step. */
  rate = $state(Number.NaN);
  /** Mean loss of each batch, in order. */
  losses: readonly number[] = $state.raw([]);
  tests: readonly Test[] = $state.raw([]);
  kept: readonly number[] = $state.raw([]);
  portrait: Portrait | undefined = $state.raw(undefined);
  final: Test | undefined = $state.raw(undefined);
  sureness: Sure | undefined = $state.raw(undefined);
  phases: Phases | undefined = $state.raw(undefined);
  trouble: Trouble | undefined = $state.raw(undefined);
  /** What tells the settings of the run under way from others; "" before the first. */
  settings = $state("");
  judging = $state(false);
  #worker: Worker | undefined;
  #id = 0;
  #started = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** A new run from its seed; what was seen of the last one is forgotten. */
  async start(settings: TrainSettings, key: string): Promise<void> {
    const turn = ++this.#started;
    this.settings = key;
    this.standing = "preparing";
    Object.assign(this, {
      trouble: undefined,
      phases: undefined,
      final: undefined,
      sureness: undefined,
      portrait: undefined,
    });
    Object.assign(this, { step: 0, images: 0, losses: [], tests: [], kept: [] });
    const outset = await this.#order("start", settings);
    if (outset && turn === this.#started) this.outset = outset;
  }

  /** Trains for so many steps; undefined: to the end of a go. */
  async go(steps?: number): Promise<void> {
    const { goal = 1 } = this.outset ?? {};
    this.standing = "running";
    this.phases = undefined;
    await this.#order("go", steps ?? goal - (this.step % goal));
    if (steps === undefined) await this.judge();
  }

  async pause(): Promise<void> {
    await this.#order("pause");
  }

  /** From the next step on; where η falls, it falls from there. */
  async changeRate(rate: number): Promise<void> {
    if (this.outset) await this.#order("rate", rate);
  }

  async slowStep(): Promise<void> {
    const phases = await this.#order("phases");
    if (phases) this.phases = phases;
  }

  async judge(): Promise<void> {
    if (this.standing !== "paused" || this.judging || this.final?.step === this.step) return;
    this.judging = true;
    await this.#order("judge");
    this.judging = false;
  }

  async paint(step: number): Promise<Portrait | undefined> {
    return this.#order("portrait", step);
  }

  /** Throws the library's error, such as that of an empty drawing. */
  async guess(strokes: readonly DrawnStroke[], step?: number): Promise<Guess> {
    return this.#ask("guess", strokes, step);
  }

  async take(step?: number): Promise<TakenModel | undefined> {
    return this.#order("take", step);
  }

  /** What goes wrong is shown, and what is there stays. */
  async #order<K extends keyof Training>(
    name: K,
    ...parameters: Parameters<Training[K]>
  ): Promise<Awaited<ReturnType<Training[K]>> | undefined> {
    try {
      return await this.#ask(name, ...parameters);
    } catch (error) {
      if (!(error instanceof TroubleError)) throw error;
      this.trouble = error.trouble;
      if (name === "start") this.standing = "ended";
      return undefined;
    }
  }

  #ask<K extends keyof Training>(
    name: K,
    ...parameters: Parameters<Training[K]>
  ): Promise<Awaited<ReturnType<Training[K]>>> {
    const id = this.#id++;
    const question: TrainQuestion = { id, name, parameters };
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#running().postMessage(question);
    return answer as Promise<Awaited<ReturnType<Training[K]>>>;
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL("./train-worker.ts", import.meta.url), { type: "module", name: "train" });
    const lose = () => {
      if (worker === this.#worker) this.lose();
    };
    worker.addEventListener("message", ({ data }: MessageEvent<TrainReply | Alive>) => {
      if ("alive" in data) void endOf(data).then(lose);
      else this.#hear(data);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      lose();
    });
    this.#worker = worker;
    return worker;
  }

  /** The worker is gone: what was asked fails, what was seen stays, the next start makes a new one. */
  lose(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new TroubleError(lost));
    this.#waiting.clear();
    this.standing = "lost";
    this.judging = false;
    this.trouble = lost;
  }

  #hear(reply: TrainReply): void {
    if ("news" in reply) {
      this.#take(reply.news);
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ("trouble" in reply) waiting?.reject(new TroubleError(reply.trouble));
    else waiting?.resolve(reply.value);
  }

  #take(news: News): void {
    this.standing = news.standing;
    this.step = news.step;
    this.images = news.images;
    this.imagesPerSecond = news.imagesPerSecond;
    this.rate = news.rate;
    if (news.losses.length > 0) this.losses = [...this.losses.slice(0, news.from), ...news.losses];
    if (news.tests.length !== this.tests.length) this.tests = news.tests;
    if (news.kept.join() !== this.kept.join()) this.kept = news.kept;
    if (news.portrait) this.portrait = news.portrait;
    if (news.final) this.final = news.final;
    if (news.sureness) this.sureness = news.sureness;
    if (news.trouble) this.trouble = news.trouble;
  }
}

export const trainStore = new TrainStore();
