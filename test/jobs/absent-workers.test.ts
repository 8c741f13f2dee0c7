// A host that may not block and whose workers do not come, as in a page: training goes on without them, gives the same bits and says why.
import { expect, test } from "vitest";
import type { Host, Threads } from "../../src/base/host.ts";
import { digits } from "../../src/data/digits/digits.ts";
import { nodeHost } from "../../src/host/node/host.ts";
import { saveModel } from "../../src/io/model-file.ts";
import type { Model } from "../../src/nn/model.ts";
import { lesson } from "../../src/nn/presets/lesson.ts";
import { fit } from "../../src/train/fit.ts";
import { wasm } from "../../src/wasm.ts";

const data = digits({ count: 100 });
const page = (start: Threads["start"]): Host => ({
  ...nodeHost,
  threads: { available: () => 2, obstacle: undefined, mayBlock: false, start },
});

async function trained(host: Host) {
  const model = lesson() as unknown as Model;
  const result = await fit(model, data, { batchSize: 16, host, backend: wasm({ threads: 2 }) });
  return { bytes: saveModel(model), ...result };
}

/** The same without any threads. */
const { threads: _, ...alone } = nodeHost;
const silent = () => ({ stop: () => undefined });

test.each<[string, Threads["start"], string]>([
  ["never answer", silent, "2 of 2 threads had not started yet"],
  [
    "fail to load",
    (_, onFailure) => {
      setTimeout(onFailure, 10, "no such file");
      return silent();
    },
    "could not be started: no such file",
  ],
  [
    "may not be started",
    () => {
      throw new Error("another origin");
    },
    "could not be started: Error: another origin",
  ],
])("workers that %s", async (_, start, why) => {
  const begun = performance.now();
  const found = await trained(page(start));
  expect(found).toMatchObject({ threads: 1, shared: false });
  expect(found.why.join()).toContain(why);
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect(found.bytes).toEqual((await trained(alone)).bytes);
});
