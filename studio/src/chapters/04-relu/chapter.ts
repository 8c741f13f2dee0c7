// Step 4: ReLU on six numbers of a map; on the reader's own picture it stands behind the convolution.
import type { Beat } from "../../clock.svelte.ts";
import type { Scene, SceneTensor } from "../../engine/scene.ts";
import { relu as words } from "../../messages/learn/relu.en.ts";
import { offsetOf, short, splitAddress } from "../../widgets/numbers.ts";
import { type Chapter, editsFor } from "../chapter.ts";
import Stage from "./Stage.svelte";

const question = "relu1.out[0,0,0]";

/** The map that ReLU reads, with its name. */
export function beforeOf(scene: Scene): { readonly name: string; readonly tensor: SceneTensor | undefined } {
  const name = scene.nodes.find(({ op }) => op === "relu")?.inputs[0] ?? "input";
  return { name, tensor: scene.tensors[name] };
}

function beats({ tensors }: Scene): readonly Beat[] {
  const [rows = 0, columns = 0] = tensors["relu1.out"]?.shape ?? [];
  return Array.from({ length: rows * columns }, (_, k) => ({ label: words.beats.cell, seconds: k < 3 ? 2 : 1 }));
}

export const chapter: Chapter = {
  words: {
    ...words,
    ask: (scene) => {
      const { tensor } = beforeOf(scene);
      return words.ask(short(tensor?.data[offsetOf(tensor.shape, splitAddress(question).cell)] ?? Number.NaN));
    },
  },
  request: (state) =>
    state.part === "own"
      ? { model: "example:conv2d+relu", set: editsFor(state, ["input", "conv1.kernel"]) }
      : { model: "example:relu", set: editsFor(state, ["input"]) },
  question: () => question,
  exercise: () => "relu1.out[0,1,0]",
  blanks: () => ["relu1.out[0,1,0]", "relu1.out[0,2,0]", "relu1.out[1,1,0]"],
  beats,
  Stage,
  ink: { most: 9, step: 3 },
};
