// Asks the worker. A worker that is lost is started anew and asked again; a question over which two were lost fails with words of its own.
import type { Answers } from "./answers.ts";
import { type Alive, endOf } from "./lifeline.ts";
import type { Trouble } from "./scene.ts";
import type { Question, Reply } from "./worker.ts";

/** The library's error, on this side of the worker. */
export class TroubleError extends Error {
  readonly trouble: Trouble;
  constructor(trouble: Trouble) {
    super(`${trouble.where}: expected ${trouble.expected}, got ${trouble.received}. ${trouble.hint}`);
    this.trouble = trouble;
  }
}

interface Waiting {
  readonly question: Question;
  /** Workers that ended while they had it. */
  lost: number;
  resolve(value: unknown): void;
  reject(error: TroubleError): void;
}

/** The code of an answer that failed for want of a worker: asked again it may succeed. */
export const lostCode = "studio.worker";

const lost: Trouble = {
  code: lostCode,
  where: "the worker that computes",
  expected: "an answer",
  received: "it ended twice over the same question",
  hint: "Try again, or ask for another number: the page keeps what it shows, and its address keeps the state.",
};

/** What became of what was asked of a worker that is lost. */
export interface LostWorker {
  readonly askedAgain: number;
  readonly failed: number;
}

class Asker {
  /** Told of every worker that is lost. */
  onLost: (lost: LostWorker) => void = () => undefined;
  #worker: Worker | undefined;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();
  /** By name: what a worker that starts anew is told first, the models that it was given. */
  readonly #models = new Map<string, Question>();

  ask<K extends keyof Answers>(name: K, ...parameters: Parameters<Answers[K]>): ReturnType<Answers[K]> {
    const question: Question = { id: this.#next++, name, parameters };
    const answer = new Promise((resolve, reject) => {
      this.#waiting.set(question.id, { question, lost: 0, resolve, reject });
    });
    this.#running().postMessage(question);
    return answer as ReturnType<Answers[K]>;
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply | Alive>) => {
      if ("alive" in data) void endOf(data).then(() => this.#lose(worker));
      else this.#settle(data);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#lose(worker);
    });
    this.#worker = worker;
    for (const question of this.#models.values()) worker.postMessage(question);
    return worker;
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    this.#waiting.delete(reply.id);
    if ("trouble" in reply) {
      waiting.reject(new TroubleError(reply.trouble));
      return;
    }
    const { question } = waiting;
    if (question.name === "adopt") this.#models.set(String(question.parameters[0]), question);
    waiting.resolve(reply.value);
  }

  /** What was asked is asked again of a new worker, but for what may have ended two of them. */
  #lose(worker: Worker): void {
    if (worker !== this.#worker) return;
    worker.terminate();
    this.#worker = undefined;
    const asked = [...this.#waiting.values()];
    for (const waiting of asked) waiting.lost++;
    const failed = asked.filter((waiting) => waiting.lost > 1);
    for (const { question, reject } of failed) {
      this.#waiting.delete(question.id);
      reject(new TroubleError(lost));
    }
    for (const { question } of this.#waiting.values()) this.#running().postMessage(question);
    this.onLost({ askedAgain: this.#waiting.size, failed: failed.length });
  }
}

export const asker = new Asker();

/** One question to the library, by name, with its parameters. */
export const ask: Asker["ask"] = (name, ...parameters) => asker.ask(name, ...parameters);
