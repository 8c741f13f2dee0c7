// What runs a network on one sample after the other: the reference in float64, or generated kernels in float32.
import type { Numbers } from "../tensor/tensor.ts";
import { type Network, parameterSpecs } from "./network.ts";
import { backwardPass, createRecord, forwardPass, type Parameters } from "./pass.ts";

/** What the arithmetic is: "float64" is the reference; "simd" and "relaxed-fma" are float32 kernels. */
export type Arithmetic = "float64" | "simd" | "relaxed-fma";

export interface Engine {
  readonly arithmetic: Arithmetic;
  /** The sample's numbers; write them before `forward`. */
  readonly input: Numbers;
  /** By node; valid after `forward`. */
  readonly outputs: readonly Numbers[];
  /** By address; written by optimisers, then `refresh`. */
  readonly parameters: Parameters;
  /** By address, trainable ones only; `backward` adds to them. */
  readonly gradients: Parameters;
  setLabel(label: number): void;
  forward(): void;
  /** From ∂L/∂loss = `share` of this sample back to the parameters. */
  backward(share: number): void;
  /** Says that parameters have changed. */
  refresh(): void;
}

/** The definition itself, on the given numbers: training changes them in place. */
export function referenceEngine(network: Network, parameters: Parameters): Engine {
  const trainable = parameterSpecs(network).filter(({ node }) => node.trainable);
  const gradients = new Map(
    trainable.map(({ address }) => [address, new Float64Array((parameters.get(address) as Numbers).length)] as const),
  );
  const record = createRecord(network, parameters, gradients, "training");
  return {
    arithmetic: "float64",
    input: record.input,
    outputs: record.values.map(({ output }) => output),
    parameters,
    gradients,
    setLabel: record.setLabel,
    forward: () => forwardPass(network, record),
    backward: (share) => {
      if (network.head) backwardPass(network, record, { node: network.head.loss, cell: 0, value: share });
    },
    refresh: () => undefined,
  };
}
