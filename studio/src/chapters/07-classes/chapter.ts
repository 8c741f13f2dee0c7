// Step 7: flatten, dense layer, softmax and cross-entropy.
import type { Beat } from "../../clock.svelte.ts";
import type { Scene } from "../../engine/scene.ts";
import { classes as words } from "../../messages/learn/classes.en.ts";
import { splitAddress } from "../../widgets/numbers.ts";
import type { Chapter } from "../chapter.ts";
import { lessonRequest } from "../lesson6.ts";
import Stage from "./Stage.svelte";

const { beats: labels } = words;
const question = "logits[0]";

/** Flatten, one beat a product and one for the bias, the logit, the other two, softmax, the loss. */
function beats({ tensors }: Scene): readonly Beat[] {
  const length = tensors["flatten1.out"]?.shape[0] ?? 0;
  return [
    { label: labels.flatten, seconds: 4 },
    ...Array.from({ length }, (_, k) => ({ label: labels.products, seconds: k < 3 ? 0.9 : 0.45 })),
    { label: labels.bias, seconds: 0.6 },
    { label: labels.logit, seconds: 1 },
    { label: labels.others, seconds: 1 },
    { label: labels.softmax, seconds: 2 },
    { label: labels.loss, seconds: 1.5 },
  ];
}

export const chapter: Chapter = {
  words: {
    ...words,
    ask: ({ classes }) => words.ask(classes[splitAddress(question).cell[0] ?? 0] ?? ""),
  },
  request: lessonRequest,
  question: () => question,
  exercise: () => "logits[1]",
  beats,
  Stage,
  ink: { most: 255, step: 51 },
};
