// What runs a network on a batch of images: the reference in float64, or generated kernels in float32.
import { breathing, type Host } from "../base/host.ts";
import type { Numbers } from "../tensor/tensor.ts";
import { type Network, parameterSpecs } from "./network.ts";
import { backwardPass, createRecord, forwardPass, type Parameters } from "./pass.ts";

/** What the arithmetic is: "float64" is the reference; "simd" and "relaxed-fma" are float32 kernels. */
export type Arithmetic = "float64" | "simd" | "relaxed-fma";

/** A batch is cut into so many shards at most; more threads would find none of their own. */
export const mostShards = 8;

/** The numbers of one image, row-major. */
export type Image = ArrayLike<number>;

export interface Engine {
  readonly arithmetic: Arithmetic;
  /** How many threads have worked at the same time so far. */
  readonly threads: number;
  /** How many may at most. */
  readonly mostThreads: number;
  /** Why not as many as were asked for. */
  readonly why: readonly string[];
  /** What all buffers take together; undefined for the reference, which has one image at a time. */
  readonly bytes: number | undefined;
  /** How each layer is computed, by the first node's name: "direct", "winograd+relu" …; empty for the reference. */
  readonly kernels: Readonly<Record<string, string>>;
  /** Images of one call at most. */
  readonly batch: number;
  /** By address; written by optimisers, then `refresh`. */
  readonly parameters: Parameters;
  /** By address, trainable ones only: ∂L/∂ of them after `learn`, L the mean loss of its images. */
  readonly gradients: Parameters;
  /** By image of the last call: the last layer's output; probabilities and loss where the network is a classifier. */
  readonly outputs: readonly Numbers[];
  readonly probs: readonly Numbers[];
  readonly losses: readonly Numbers[];
  /** The forward pass. */
  forward(images: readonly Image[], labels?: readonly number[]): Promise<void>;
  /** Both passes. */
  learn(images: readonly Image[], labels: readonly number[]): Promise<void>;
  /** Whether all of them are finite. */
  finite(which: "gradients" | "parameters"): boolean;
  /** Moves the parameters by the rule it was opened with, and refreshes; absent where it was opened without. */
  move?(learningRate: number): Promise<void>;
  /** Says that parameters have changed. */
  refresh(): Promise<void>;
  /** Every node's output for one image. */
  inspect(image: Image, label: number): Promise<readonly Numbers[]>;
  /** Ends threads and lets memory go. */
  close(): void;
}

/** Whether every number is finite. */
export function allFinite(all: Parameters): boolean {
  return [...all.values()].every((numbers) => numbers.every((number) => Number.isFinite(number)));
}

/** The definition itself, on the given numbers: training changes them in place. */
export function referenceEngine(network: Network, parameters: Parameters, host?: Host): Engine {
  const trainable = parameterSpecs(network).filter(({ node }) => node.trainable);
  const gradients = new Map(
    trainable.map(({ address }) => [address, new Float64Array((parameters.get(address) as Numbers).length)] as const),
  );
  const record = createRecord(network, parameters, gradients, "training");
  const { head, last } = network;
  const results = { outputs: [] as Numbers[], probs: [] as Numbers[], losses: [] as Numbers[] };
  const breathe = breathing(host);
  const pass = (image: Image, label: number) => {
    record.input.set(image);
    record.setLabel(label);
    forwardPass(network, record);
  };
  const keep = (k: number) => {
    const copy = (list: Numbers[], node: number | undefined) => {
      if (node !== undefined) list[k] = record.values[node].output.slice();
    };
    copy(results.outputs, last);
    copy(results.probs, head?.probs);
    copy(results.losses, head?.loss);
  };
  const each = async (images: readonly Image[], work: (image: Image, k: number) => void) => {
    for (const [k, image] of images.entries()) {
      work(image, k);
      keep(k);
      const pause = breathe();
      if (pause) await pause;
    }
  };
  return {
    arithmetic: "float64",
    threads: 1,
    mostThreads: 1,
    why: [],
    bytes: undefined,
    kernels: {},
    batch: Number.POSITIVE_INFINITY,
    parameters,
    gradients,
    ...results,
    forward: (images, labels = []) => each(images, (image, k) => pass(image, labels[k] ?? 0)),
    async learn(images, labels) {
      for (const gradient of gradients.values()) gradient.fill(0);
      await each(images, (image, k) => {
        pass(image, labels[k]);
        if (head) backwardPass(network, record, { node: head.loss, cell: 0, value: 1 / images.length });
      });
    },
    finite: (which) => allFinite(which === "gradients" ? gradients : parameters),
    refresh: async () => undefined,
    async inspect(image, label) {
      pass(image, label);
      return record.values.map(({ output }) => output);
    },
    close: () => undefined,
  };
}
