// Step 10: the whole network as one function, forward and backward; and the same on a network just trained.
import type { Beat } from "../../clock.svelte.ts";
import type { Scene } from "../../engine/scene.ts";
import { whole as words } from "../../messages/learn/whole.en.ts";
import { splitAddress } from "../../widgets/numbers.ts";
import type { Chapter } from "../chapter.ts";
import { lessonRequest } from "../lesson6.ts";
import Stage from "./Stage.svelte";

const question = "grad:rescale1.out[2,2,0]";

/** Every layer once forward, then once backward. */
function beats({ nodes }: Scene): readonly Beat[] {
  return [
    ...nodes.map(() => ({ label: words.beats.forward, seconds: 1.2 })),
    ...nodes.map(() => ({ label: words.beats.backward, seconds: 1.2 })),
  ];
}

export const chapter: Chapter = {
  words: {
    ...words,
    ask: () => {
      const [row = 0, column = 0] = splitAddress(question).cell;
      return words.ask(row, column);
    },
  },
  request: lessonRequest,
  question: () => question,
  exercise: () => "grad:rescale1.out[1,3,0]",
  beats,
  Stage,
  ink: { most: 255, step: 51 },
};
