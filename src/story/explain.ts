// explain(): opens a model on images. What does the opening is loaded when it is first asked for.
import { backendFacts } from "../graph/backend.ts";
import type { Model } from "../nn/model.ts";
import type { ExplainRequest, Opened } from "./opened.ts";

/** Opens a model on images: runs both passes once, keeping every cell, and stands ready for one step of the optimiser. What is opened stays as
 * it is when the model goes on training. Throws what is wrong with images (`model.pixels`, `model.count`), labels (`model.label`) and the
 * options of the update (`option.value`). */
export async function explain(model: Model, request: ExplainRequest): Promise<Opened> {
  const { backend = "reference", host = model.host } = request;
  const facts = await backendFacts(backend, host);
  const { openNetwork } = await import("./opened.ts");
  return openNetwork(model, request, facts);
}
