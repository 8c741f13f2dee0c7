// What the page's state asks the worker to open: a model, on its sample or on a picture of the reader's own, with the edits. While one is being
// opened only the newest of the others waits, so that drawing is never ahead of the network by more than one picture.
import type { SceneRequest } from "../../engine/scene.ts";
import { store } from "../../engine/store.svelte.ts";
import type { State } from "../../state.ts";

export function requestOf({ model, set, picture, drawing, label }: State): SceneRequest {
  if (picture === "sample") return { model, set };
  return { model, set, ...(drawing !== "" && { drawing }), ...(label >= 0 && { label }) };
}

export class Opener {
  #next: SceneRequest | undefined;
  #busy = false;

  async open(request: SceneRequest): Promise<void> {
    this.#next = request;
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#take(); next; next = this.#take()) {
        await store.open(next);
        // What the views ask about this picture goes before the next picture, or none would ever be answered in time.
        await new Promise((go) => setTimeout(go));
      }
    } finally {
      this.#busy = false;
    }
  }

  /** Another screen opens what it needs. */
  leave(): void {
    this.#next = undefined;
  }

  #take(): SceneRequest | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }
}
