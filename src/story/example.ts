// Worked examples: an operation alone on its example's inputs, computed and opened. No result is typed anywhere.
import { parseGraph } from "../graph/graph.ts";
import { buildNetwork } from "../graph/network.ts";
import { Model } from "../nn/model.ts";
import { examples } from "../ops/examples.ts";
import { type OpName, operationOf } from "../ops/index.ts";
import type { ExampleCase, NamedTensor } from "../ops/op.ts";
import { tensor } from "../tensor/tensor.ts";
import type { Account } from "../trace/account.ts";
import { explain } from "./explain.ts";

export interface WorkedTensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: readonly number[];
}

export interface WorkedExample {
  readonly op: string;
  readonly inputs: Readonly<Record<string, WorkedTensor>>;
  readonly outputs: Readonly<Record<string, WorkedTensor>>;
  /** The first is the main cell. */
  readonly accounts: readonly Account[];
}

/** The worked example of an operation, or undefined where there is no such operation. */
export async function workedExample(op: string): Promise<WorkedExample | undefined> {
  const operation = operationOf(op);
  if (!operation) return undefined;
  const inputs: Record<string, WorkedTensor> = {};
  const outputs: Record<string, WorkedTensor> = {};
  const accounts: Account[] = [];
  for (const example of examples[op as OpName].cases) {
    const opened = await openCase(op, operation.op.prefix, example);
    for (const given of [...example.inputs, ...Object.values(example.parameters ?? {})])
      inputs[given.name] = worked(given);
    const { shape, data } = opened.tensor(`${operation.op.prefix}1.out`);
    outputs[example.name] = { shape, values: [...data] };
    for (const address of example.addresses) accounts.push(opened.at(address));
  }
  return { op, inputs, outputs, accounts };
}

function worked({ shape, values }: NamedTensor): WorkedTensor {
  return { shape, values };
}

/** A network of one operation on the example's inputs. Cross-entropy comes with the softmax before it. */
function openCase(op: string, prefix: string, example: ExampleCase) {
  const { options, inputs, parameters = {}, label } = example;
  const main = { op, options };
  const { nodes, given, shape, image } =
    op === "crossEntropy"
      ? { nodes: [...beforeLoss, { ...main, inputs: ["flatten1", "softmax1"] }], given: [], ...single(inputs[0]) }
      : inputs.length > 1
        ? severalInputs(inputs, main)
        : { nodes: [main], given: [], ...single(inputs[0]) };
  const network = buildNetwork(parseGraph({ input: shape, nodes }, op));
  const own = Object.entries(parameters).map(([name, tensor]) => [`${prefix}1.${name}`, tensor] as const);
  const tensors = [...given, ...own].map(([name, { shape, values }]) => [name, tensor(shape, values)] as const);
  return explain(new Model(network, { parameters: new Map(tensors) }), { input: image, label });
}

/** The loss stands at the end of a head: over a layer, which only hands the logits on, and over its softmax. */
const beforeLoss = [{ op: "flatten" }, { op: "softmax" }];

function single({ shape, values }: NamedTensor) {
  return { shape, image: values };
}

/** A network has one image: the inputs are laid side by side as its channels, and 1×1 convolutions, input1, input2 …, take them apart. */
function severalInputs(inputs: readonly NamedTensor[], main: object) {
  const [height, width, channels] = inputs[0].shape;
  const all = channels * inputs.length;
  const image = Array.from({ length: height * width * all }, (_, k) => {
    const [pixel, channel] = [Math.floor(k / all), k % all];
    return inputs[Math.floor(channel / channels)].values[pixel * channels + (channel % channels)];
  });
  const names = inputs.map((_, which) => `input${which + 1}`);
  const options = { filters: channels, kernelSize: 1, useBias: false };
  const pickers = names.map((name) => ({ op: "conv2d", name, inputs: ["input"], options }));
  const given = names.map((name, which) => {
    const values = Array.from({ length: all * channels }, (_, k) =>
      Math.floor(k / channels) === which * channels + (k % channels) ? 1 : 0,
    );
    return [`${name}.kernel`, { shape: [1, 1, all, channels], values }] as const;
  });
  return { nodes: [...pickers, { ...main, inputs: names }], given, shape: [height, width, all], image };
}
