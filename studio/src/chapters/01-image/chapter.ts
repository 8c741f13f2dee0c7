// Step 1: a grey picture is a matrix of numbers, one in colour is three; the first layer divides them.
import type { Beat } from "../../clock.svelte.ts";
import type { Scene } from "../../engine/scene.ts";
import { image as words } from "../../messages/learn/image.en.ts";
import type { State } from "../../state.ts";
import { short, splitAddress } from "../../widgets/numbers.ts";
import { type Chapter, editsFor } from "../chapter.ts";
import Stage from "./Stage.svelte";

const labels = words.beats;

const question = ({ colour }: State) => (colour ? "rescale1.out[1,0,1]" : "rescale1.out[1,2,0]");

/** What the first layer divides by. */
export function divisorOf({ nodes }: Scene): string {
  return short(Number(nodes.find(({ op }) => op === "rescale")?.options.divisor));
}

/** Grey: the picture, its rows, one cell, the division. In colour: the channels, and how they stand in memory. */
function beats({ tensors }: Scene, { colour }: State): readonly Beat[] {
  const [rows = 0, columns = 0, channels = 0] = tensors.input?.shape ?? [];
  const one = (label: string, seconds: number, count = 1) => Array.from({ length: count }, () => ({ label, seconds }));
  if (colour)
    return [...one(labels.seen, 1), ...one(labels.channels, 1, channels), ...one(labels.memory, 0.8, rows * columns)];
  return [
    ...one(labels.seen, 1.2),
    ...one(labels.numbers, 0.6, rows),
    ...one(labels.cell, 1),
    ...one(labels.divide, 1),
    ...one(labels.divide, 0.5, rows),
  ];
}

export const chapter: Chapter = {
  words: {
    ...words,
    ask: (scene, state) => {
      const [row = 0, column = 0, channel = 0] = splitAddress(question(state)).cell;
      const divisor = divisorOf(scene);
      return state.colour
        ? words.askColour(row, column, words.channelNames[channel] ?? "", divisor)
        : words.ask(row, column, divisor);
    },
  },
  request: (state) => ({ model: state.colour ? "colour" : "lesson6", set: editsFor(state, ["input"]) }),
  question,
  exercise: ({ colour }) => (colour ? "rescale1.out[0,0,0]" : "rescale1.out[0,2,0]"),
  blanks: ({ colour }) =>
    colour
      ? ["rescale1.out[0,0,0]", "rescale1.out[0,0,1]", "rescale1.out[1,1,2]"]
      : ["rescale1.out[0,2,0]", "rescale1.out[2,1,0]", "rescale1.out[4,0,0]"],
  beats,
  Stage,
  ink: { most: 255, step: 51 },
};
