// Words about who computes: the precision of a number, an engine that is not there, a worker that was lost.
import { counted } from "./counted.en.ts";

export const engine = {
  float32: "float32, by the fast engine",
  notFast: (why: string) => `The fast engine that made this model is not here, so it is computed in float64: ${why}.`,
  lost: {
    title: "The worker that computes ended without an answer.",
    mended: (again: number) =>
      `It starts anew${again === 0 ? " with your next question" : `, and ${counted(again, "question")} ${again === 1 ? "is" : "are"} asked again`}. The page and its address keep their state; there is nothing to do.`,
    failed: (failed: number) =>
      `It was started anew and ended again over the same ${failed === 1 ? "question" : `${failed} questions`}. The page and its address keep their state. Try again; if it ends once more, ask for another number, or close other pages if memory is short.`,
    again: "Try again",
  },
};
