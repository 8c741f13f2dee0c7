// Step 6: three kernels on one window; three maps, which are the channels of what the layer writes.
import type { Beat } from "../../clock.svelte.ts";
import type { Scene } from "../../engine/scene.ts";
import { kernels as words } from "../../messages/learn/kernels.en.ts";
import { splitAddress } from "../../widgets/numbers.ts";
import type { Chapter } from "../chapter.ts";
import { kinds, lessonRequest } from "../lesson6.ts";
import Stage from "./Stage.svelte";

const question = "conv1.out[1,2,0]";

/** One beat a place of the window, the first three at full length. */
function beats({ tensors }: Scene): readonly Beat[] {
  const [rows = 0, columns = 0] = tensors["conv1.out"]?.shape ?? [];
  return Array.from({ length: rows * columns }, (_, k) => ({ label: words.beats.slide, seconds: k < 3 ? 1 : 0.4 }));
}

export const chapter: Chapter = {
  words: {
    ...words,
    ask: () => {
      const [row = 0, column = 0, channel = 0] = splitAddress(question).cell;
      return words.ask(kinds[channel] ?? "", row, column);
    },
  },
  request: lessonRequest,
  question: () => question,
  exercise: () => "conv1.out[0,2,1]",
  beats,
  Stage,
  ink: { most: 255, step: 51 },
};
