// The networks that can be opened, by name: the lesson's, operations alone, and those that a person trained or brought.
import { CutawayError, type Model, modelFromGraph, parseGraph } from "cutaway";
import { lesson6, lesson6Image, lesson6Label, lessonColour, workedModel } from "cutaway/story";
import type { SceneRequest } from "./scene.ts";

/** A model with a picture to open it on. */
export interface Subject {
  readonly model: Model;
  readonly title: string;
  readonly picture: readonly number[];
  /** Undefined where the network has no loss. */
  readonly label: number | undefined;
}

type OpName = Parameters<typeof workedModel>[0];

/** A fresh copy, so that edits never reach the original; `own`: models that were trained on this page or brought as files, by name. */
export function subjectOf(request: SceneRequest, own: ReadonlyMap<string, () => Subject>): Subject {
  const { model: name } = request;
  if (name.startsWith("example:")) return exampleOf(name.slice(8), request);
  if (name === "colour") return colourPicture();
  const found = own.get(name);
  if (found) return found();
  if (/^(?:run|file|given)\d/.test(name)) throw unknown(name);
  const trainDense = name === "lesson6-full";
  return { model: lesson6({ trainDense }), title: "Lesson network", picture: lesson6Image, label: lesson6Label };
}

/** A model of another visit: links hold names, not numbers. */
function unknown(name: string): CutawayError {
  return new CutawayError("studio.model", {
    where: `the model ${name}`,
    expected: "a model that was trained or opened on this page since it was loaded",
    received: "a link from elsewhere, or a page that was loaded anew",
    hint: "Train it again (the same seed gives the same numbers), open its file, or choose another model above.",
  });
}

/** One operation on its worked example; "conv2d+relu" lays a ReLU behind it. */
function exampleOf(name: string, { options, flipped = false }: SceneRequest): Subject {
  const [op = "", then] = name.split("+");
  const { model, image } = workedModel(op as OpName, options ? { options } : {});
  const subject = { title: `${name.replace("+", ", then ")} alone`, picture: image.values, label: undefined };
  if (flipped) turnKernel(model);
  return { ...subject, model: then === undefined ? model : followedBy(model, then) };
}

/** The lesson's picture of six colours, behind a layer that only divides. */
function colourPicture(): Subject {
  const { model, image } = workedModel("rescale", { image: lessonColour });
  return { model, title: "A colour picture", picture: image.values, label: undefined };
}

/** The same operation with another behind it. */
function followedBy(model: Model, then: string): Model {
  const [node] = model.network.nodes;
  const first = { op: node?.op ?? "", options: { ...node?.site.options } };
  const longer = modelFromGraph(parseGraph({ input: model.inputShape, nodes: [first, { op: then }] }, "studio"));
  longer.restore(model.snapshot());
  return longer;
}

/** Reads the taps of a kernel with one input and one filter backwards: the textbooks' convolution. */
function turnKernel(model: Model): void {
  model.restore(
    new Map([...model.snapshot()].map(([name, data]) => [name, name.endsWith(".kernel") ? data.toReversed() : data])),
  );
}
