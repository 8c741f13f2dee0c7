// What the page's state asks the worker to open: a model, on its sample or on a picture of the reader's own, with the edits.
import type { SceneRequest } from "../../engine/scene.ts";
import type { State } from "../../state.ts";

export function requestOf({ model, set, picture, drawing, label }: State): SceneRequest {
  if (picture === "sample") return { model, set };
  return { model, set, ...(drawing !== "" && { drawing }), ...(label >= 0 && { label }) };
}
