// Step 2: a kernel laid on a picture; nine products, one sum, one cell of the map.
import type { Beat } from "../../clock.svelte.ts";
import type { Scene } from "../../engine/scene.ts";
import { convolution as words } from "../../messages/learn/convolution.en.ts";
import { splitAddress } from "../../widgets/numbers.ts";
import { type Chapter, editsFor } from "../chapter.ts";
import Stage from "./Stage.svelte";

const labels = words.beats;
const question = "conv1.out[0,0,0]";

/** The window, one beat a product, the sum, the cell, a close look at it, and the slide over the rest of the map. */
function beats({ tensors }: Scene): readonly Beat[] {
  const [height = 0, width = 0] = tensors["conv1.kernel"]?.shape ?? [];
  const [rows = 0, columns = 0] = tensors["conv1.out"]?.shape ?? [];
  const products = Array.from({ length: height * width }, () => ({ label: labels.products, seconds: 0.67 }));
  const slides = Array.from({ length: rows * columns - 1 }, (_, k) => ({
    label: labels.slide,
    seconds: k < 2 ? 1.2 : 0.5,
  }));
  return [
    { label: labels.window, seconds: 1.2 },
    ...products,
    { label: labels.sum, seconds: 0.7 },
    { label: labels.write, seconds: 0.9 },
    { label: labels.cell, seconds: 2 },
    ...slides,
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
  request: (state) => ({
    model: state.relu ? "example:conv2d+relu" : "example:conv2d",
    set: editsFor(state, ["input", "conv1.kernel"]),
    flipped: state.flipped,
  }),
  question: () => question,
  exercise: () => "conv1.out[1,2,0]",
  beats,
  Stage,
  ink: { most: 9, step: 3 },
};
