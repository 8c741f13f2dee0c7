// What the steps on the lesson's whole network share: its request, the number a stage is about, and what is there at a moment.
import type { SceneRequest } from "../engine/scene.ts";
import type { State } from "../state.ts";
import { splitAddress } from "../widgets/numbers.ts";
import { editsFor, type StageProps } from "./chapter.ts";

const editable = ["input", "conv1.kernel", "dense1.weight", "dense1.bias", "learningRate"];

/** The lesson's network with the reader's edits. */
export function lessonRequest(state: State): SceneRequest {
  return { model: "lesson6", set: editsFor(state, editable) };
}

/** Names of the lesson's three kernels, by channel. */
export const kinds = ["V", "H", "D"] as const;

/** The held number where it is one of the tensor's, otherwise what the part of the step is about. */
export function subjectOf({ state, hidden, focus }: StageProps, name: string): string {
  return hidden === "" && splitAddress(state.at).name === name ? state.at : focus;
}

/** What is asked about one number of a kernel, or of its gradient, or of the kernel after a step. */
export function askedOf(address: string, ask: (kind: string, row: number, column: number) => string): string {
  const [row = 0, column = 0, , filter = 0] = splitAddress(address).cell;
  return ask(kinds[filter] ?? "", row, column);
}

/** At rest everything is there; in play what the time has reached. */
export function reached(t: number, beat: number): boolean {
  return t === 0 || t >= beat;
}
