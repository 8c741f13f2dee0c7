// The workloads that are raced: the same networks, weights and data for everybody, from a counter-based generator (mulberry32).
import { readFileSync } from "node:fs";
import { parseGraph } from "../src/graph/graph.ts";
import { modelFromGraph } from "../src/nn/build.ts";
import type { Model } from "../src/nn/model.ts";

export interface Workload {
  readonly input: readonly [number, number, number];
  readonly learningRate: number;
  readonly momentum: number;
  readonly layers: readonly (readonly [kind: string, size?: number, padding?: string])[];
  readonly cases: readonly (readonly [mode: Mode, batch: number])[];
}

export type Mode = "train" | "infer";

export const workloads: Readonly<Record<string, Workload>> = JSON.parse(
  readFileSync(new URL("workloads.json", import.meta.url), "utf8"),
);

/** The first `n` numbers in [0, 1) of stream `seed`. */
export function uniform(seed: number, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, k) => {
    const a = (seed + Math.imul(k + 1, 0x6d2b79f5)) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  });
}

/** Images N×H×W×C around 0, and their classes. */
export function makeData({ input }: Workload, batch: number): { images: Float32Array[]; labels: number[] } {
  const size = input[0] * input[1] * input[2];
  const numbers = Float32Array.from(uniform(1, batch * size), (v) => v - 0.5);
  const images = Array.from({ length: batch }, (_, k) => numbers.subarray(k * size, (k + 1) * size));
  return { images, labels: Array.from(uniform(2, batch), (v) => Math.floor(v * 10)) };
}

/** The network with He-uniform weights of streams 100, 101 … in layer order; biases are zero. */
export function makeModel({ input, layers }: Workload): Model {
  const nodes = layers.map(([kind, size, padding]) => {
    if (kind === "conv") return { op: "conv2d", options: { filters: size, kernelSize: 3, padding } };
    if (kind === "dense") return { op: "dense", options: { units: size } };
    return kind === "pool" ? { op: "maxPool2d", options: { poolSize: 2 } } : { op: kind };
  });
  const model = modelFromGraph(parseGraph({ input, nodes }, "workload"));
  model.cast("f32");
  let stream = 100;
  for (const { shape, data } of model.parameters.values()) {
    if (shape.length === 1) data.fill(0);
    else {
      const fanIn = shape.slice(0, -1).reduce((product, n) => product * n, 1);
      const bound = Math.sqrt(6 / fanIn);
      data.set(Float64Array.from(uniform(stream++, data.length), (v) => (2 * v - 1) * bound));
    }
  }
  return model;
}
