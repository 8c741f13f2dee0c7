// What the run's network takes the drawing for: one question at a time, and after its answer the newest drawing alone.
import type { Trouble } from "../../engine/scene.ts";
import { troubleOf } from "../../engine/store.svelte.ts";
import { hasLine, unpackStrokes } from "../../engine/strokes.ts";
import type { Guess } from "../../engine/train-kinds.ts";
import { trainStore } from "../../engine/train-store.svelte.ts";
import { Newest } from "../../newest.ts";

export class Reading {
  guess: Guess | undefined = $state.raw(undefined);
  /** The drawing that the guess is of, packed. */
  drawing = $state("");
  trouble: Trouble | undefined = $state.raw(undefined);
  readonly #questions = new Newest<readonly [drawing: string, step: number]>((question) => this.#ask(...question));

  /** Reads a drawing by the network as it was after so many steps. */
  read(drawing: string, step: number): Promise<void> {
    return this.#questions.put([drawing, step]);
  }

  async #ask(drawing: string, step: number): Promise<void> {
    const strokes = unpackStrokes(drawing) ?? [];
    this.trouble = undefined;
    if (!hasLine(strokes) || !trainStore.outset) {
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
