// What the worker remembers between questions: the models it was given, the networks it opened last, where colours end.
import { type Adopted, adopt, type Shown } from "./adopt.ts";
import { Domains } from "./domains.ts";
import { type Subject, subjectOf } from "./models.ts";
import { keyOf, type OpenScene, openScene } from "./open.ts";
import type { SceneRequest } from "./scene.ts";

/** Opened networks that are kept; the one used longest ago goes first. */
const most = 12;

class Session {
  /** Models that were trained here or brought as files, under the name that the page's address uses; each call gives a copy. */
  readonly #own = new Map<string, () => Subject>();
  readonly #kept = new Map<string, Promise<OpenScene>>();
  readonly #domains = new Domains();
  /** Models whose first form was opened, so that their colours are fixed. */
  readonly #seen = new Set<string>();

  /** Takes a model file in under a name; throws what is wrong with it. */
  adopt(name: string, title: string, bytes: Uint8Array, shown?: Shown): Adopted {
    const { adopted, subject } = adopt(title, bytes, shown);
    this.#own.set(name, subject);
    return adopted;
  }

  /** A fresh copy of a request's model, with a picture. */
  subject(request: SceneRequest): Subject {
    return subjectOf(request, this.#own);
  }

  /** The request's network, opened: the same one for equal requests, which nobody may change. */
  scene(request: SceneRequest): Promise<OpenScene> {
    const key = keyOf(request);
    const found = this.#kept.get(key) ?? this.fresh(request);
    this.#kept.delete(key);
    this.#kept.set(key, found);
    found.catch(() => this.#kept.delete(key));
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= most) break;
      this.#kept.delete(oldest);
    }
    return found;
  }

  /** The same, opened anew. */
  async fresh(request: SceneRequest): Promise<OpenScene> {
    const first = firstForm(request);
    if (!this.#seen.has(first.model) && keyOf(first) !== keyOf(request)) await this.scene(first);
    const opened = await openScene(request, this.subject(request), this.#domains);
    this.#seen.add(first.model);
    return opened;
  }

  /** How the request's model is without edits, options, turned kernels, steps, and on its own picture: the colours of all of these run to where
   * those of this form do. */
  first(request: SceneRequest): Promise<OpenScene> {
    return this.scene(firstForm(request));
  }
}

function firstForm({ model }: SceneRequest): SceneRequest {
  return { model, set: {} };
}

export const session = new Session();
