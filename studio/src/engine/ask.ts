// Asks the worker. A worker that is lost is started anew for the next question; what was asked fails with words of its own.
import type { Answers } from "./answers.ts";
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
  resolve(value: unknown): void;
  reject(error: TroubleError): void;
}

const lost: Trouble = {
  code: "studio.worker",
  where: "the worker that computes",
  expected: "an answer",
  received: "it ended",
  hint: "Try again: it starts anew, and the address of this page keeps the state.",
};

class Asker {
  #worker: Worker | undefined;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();
  /** What a worker that starts anew is told first: the models that it was given. */
  readonly #lasting: Question[] = [];

  ask<K extends keyof Answers>(name: K, ...parameters: Parameters<Answers[K]>): ReturnType<Answers[K]> {
    const id = this.#next++;
    const question: Question = { id, name, parameters };
    if (name === "adopt") this.#lasting.push(question);
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#running().postMessage(question);
    return answer as ReturnType<Answers[K]>;
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => this.#settle(data));
    worker.addEventListener("error", () => this.#fail(worker));
    this.#worker = worker;
    for (const question of this.#lasting) if (!this.#waiting.has(question.id)) worker.postMessage(question);
    return worker;
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ("trouble" in reply) waiting?.reject(new TroubleError(reply.trouble));
    else waiting?.resolve(reply.value);
  }

  #fail(worker: Worker): void {
    worker.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new TroubleError(lost));
    this.#waiting.clear();
  }
}

const asker = new Asker();

/** One question to the library, by name, with its parameters. */
export const ask: Asker["ask"] = (name, ...parameters) => asker.ask(name, ...parameters);
