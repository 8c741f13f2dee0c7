// The models that the header's menu offers: the lesson's, what was trained here, opened files, the one the command line was given.
import { messages } from "../messages/train.en.ts";
import type { Adopted, Shown } from "./adopt.ts";
import { ask } from "./ask.ts";

export interface KnownModel {
  /** As the page's address spells it. */
  readonly name: string;
  readonly title: string;
}

/** How addresses call the model that the command line was given: it is there again after a reload. */
export const givenName = "given";

class Known {
  list: readonly KnownModel[] = $state.raw([{ name: "lesson6", title: messages.lessonModel }]);
  #files = 0;
  #given: Promise<void> | undefined;

  /** Hands a model to the worker that answers, and offers it; throws the library's error. */
  async adopt(name: string, title: string, bytes: Uint8Array, shown?: Shown): Promise<Adopted> {
    const adopted = await ask("adopt", name, title, bytes, ...(shown ? [shown] : []));
    this.list = [...this.list.filter((model) => model.name !== name), { name, title }];
    return adopted;
  }

  async open(title: string, bytes: Uint8Array): Promise<Adopted & { readonly name: string }> {
    const name = `file${this.#files + 1}`;
    const adopted = await this.adopt(name, title, bytes);
    this.#files++;
    return { ...adopted, name };
  }

  /** What `cutaway studio MODEL` was given; nothing where it was given none, or where the page is served otherwise. */
  fetchGiven(): Promise<void> {
    this.#given ??= this.#fetchGiven();
    return this.#given;
  }

  async #fetchGiven(): Promise<void> {
    try {
      const told: { readonly name?: unknown } | null = await (await fetch("/model.json")).json();
      if (typeof told?.name !== "string") return;
      const bytes = new Uint8Array(await (await fetch("/model.safetensors")).arrayBuffer());
      await this.adopt(givenName, told.name, bytes);
    } catch {
      return;
    }
  }
}

export const known = new Known();
