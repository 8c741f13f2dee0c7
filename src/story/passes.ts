// The passes behind an opened network: the loss of the batch, and the derivative of any one cell.
import { fail } from "../base/words/model.ts";
import { type Network, shapeAt } from "../graph/network.ts";
import { backwardPass, createRecord, forwardPass, type SampleRecord, type Seed } from "../graph/pass.ts";
import type { ParameterMap } from "../nn/parameters.ts";
import { checkedLabel, type Pixels } from "../nn/trainer.ts";

/** A network with numbers that nobody else changes. */
export interface Still {
  readonly network: Network;
  readonly parameters: ParameterMap;
}

/** Forward values and gradients of one target, by sample. */
export interface Pass {
  readonly records: readonly SampleRecord[];
  /** Which sample each record holds. */
  readonly samples: readonly number[];
  /** Summed over the samples, by address. */
  readonly parameterGradients: ReadonlyMap<string, Float64Array>;
  /** Where each backward pass started; absent where there was none. */
  readonly seed: Seed | undefined;
  /** Mean loss of the batch, one number; NaN without labels. */
  readonly loss: Float64Array;
}

function emptyGradients({ parameters }: Still): Map<string, Float64Array> {
  return new Map([...parameters].map(([address, { data }]) => [address, new Float64Array(data.length)]));
}

function recordOf(
  still: Still,
  gradients: ReadonlyMap<string, Float64Array>,
  image: Pixels,
  label: number,
): SampleRecord {
  const numbers = new Map([...still.parameters].map(([address, { data }]) => [address, data] as const));
  const record = createRecord(still.network, numbers, gradients, "every");
  if (image.length !== record.input.length)
    fail("model.pixels", { expected: record.input.length, received: image.length });
  record.input.set(image);
  record.setLabel(label);
  forwardPass(still.network, record);
  return record;
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
      backwardPass(network, record, seed);
    }
    return record;
  });
  return { records, samples: [...images.keys()], parameterGradients: gradients, seed, loss };
}

/** The derivative of one cell of one sample with respect to everything before it. */
export function targetPass(still: Still, { records }: Pass, sample: number, seed: Seed): Pass {
  const gradients = emptyGradients(still);
  const from = records[sample];
  const record = recordOf(still, gradients, from.input, from.values[seed.node].label);
  backwardPass(still.network, record, seed);
  return {
    records: [record],
    samples: [sample],
    parameterGradients: gradients,
    seed,
    loss: Float64Array.of(Number.NaN),
  };
}
