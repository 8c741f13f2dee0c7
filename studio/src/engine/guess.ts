// What a model takes a picture for, and how sure it is of it.
import type { Model } from "cutaway";
import type { DrawnStroke } from "cutaway/digits";
import { pictureOf } from "./pad.ts";
import type { Guess } from "./train-kinds.ts";

/** Of a drawing: it is brought to the model's form first. */
export function guessOf(model: Model, strokes: readonly DrawnStroke[]): Promise<Guess> {
  return guessOfPicture(model, pictureOf(model, strokes));
}

/** Of a picture in the model's form, H×W×C, row first. */
export async function guessOfPicture(model: Model, picture: readonly number[]): Promise<Guess> {
  const [height = 1, width = 1, channels = 1] = model.inputShape;
  const { probs, index, name, certainty, sure } = await model.predict(picture);
  const { sureness } = model;
  return {
    probs: [...probs],
    index,
    name: name ?? String(index),
    picture,
    shape: [height, width, channels],
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
