// What a model takes a drawing for: the drawing brought to the model's form, and the model's answer.
import type { Model } from "cutaway";
import { type DrawnStroke, digitsForm, drawStrokes } from "cutaway/digits";
import type { Guess } from "./train-kinds.ts";

export async function guessOf(model: Model, strokes: readonly DrawnStroke[]): Promise<Guess> {
  const [height = 1, width = 1, channels = 1] = model.inputShape;
  const shape = [height, width, channels] as const;
  const picture = drawStrokes(strokes, model.input ?? { ...digitsForm, shape, centring: "none" });
  const { probs, index, name, certainty, sure } = await model.predict(picture);
  const { sureness } = model;
  return {
    probs: [...probs],
    index,
    name: name ?? String(index),
    picture: [...picture],
    shape,
    ...(certainty !== undefined && { score: certainty }),
    ...(sure !== undefined && { sure }),
    ...(sureness && {
      sureness: {
        score: sureness.score,
        threshold: sureness.threshold,
        known: sureness.known,
        scribbles: sureness.scribbles,
      },
    }),
  };
}
