// Step 3: the window slides over the picture, with a stride and a border of zeros that the reader chooses; its question is how large the map is.
import { shapeText } from "cutaway/story";
import type { Beat } from "../../clock.svelte.ts";
import type { Scene } from "../../engine/scene.ts";
import { featureMap as words } from "../../messages/learn/feature-map.en.ts";
import type { State } from "../../state.ts";
import { type Chapter, editsFor } from "../chapter.ts";
import Stage from "./Stage.svelte";

/** A large stride leaves one window only. */
const single = ({ stride, padding }: State) => stride > 2 && padding === "valid";
const question = (state: State) => (single(state) ? "conv1.out[0,0,0]" : "conv1.out[1,1,0]");

function beats({ tensors }: Scene): readonly Beat[] {
  const [rows = 0, columns = 0] = tensors["conv1.out"]?.shape ?? [];
  return Array.from({ length: rows * columns }, (_, k) => ({
    label: k < 3 ? words.beats.slide : words.beats.rest,
    seconds: k < 3 ? 1.4 : 0.5,
  }));
}

export const chapter: Chapter = {
  words: {
    ...words,
    ask: ({ tensors }, { stride, padding }) => {
      const sizeOf = (name: string) => shapeText(tensors[name]?.shape.slice(0, 2) ?? []);
      const [border, slides] = [words.borders[padding], words.slides(stride)];
      return words.ask({ picture: sizeOf("input"), kernel: sizeOf("conv1.kernel"), border, stride: slides });
    },
  },
  request: (state) => ({
    model: "example:conv2d",
    set: editsFor(state, ["input", "conv1.kernel"]),
    options: { strides: state.stride, padding: state.padding },
  }),
  question,
  sized: "conv1",
  exercise: (state) => (single(state) ? "conv1.out[0,0,0]" : "conv1.out[0,1,0]"),
  beats,
  Stage,
  ink: { most: 9, step: 3 },
};
