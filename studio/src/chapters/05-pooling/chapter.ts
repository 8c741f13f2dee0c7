// Step 5: max pooling, window by window: four numbers, the largest goes on.
import type { Beat } from "../../clock.svelte.ts";
import type { Scene } from "../../engine/scene.ts";
import { pooling as words } from "../../messages/learn/pooling.en.ts";
import { splitAddress } from "../../widgets/numbers.ts";
import { type Chapter, editsFor } from "../chapter.ts";
import Stage from "./Stage.svelte";

const question = "pool1.out[0,0,0]";

/** A window slides in, its numbers are compared, the winner is written. */
function beats({ tensors }: Scene): readonly Beat[] {
  const [rows = 0, columns = 0] = tensors["pool1.out"]?.shape ?? [];
  const { slide, compare, write } = words.beats;
  return Array.from({ length: rows * columns }, (_, k) => [
    { label: slide, seconds: k < 3 ? 0.8 : 0.7 },
    { label: compare, seconds: k < 3 ? 2.4 : 1.2 },
    { label: write, seconds: k < 3 ? 0.9 : 0.7 },
  ]).flat();
}

export const chapter: Chapter = {
  words: {
    ...words,
    ask: () => {
      const [row = 0, column = 0] = splitAddress(question).cell;
      return words.ask(row, column);
    },
  },
  request: (state) => ({ model: "example:maxPool2d", set: editsFor(state, ["input"]) }),
  question: () => question,
  exercise: () => "pool1.out[0,1,0]",
  blanks: () => ["pool1.out[0,1,0]", "pool1.out[1,0,0]", "pool1.out[1,1,0]"],
  beats,
  Stage,
  ink: { most: 9, step: 3 },
};
