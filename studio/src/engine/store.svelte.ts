// The one store: the scene that the page's state means, and every answer asked for, as the worker sends them. Views read; they compute nothing.
import type { Account } from "cutaway";
import { SvelteMap } from "svelte/reactivity";
import type { Answers } from "./answers.ts";
import { ask, asker, type Loss, lostCode, TroubleError } from "./ask.ts";
import { givenName, known } from "./known.svelte.ts";
import type { Scene, SceneRequest, SceneTensor, Trouble } from "./scene.ts";

/** An answer that is on its way, there, or refused. */
export type Told<T> =
  | { readonly state: "waiting" }
  | { readonly state: "told"; readonly value: T }
  | { readonly state: "refused"; readonly trouble: Trouble };

const waiting = { state: "waiting" } as const;

/** Answers of scenes that have left the screen are forgotten beyond this number. */
const mostAnswers = 4000;

export class SceneStore {
  /** What is asked for now. */
  request: SceneRequest = $state.raw({ model: "lesson6", set: {} });
  /** The newest scene that has arrived; it stays while the next one is computed, so that nothing flickers. */
  scene: Scene | undefined = $state.raw(undefined);
  /** The request that `scene` answers. */
  answered: SceneRequest | undefined = $state.raw(undefined);
  trouble: Trouble | undefined = $state.raw(undefined);
  /** The last loss of the worker, until it has been read. */
  loss: Loss | undefined = $state.raw(undefined);
  readonly #answers = new SvelteMap<string, Told<unknown>>();
  #newest = 0;

  constructor() {
    asker.onLoss = (loss) => {
      this.loss = loss;
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
      this.scene = scene;
      this.answered = request;
      this.trouble = undefined;
    } catch (error) {
      if (turn === this.#newest) this.trouble = troubleOf(error);
    }
  }

  /** Asks anew for what failed with a worker. */
  async again(): Promise<void> {
    this.loss = undefined;
    for (const [key, told] of this.#answers)
      if (told.state === "refused" && told.trouble.code === lostCode) this.#answers.delete(key);
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
    const known = this.#answers.get(key);
    if (known) return known as Told<Awaited<ReturnType<Answers[K]>>>;
    queueMicrotask(() => this.#fetch(key, name, [request, ...rest] as unknown as Parameters<Answers[K]>));
    return waiting;
  }

  async #fetch<K extends keyof Answers>(key: string, name: K, parameters: Parameters<Answers[K]>): Promise<void> {
    if (this.#answers.has(key)) return;
    if (this.#answers.size > mostAnswers) this.#answers.clear();
    this.#answers.set(key, waiting);
    try {
      this.#answers.set(key, { state: "told", value: await ask(name, ...parameters) });
    } catch (error) {
      this.#answers.set(key, { state: "refused", trouble: troubleOf(error) });
    }
  }
}

/** The parameters of a question behind the scene's request. */
type Rest<K extends keyof Answers> = Parameters<Answers[K]> extends [SceneRequest, ...infer R] ? R : never;

export function troubleOf(error: unknown): Trouble {
  if (error instanceof TroubleError) return error.trouble;
  throw error;
}

export const store = new SceneStore();
