// The training that the browser tests compare with Node's: the lesson's network on drawn digits.
import { fit, lesson, linearDecay, saveModel, sgd } from "cutaway";
import { digits } from "cutaway/digits";
import { wasm } from "cutaway/wasm";

/** `auto`: on whatever there is; else exact arithmetic on `threads`. */
export async function train({ auto, threads = 2, count = 600, epochs = 1, batch = 16 }, watch = () => undefined) {
  const data = digits({ count: Number(count) });
  const model = lesson();
  const settings = {
    optimizer: sgd({ learningRate: linearDecay(0.05), momentum: 0.9 }),
    epochs: Number(epochs),
    batchSize: Number(batch),
    seed: 3,
    backend: auto ? "auto" : wasm({ exact: true, threads: Number(threads) }),
  };
  const gaps = watch();
  const begun = performance.now();
  const result = await fit(model, data, settings);
  const whole = (performance.now() - begun) / 1000;
  const seen = { ...gaps };
  const digest = await crypto.subtle.digest("SHA-256", saveModel(model));
  const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { ...result, hash, whole, gaps: seen, model, data };
}
