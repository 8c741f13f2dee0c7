// What the browser tests run in a page: trains as its address asks, and reports what came of it and how long the page stood still.
import { explain } from "cutaway";
import { train } from "./page-training.js";

const asked = Object.fromEntries(new URLSearchParams(location.search));

/** The longest time between two turns of the page. */
function watch() {
  const gaps = { timer: 0, frame: 0 };
  const follow = (name, next) => {
    let last = performance.now();
    const turn = () => {
      const now = performance.now();
      gaps[name] = Math.max(gaps[name], now - last);
      last = now;
      next(turn);
    };
    next(turn);
  };
  follow("timer", (turn) => setTimeout(turn, 0));
  follow("frame", requestAnimationFrame);
  return gaps;
}

/** The same in a worker of this page. */
const inWorker = () =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./page-worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(asked);
  });

try {
  const { model, data, ...found } = asked.where === "worker" ? await inWorker() : await train(asked, watch);
  const opened = model && (await explain(model, { input: data.images.subarray(0, 784), label: 3 }));
  const { residual, terms } = opened?.at("grad:conv1.kernel[0,0,0,0]") ?? {};
  report(JSON.stringify({ ...found, residual, terms: terms?.length, isolated: crossOriginIsolated }));
} catch (error) {
  report(JSON.stringify({ error: String(error), code: error.code }));
}
