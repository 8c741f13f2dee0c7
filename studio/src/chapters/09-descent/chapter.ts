// Step 9: gradient descent, one step in full, what it promises and what comes of it, and many steps.
import type { Beat } from "../../clock.svelte.ts";
import type { Scene } from "../../engine/scene.ts";
import { descent as words } from "../../messages/learn/descent.en.ts";
import type { Chapter } from "../chapter.ts";
import { askedOf, lessonRequest } from "../lesson6.ts";
import Controls from "./Controls.svelte";
import Stage from "./Stage.svelte";

const { beats: labels } = words;
const question = "next:conv1.kernel[0,0,0,0]";

/** Kernel, gradient, η, one beat a cell, forecast and truth. */
function beats({ tensors }: Scene): readonly Beat[] {
  const [height = 0, width = 0] = tensors["conv1.kernel"]?.shape ?? [];
  return [
    { label: labels.kernel, seconds: 0.8 },
    { label: labels.gradient, seconds: 1 },
    { label: labels.rate, seconds: 1 },
    ...Array.from({ length: height * width }, (_, k) => ({ label: labels.subtract, seconds: k < 3 ? 0.8 : 0.35 })),
    { label: labels.forecast, seconds: 1.2 },
    { label: labels.truth, seconds: 1.4 },
  ];
}

export const chapter: Chapter = {
  words: {
    ...words,
    ask: () => askedOf(question, words.ask),
  },
  request: (state) => ({
    ...lessonRequest(state),
    model: state.full ? "lesson6-full" : "lesson6",
    ...(state.steps > 0 && { steps: state.steps }),
  }),
  question: () => question,
  exercise: () => "next:conv1.kernel[0,1,0,0]",
  blanks: () => ["next:conv1.kernel[0,1,0,0]", "next:conv1.kernel[0,2,0,0]", "next:conv1.kernel[2,2,0,0]"],
  beats,
  Stage,
  Controls,
  ink: { most: 255, step: 51 },
};
