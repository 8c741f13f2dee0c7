// A user's program, which every bundler is given as it is: trains a little on two threads and tells how it went.
import { fit, lesson } from "cutaway";
import { digits } from "cutaway/digits";
import { wasm } from "cutaway/wasm";

const tell = globalThis.report ?? ((text) => globalThis.process.stdout.write(text));
try {
  const settings = { epochs: 30, batchSize: 32, seed: 1, backend: wasm({ threads: 2 }) };
  const { threads, why, accuracy, host } = await fit(lesson(), digits({ count: 1000 }), settings);
  tell(JSON.stringify({ threads, why, accuracy, host }));
} catch (error) {
  tell(JSON.stringify({ error: String(error) }));
}
