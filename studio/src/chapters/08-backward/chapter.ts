// Step 8: backpropagation, from the loss to one kernel weight.
import type { Beat } from "../../clock.svelte.ts";
import type { Scene } from "../../engine/scene.ts";
import { backward as words } from "../../messages/learn/backward.en.ts";
import type { Chapter } from "../chapter.ts";
import { askedOf, lessonRequest } from "../lesson6.ts";
import Stage from "./Stage.svelte";

const { beats: labels } = words;
const question = "grad:conv1.kernel[0,0,0,0]";

/** Four hops, one beat a place of the sliding sum, and the sum. */
function beats({ tensors }: Scene): readonly Beat[] {
  const [rows = 0, columns = 0] = tensors["conv1.out"]?.shape ?? [];
  return [
    { label: labels.loss, seconds: 1.5 },
    { label: labels.dense, seconds: 1.5 },
    { label: labels.pool, seconds: 2.4 },
    { label: labels.gate, seconds: 1.6 },
    ...Array.from({ length: rows * columns }, (_, k) => ({ label: labels.slide, seconds: k < 3 ? 0.7 : 0.45 })),
    { label: labels.sum, seconds: 1.2 },
  ];
}

export const chapter: Chapter = {
  words: {
    ...words,
    ask: () => askedOf(question, words.ask),
  },
  request: lessonRequest,
  question: () => question,
  exercise: () => "grad:conv1.kernel[0,1,0,0]",
  beats,
  Stage,
  ink: { most: 255, step: 51 },
};
