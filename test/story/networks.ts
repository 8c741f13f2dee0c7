// Random classifiers that between them use every operation with every option, and pictures for them.
import { type RandomStream, randomStream } from "../../src/base/random.ts";
import { sizeOf } from "../../src/base/shape.ts";
import { modelFromGraph, parseGraph } from "../../src/index.ts";
import type { Model } from "../../src/nn/model.ts";

export interface RandomCase {
  readonly model: Model;
  readonly input: readonly number[];
  readonly label: number;
}

interface GraphNode {
  readonly op: string;
  readonly name?: string;
  readonly inputs?: readonly string[];
  readonly options?: object;
  readonly trainable?: boolean;
}

/** A chain with branches that meet; every sixth has flat input, every fifth channels in fours so that convolutions may take another way. */
export function randomNetwork(seed: number, dtype: "f32" | "f64"): RandomCase {
  const stream = randomStream(seed, "check", 11);
  const flat = seed % 6 === 5;
  const shape = flat ? [9] : seed % 5 === 4 ? [13, 14, 4] : [8 + stream.below(3), 9, 2];
  const body = flat ? vector(stream) : image(stream, seed % 5 === 4 ? 4 : 1);
  const graph = parseGraph({ input: shape, nodes: [...body, ...head(3 + stream.below(3))] }, `network ${seed}`);
  const model = modelFromGraph(graph) as Model;
  model.initialize(seed);
  for (const { data } of model.parameters.values())
    for (let k = 0; k < data.length; k++) data[k] += (stream.uniform() - 0.5) / 4;
  model.cast(dtype);
  const input = Array.from({ length: sizeOf(shape) }, () => (stream.below(4) === 0 ? 0 : stream.below(256)));
  return { model, input, label: stream.below(3) };
}

const head = (units: number): GraphNode[] => [
  { op: "dense", name: "last", options: { units } },
  { op: "softmax", name: "guess" },
  { op: "crossEntropy", name: "cost", inputs: ["last", "guess"] },
];

const flip = ({ below }: RandomStream) => below(2) === 1;

function vector(stream: RandomStream): GraphNode[] {
  return [
    { op: "rescale", name: "scaled", options: { divisor: -70 } },
    { op: "dense", name: "hidden", options: { units: 9, useBias: flip(stream) }, trainable: flip(stream) },
    { op: "relu", name: "open" },
    { op: "add", name: "joined", inputs: ["open", "scaled"] },
    { op: "flatten" },
  ];
}

/** Channels are multiples of `channels`, times two where groups are drawn. */
function image(stream: RandomStream, channels: number): GraphNode[] {
  const { below } = stream;
  const filters = 4 * channels;
  const same = { filters, kernelSize: 3, padding: "same" };
  return [
    { op: "rescale", options: { divisor: 51 + below(100) } },
    {
      op: "conv2d",
      name: "first",
      options: { filters, kernelSize: [3, 3], groups: 1 + below(2), padding: padding(stream) },
    },
    { op: "relu", name: "gates" },
    { op: below(2) === 0 ? "maxPool2d" : "avgPool2d", name: "pooled", options: pool(stream) },
    { op: "conv2d", name: "left", options: { ...same, useBias: flip(stream), dilationRate: 1 + below(2) } },
    { op: "conv2d", name: "right", inputs: ["pooled"], options: { ...same, groups: 2 }, trainable: flip(stream) },
    { op: "add", name: "joined", inputs: ["left", flip(stream) ? "right" : "pooled"] },
    { op: "relu" },
    {
      op: "conv2d",
      name: "strided",
      options: {
        filters: 3,
        kernelSize: [2, 3],
        strides: [2, 1 + below(2)],
        padding: [
          [1, 0],
          [1, 2],
        ],
      },
    },
    {
      op: below(2) === 0 ? "maxPool2d" : "avgPool2d",
      name: "windows",
      options: { poolSize: 2, strides: 1, padding: 1 },
    },
    { op: "flatten" },
  ];
}

function padding({ below }: RandomStream): unknown {
  return [
    "valid",
    "same",
    2,
    [
      [0, 1],
      [2, 0],
    ],
  ][below(4)];
}

/** Windows that overlap, leave cells out, or reach over the edge; some do not fit and are dropped. */
function pool({ below }: RandomStream): object {
  return [
    { poolSize: 2 },
    { poolSize: [3, 2], strides: [2, 1] },
    { poolSize: 3, strides: 2, padding: "same" },
    {
      poolSize: [2, 3],
      strides: 2,
      padding: [
        [1, 0],
        [0, 2],
      ],
    },
  ][below(4)];
}
