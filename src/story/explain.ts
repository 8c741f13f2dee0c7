// explain(): opens a model on images. What does the opening is loaded when it is first asked for.
import { fail } from "../base/words/model.ts";
import { backendFacts } from "../graph/backend.ts";
import type { Model } from "../nn/model.ts";
import { isList } from "../nn/trainer.ts";
import type { ExplainRequest, Opened } from "./opened.ts";

/** Opens a model on images: runs both passes once, keeping every cell. What is opened stays as it is when the model goes on training. */
export async function explain(model: Model, request: ExplainRequest): Promise<Opened> {
  const { learningRate = 0.001, backend = "reference", host = model.host } = request;
  if (!Number.isFinite(learningRate) || learningRate < 0) {
    const expected = "a finite number from 0 up";
    fail("option.value", { where: "explain", option: "learningRate", expected, received: learningRate });
  }
  const images = isList(request.input) ? request.input : [request.input];
  const labels =
    request.label === undefined ? undefined : typeof request.label === "number" ? [request.label] : request.label;
  const facts = await backendFacts(backend, host);
  const { openNetwork } = await import("./opened.ts");
  return openNetwork(model, images, labels, learningRate, facts);
}
