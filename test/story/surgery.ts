// Small random networks full of zeros, and the removal of a cause: the blocked number is freed by the smallest change that does it.
import { randomStream } from "../../src/base/random.ts";
import { cellAt, offsetOf, sizeOf } from "../../src/base/shape.ts";
import { INPUT } from "../../src/graph/network.ts";
import { placeOf } from "../../src/graph/places.ts";
import { sequential } from "../../src/nn/build.ts";
import { avgPool2d, conv2d, dense, flatten, maxPool2d, relu, rescale } from "../../src/nn/layers.ts";
import { Model } from "../../src/nn/model.ts";
import type { Reference } from "../../src/ops/op.ts";
import { explain } from "../../src/story/explain.ts";
import type { Opened } from "../../src/story/opened.ts";
import type { Cause } from "../../src/story/reasons/cause.ts";
import type { Numbers } from "../../src/tensor/tensor.ts";
import { parseAddress } from "../../src/trace/address.ts";

export interface Case {
  readonly model: Model;
  readonly images: readonly number[][];
  readonly labels: readonly number[];
}

/** A chain with gates, windows that overlap or not, padding, dead weights and dark pixels; every fourth is so steep that its softmax saturates. */
export function randomCase(seed: number): Case {
  const { below, uniform } = randomStream(seed, "check", 7);
  const side = 8 + below(2);
  const pick = <T>(...all: readonly T[]): T => all[below(all.length)];
  const pool = pick(
    maxPool2d({ poolSize: 2 }),
    maxPool2d({ poolSize: 2, strides: 1, padding: 1 }),
    maxPool2d({ poolSize: 3, strides: 2 }),
    avgPool2d({ poolSize: 2 }),
  );
  const chain = sequential(
    [side, side, 1 + below(2)] as [number, number, number],
    rescale({ divisor: 10 }),
    conv2d({ filters: 2 + below(2), kernelSize: 3, padding: below(2), useBias: below(2) === 1 }),
    relu(),
    pool,
    conv2d({ filters: 2, kernelSize: 2, strides: 1 + below(2) }),
    relu(),
    flatten(),
    dense({ units: 3 }),
  ) as unknown as Model;
  chain.initialize(seed);
  const steep = seed % 4 === 0 ? 3000 : 1;
  for (const [name, { data }] of chain.parameters) {
    for (let k = 0; k < data.length; k++) {
      if (name.endsWith("bias")) data[k] = uniform() - 0.6;
      if (below(8) === 0) data[k] = 0;
      if (name === "dense1.weight") data[k] *= steep;
    }
  }
  const samples = 1 + below(2);
  const images = Array.from({ length: samples }, () =>
    Array.from({ length: sizeOf(chain.inputShape) }, () => (below(3) === 0 ? 0 : uniform() * 20)),
  );
  return { model: chain, images, labels: images.map(() => below(3)) };
}

export function open({ model, images, labels }: Case, learningRate = 0.001): Promise<Opened> {
  const single = images.length === 1;
  const given = single ? { input: images[0], label: labels[0] } : { input: images, label: labels };
  return explain(model, { ...given, learningRate });
}

/** Every cell of every tensor under a scope, as addresses. */
export function* addresses(opened: Opened, scope: string): Iterable<string> {
  for (const { name, shape } of opened.places()) {
    const parameter = /\.(kernel|weight|bias)$/.test(name);
    const mean = name === "loss" && scope === "";
    const samples =
      parameter || opened.samples === 1 || mean ? [""] : Array.from({ length: opened.samples }, (_, k) => `@${k}`);
    for (const sample of samples) {
      for (let k = 0; k < sizeOf(shape); k++) {
        const cell = shape.length === 0 ? "" : `[${cellAt(shape, k).join(",")}]`;
        yield `${scope}${name}${cell}${sample}`;
      }
    }
  }
}

const little = 1e-9;

/** The values that take the causes away, by forward address. */
export function remedies(opened: Opened, causes: readonly Cause[]): Map<string, number> {
  const values = new Map<string, number>();
  const later: Cause[] = [];
  for (const cause of causes) {
    if (cause.kind === "gate") values.set(cause.preActivation, little);
    else if (cause.kind === "operand") values.set(cause.at, little);
    else if (cause.kind === "cancel") {
      const [first] = opened.at(cause.at).terms.filter(({ value }) => value !== 0);
      const operand = first.factors.find(({ address }) => address !== undefined && !address.startsWith("grad"));
      if (operand?.address === undefined) throw new Error(`nothing to nudge in ${cause.at}`);
      values.set(operand.address, operand.value * (1 + 1e-6));
    } else later.push(cause);
  }
  for (const cause of later) {
    if (cause.kind === "window") {
      const top = Math.max(opened.value(cause.winner), values.get(cause.winner) ?? 0);
      values.set(cause.cell, Math.max(values.get(cause.cell) ?? 0, top + little * Math.max(1, Math.abs(top))));
    } else if (cause.kind === "saturated") {
      const { cell: _, sample } = parseAddress(cause.probability);
      for (const k of [0, 1, 2]) values.set(`logits[${k}]${sample === undefined ? "" : `@${sample}`}`, k / 10);
    } else throw new Error(`${cause.kind} cannot be removed`);
  }
  return values;
}

/** The case with forward values held at others: parameters and pixels are set, outputs are overwritten as soon as they are computed. */
export function held({ model, images, labels }: Case, values: ReadonlyMap<string, number>): Case {
  const { network } = model;
  const pixels = images.map((image) => [...image]);
  const parameters = new Map(
    [...model.parameters].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }] as const),
  );
  const outputs = new Map<number, { sample: number; offset: number; value: number }[]>();
  for (const [text, value] of values) {
    const address = parseAddress(text);
    const { node, role, shape, name } = placeOf(network, address);
    const [offset, sample] = [offsetOf(shape, address.cell ?? []), address.sample ?? 0];
    const own = parameters.get(name);
    if (role !== "out" && own) own.data[offset] = value;
    else if (node === INPUT) pixels[sample][offset] = value;
    else outputs.set(node, [...(outputs.get(node) ?? []), { sample, offset, value }]);
  }
  const nodes = network.nodes.map((node, k) => {
    const given = outputs.get(k);
    if (!given) return node;
    const { reference } = node.operation;
    return { ...node, operation: { ...node.operation, reference: overwritten(reference, given, images.length) } };
  });
  return { model: new Model({ ...network, nodes }, { parameters }), images: pixels, labels };
}

/** Opening runs each sample once, in order; derivatives of a target run their own sample again, which only single images do here. */
function overwritten(
  reference: Reference<object>,
  given: readonly { sample: number; offset: number; value: number }[],
  samples: number,
): Reference<object> {
  let runs = 0;
  const set = (output: Numbers, sample: number) => {
    for (const one of given) if (one.sample === sample) output[one.offset] = one.value;
  };
  return {
    ...reference,
    forward(site, values) {
      reference.forward(site, values);
      set(values.output, runs++ % samples);
    },
  };
}
