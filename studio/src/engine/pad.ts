// How a reader gives a model a picture of their own: by strokes, brought to the model's form, or by painting the few cells that it has.
import type { InputForm, Model } from "cutaway";
import { digitsForm, drawStrokes } from "cutaway/digits";
import type { Pad } from "./scene.ts";
import { hasLine, type Strokes, unpackStrokes } from "./strokes.ts";

/** A grey picture of at most so many cells a side is painted cell by cell. */
const mostCells = 12;

export function padOf(model: Model): Pad {
  const [height = 1, width = 1, channels = 1] = model.inputShape;
  if (channels === 1 && Math.max(height, width) <= mostCells) return "cells";
  return formOf(model) ? "strokes" : "none";
}

/** The form that strokes are brought to: the one that the model was trained on; without it the shape that the model reads. Undefined for
 * what is neither grey nor in colours. */
export function formOf({ inputShape, input }: Model): InputForm | undefined {
  const [height = 1, width = 1, channels = 1] = inputShape;
  if (input && input.channels !== "raw" && input.resize !== "none") return input;
  if (channels !== 1 && channels !== 3) return undefined;
  const shape = [height, width, channels] as const;
  if (shape.join() === digitsForm.shape.join()) return digitsForm;
  return { ...digitsForm, shape, channels: channels === 3 ? "rgb" : "grey", centring: "none" };
}

/** What a drawing is to a model, 0…255, row first; undefined where nothing is drawn, or where the model takes no strokes. */
export function drawnPicture(model: Model, drawing: string): readonly number[] | undefined {
  const strokes = unpackStrokes(drawing) ?? [];
  return padOf(model) === "strokes" && hasLine(strokes) ? pictureOf(model, strokes) : undefined;
}

export function pictureOf(model: Model, strokes: Strokes): readonly number[] {
  return [...drawStrokes(strokes, formOf(model))];
}
