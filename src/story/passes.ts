// The passes behind an opened network: the loss of the batch, and the derivative of any one cell.
import { sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/model.ts";
import { type Network, shapeAt } from "../graph/network.ts";
import type { SampleRecord, Seed } from "../graph/pass.ts";
import type { ParameterMap } from "../nn/parameters.ts";
import { checkedLabel, type Pixels } from "../nn/trainer.ts";
import type { Slack } from "../ops/kernels.ts";
import type { Dtype, Numbers } from "../tensor/tensor.ts";

/** A network with numbers that nobody else changes, and what runs it. */
export interface Still {
  readonly network: Network;
  readonly parameters: ParameterMap;
  readonly machine: Machine;
}

/** What runs one image through a network and keeps every number. */
export interface Machine {
  /** Of outputs and gradients. */
  readonly dtype: Dtype;
  /** What holds for the numbers of a node that was not computed term by term. */
  slack(node: number, record: SampleRecord): Slack | undefined;
  /** Numbers that start at zero, for the sums of parameter gradients over samples. */
  zeros(length: number): Numbers;
  /** The forward pass. */
  forward(image: Pixels, label: number, gradients: ParameterGradients): SampleRecord;
  /** The backward pass of the record of the last `forward`; adds to that call's `gradients`. */
  backward(record: SampleRecord, seed: Seed): void;
}

/** By address. */
export type ParameterGradients = ReadonlyMap<string, Numbers>;

/** Forward values and gradients of one target, by sample. */
export interface Pass {
  readonly records: readonly SampleRecord[];
  /** Which sample each record holds. */
  readonly samples: readonly number[];
  /** Summed over the samples, by address. */
  readonly parameterGradients: ParameterGradients;
  /** Where each backward pass started; absent where there was none. */
  readonly seed: Seed | undefined;
  /** Whether it starts from the mean loss of the batch, 1/N a sample. */
  readonly mean: boolean;
  /** Mean loss of the batch, one number; NaN without labels. */
  readonly loss: Float64Array;
}

function emptyGradients({ parameters, machine }: Still): ParameterGradients {
  return new Map([...parameters].map(([address, { data }]) => [address, machine.zeros(data.length)]));
}

function recordOf(
  { network, machine }: Still,
  gradients: ParameterGradients,
  image: Pixels,
  label: number,
): SampleRecord {
  const expected = sizeOf(network.input);
  if (image.length !== expected) fail("model.pixels", { expected, received: image.length });
  return machine.forward(image, label, gradients);
}

/** Forward and, where there are labels, backward from the mean loss: each sample's share is 1/N. */
export function lossPass(still: Still, images: readonly Pixels[], labels: readonly number[] | undefined): Pass {
  const count = images.length;
  if (count === 0 || (labels !== undefined && labels.length !== count)) {
    fail("model.count", { images: count, labels: labels?.length ?? 0 });
  }
  const { network } = still;
  const { head, last } = network;
  const gradients = emptyGradients(still);
  const share = 1 / count;
  const seed = head && labels && { node: head.loss, cell: 0, value: share };
  const loss = Float64Array.of(seed ? 0 : Number.NaN);
  const records = images.map((image, k) => {
    const label = labels && head ? checkedLabel(labels[k], shapeAt(network, last)[0]) : 0;
    const record = recordOf(still, gradients, image, label);
    if (seed) {
      loss[0] += record.values[seed.node].output[0] * share;
      still.machine.backward(record, seed);
    }
    return record;
  });
  return { records, samples: [...images.keys()], parameterGradients: gradients, seed, mean: true, loss };
}

/** The derivative of one cell of one sample with respect to everything before it. */
export function targetPass(still: Still, { records }: Pass, sample: number, seed: Seed): Pass {
  const gradients = emptyGradients(still);
  const from = records[sample];
  const record = recordOf(still, gradients, from.input, from.values[seed.node].label);
  still.machine.backward(record, seed);
  return {
    records: [record],
    samples: [sample],
    parameterGradients: gradients,
    seed,
    mean: false,
    loss: Float64Array.of(Number.NaN),
  };
}
