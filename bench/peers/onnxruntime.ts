// onnxruntime-node on the processor: inference with the models that bench:setup writes. Usage: onnxruntime.ts THREADS
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type Job, peersFolder } from "../peers.ts";
import { makeData, workloads } from "../workload.ts";
import { transposed } from "./layers.ts";
import { type Prepared, serve } from "./serve.ts";

const ort = createRequire(peersFolder)("onnxruntime-node");

async function prepare({ workload, batch }: Job): Promise<Prepared> {
  const [height, width, channels] = workloads[workload].input;
  const { images } = makeData(workloads[workload], batch);
  const pixels = transposed(joined(images), [batch, height, width, channels], [0, 3, 1, 2]);
  const x = new ort.Tensor("float32", pixels, [batch, channels, height, width]);
  const session = await ort.InferenceSession.create(fileURLToPath(new URL(`${workload}.onnx`, peersFolder)), {
    executionProviders: ["cpu"],
    intraOpNumThreads: Number(process.argv[2]),
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
  });
  const step = async (): Promise<Float32Array> => (await session.run({ x })).y.data;
  const check = async () => (await step()).reduce((sum, logit) => sum + Math.abs(logit), 0);
  return { step, check, release: () => session.release() };
}

function joined(images: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(images.length * images[0].length);
  for (const [k, image] of images.entries()) all.set(image, k * image.length);
  return all;
}

await serve(prepare);
