// The one store: the scene that the page's state means, and every answer asked for, as the worker sends them. Views read; they compute nothing.
import type { Account } from "cutaway";
import type { Answers } from "./answers.ts";
import { ask, asker, type LostWorker, lostCode, TroubleError } from "./ask.ts";
import { givenName, known } from "./known.svelte.ts";
import type { Scene, SceneRequest, SceneTensor, Trouble } from "./scene.ts";

/** An answer that is on its way, there, or refused. */
export type Told<T> =
  | { readonly state: "waiting" }
  | { readonly state: "told"; readonly value: T }
  | { readonly state: "refused"; readonly trouble: Trouble };

const waiting = { state: "waiting" } as const;

/** An answer asked for: a signal of its own, so that who reads one is told of no other. */
class Answer {
  told: Told<unknown> = $state.raw(waiting);
  readonly #ask: () => Promise<unknown>;

  constructor(asking: () => Promise<unknown>) {
    this.#ask = asking;
  }

  async fetch(): Promise<void> {
    try {
      this.told = { state: "told", value: await this.#ask() };
    } catch (error) {
      this.told = { state: "refused", trouble: troubleOf(error) };
    }
  }
}

/** Answers of scenes that have left the screen are forgotten beyond this number. */
const mostAnswers = 4000;

/** Tensors that are as they were stay the same objects: what shows them need not look again. */
function renewed(before: Scene["tensors"] = {}, now: Scene["tensors"]): Scene["tensors"] {
  const entries = Object.entries(now).map(([name, tensor]) => {
    const old = before[name];
    return [name, old && sameTensor(old, tensor) ? old : tensor] as const;
  });
  return Object.fromEntries(entries);
}

function sameTensor(one: SceneTensor, other: SceneTensor): boolean {
  return (
    one.domain === other.domain &&
    one.role === other.role &&
    one.gradient === other.gradient &&
    one.shape.join() === other.shape.join() &&
    one.data.constructor === other.data.constructor &&
    one.data.every((value, k) => Object.is(value, other.data[k]))
  );
}

export class SceneStore {
  /** What is asked for now. */
  request: SceneRequest = $state.raw({ model: "lesson6", set: {} });
  /** The newest scene that has arrived; it stays while the next one is computed, so that nothing flickers. */
  scene: Scene | undefined = $state.raw(undefined);
  /** The request that `scene` answers. */
  answered: SceneRequest | undefined = $state.raw(undefined);
  trouble: Trouble | undefined = $state.raw(undefined);
  /** The last worker that was lost, until that has been read. */
  lost: LostWorker | undefined = $state.raw(undefined);
  readonly #answers = new Map<string, Answer>();
  /** Questions that were read for the first time in this moment. */
  readonly #wanted = new Map<string, () => Promise<unknown>>();
  /** Counts the moments in which questions were asked: whoever waits for its own to be among them looks again. */
  #asked = $state(0);
  #newest = 0;

  constructor() {
    asker.onLost = (lost) => {
      this.lost = lost;
    };
  }

  /** Asks for a scene; the last one asked for wins. */
  async open(request: SceneRequest): Promise<void> {
    const turn = ++this.#newest;
    this.request = request;
    try {
      if (request.model === givenName) await known.fetchGiven();
      const scene = await ask("scene", request);
      if (turn !== this.#newest) return;
      this.scene = { ...scene, tensors: renewed(this.scene?.tensors, scene.tensors) };
      this.answered = request;
      this.trouble = undefined;
    } catch (error) {
      if (turn === this.#newest) this.trouble = troubleOf(error);
    }
  }

  /** Asks anew for what failed with a worker. */
  async again(): Promise<void> {
    this.lost = undefined;
    for (const answer of this.#answers.values()) {
      if (answer.told.state !== "refused" || answer.told.trouble.code !== lostCode) continue;
      answer.told = waiting;
      void answer.fetch();
    }
    if (this.trouble?.code === lostCode) await this.open(this.request);
  }

  /** A tensor of the scene by address without indices. */
  tensor(name: string): SceneTensor | undefined {
    return this.scene?.tensors[name];
  }

  /** The account of one number of the scene. */
  account(address: string): Told<Account> {
    return this.tell("account", address);
  }

  /** Any answer about the scene; asked once, then kept. */
  tell<K extends keyof Answers>(name: K, ...rest: Rest<K>): Told<Awaited<ReturnType<Answers[K]>>> {
    const request = this.answered;
    if (!request || !this.scene) return waiting;
    const key = `${name} ${JSON.stringify(rest)} ${this.scene.key}`;
    const answer = this.#answers.get(key);
    if (answer) return answer.told as Told<Awaited<ReturnType<Answers[K]>>>;
    if (this.#asked >= 0 && this.#wanted.size === 0) queueMicrotask(() => this.#askAll());
    this.#wanted.set(key, async () => ask(name, ...([request, ...rest] as unknown as Parameters<Answers[K]>)));
    return waiting;
  }

  /** Makes the signals of answers, which nobody that reads one may do itself: it would own the signal and never be told. */
  #askAll(): void {
    if (this.#answers.size > mostAnswers) this.#answers.clear();
    for (const [key, asking] of this.#wanted) {
      const answer = new Answer(asking);
      this.#answers.set(key, answer);
      void answer.fetch();
    }
    this.#wanted.clear();
    this.#asked++;
  }
}

/** The parameters of a question behind the scene's request. */
type Rest<K extends keyof Answers> = Parameters<Answers[K]> extends [SceneRequest, ...infer R] ? R : never;

export function troubleOf(error: unknown): Trouble {
  if (error instanceof TroubleError) return error.trouble;
  throw error;
}

export const store = new SceneStore();
