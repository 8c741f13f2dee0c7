// A worker of a page that trains by itself, for the browser tests.
import { train } from "./page-training.js";

addEventListener("message", async ({ data: asked }) => {
  const { model: _, data: __, ...found } = await train(asked);
  postMessage(found);
});
