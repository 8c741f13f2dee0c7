// What the run's network takes the drawing for: one question at a time, and after its answer the newest drawing alone.
import type { Trouble } from "../../engine/scene.ts";
import { troubleOf } from "../../engine/store.svelte.ts";
import { unpackStrokes } from "../../engine/strokes.ts";
import type { Guess } from "../../engine/train-kinds.ts";
import { trainStore } from "../../engine/train-store.svelte.ts";

export class Reading {
  guess: Guess | undefined = $state.raw(undefined);
  /** The drawing that the guess is of, packed. */
  drawing = $state("");
  trouble: Trouble | undefined = $state.raw(undefined);
  #asking = false;
  #next: readonly [drawing: string, step: number] | undefined;

  /** Reads a drawing by the network as it was after so many steps. */
  async read(drawing: string, step: number): Promise<void> {
    this.#next = [drawing, step];
    if (this.#asking) return;
    this.#asking = true;
    while (this.#next) {
      const [newest, at]: readonly [string, number] = this.#next;
      this.#next = undefined;
      await this.#ask(newest, at);
    }
    this.#asking = false;
  }

  async #ask(drawing: string, step: number): Promise<void> {
    const strokes = unpackStrokes(drawing) ?? [];
    this.trouble = undefined;
    if (!strokes.some((stroke) => stroke.length > 1) || !trainStore.outset) {
      this.guess = undefined;
      return;
    }
    try {
      this.guess = await trainStore.guess(strokes, step);
      this.drawing = drawing;
    } catch (error) {
      this.trouble = troubleOf(error);
    }
  }
}
