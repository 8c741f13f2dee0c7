// Worked examples: an operation alone on its example's inputs, computed and opened. No result is typed anywhere.
import { parseGraph } from "../graph/graph.ts";
import { buildNetwork } from "../graph/network.ts";
import { Model } from "../nn/model.ts";
import { operationOf } from "../ops/index.ts";
import type { ExampleCase, NamedTensor } from "../ops/op.ts";
import { tensor } from "../tensor/tensor.ts";
import type { Account } from "../trace/account.ts";
import { explain } from "./opened.ts";

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
  for (const example of operation.example.cases) {
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

/** A network of one operation. Cross-entropy comes with the softmax before it. */
function openCase(op: string, prefix: string, { options, inputs, parameters = {}, label }: ExampleCase) {
  const before = op === "crossEntropy" ? [{ op: "softmax" }] : [];
  const sources = op === "crossEntropy" ? { inputs: ["input", "softmax1"] } : {};
  const nodes = [...before, { op, options, ...sources }];
  const network = buildNetwork(parseGraph({ input: inputs[0].shape, nodes }, op));
  const named = Object.entries(parameters).map(
    ([name, { shape, values }]) => [`${prefix}1.${name}`, tensor(shape, values)] as const,
  );
  return explain(new Model(network, { parameters: new Map(named) }), { input: inputs[0].values, label });
}
