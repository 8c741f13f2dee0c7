// Single operations on the inputs of their worked examples, opened, with the reader's changes.
import { modelFromGraph } from "../../nn/build.ts";
import type { Model } from "../../nn/model.ts";
import { examples } from "../../ops/examples.ts";
import { type OpName, operations } from "../../ops/index.ts";
import type { ExampleCase, NamedTensor } from "../../ops/op.ts";
import { tensor } from "../../tensor/tensor.ts";
import type { Account } from "../../trace/account.ts";
import { explain } from "../explain.ts";
import type { Opened } from "../opened.ts";
import { type Change, changedImage, changedModel } from "./setting.ts";

/** A network of one operation: `input` straight into conv1, relu1 or pool1. */
export interface Worked {
  readonly opened: Opened;
  /** The cells that the example opens. */
  readonly accounts: readonly Account[];
}

/** What may differ from the example: other options, or other numbers of its parameters. */
export interface Variation {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly parameters?: Readonly<Record<string, readonly number[]>>;
  readonly image?: NamedTensor;
  readonly addresses?: readonly string[];
}

/** A network of one operation on its worked example, as a model with its picture. */
export interface WorkedModel {
  readonly model: Model;
  readonly image: NamedTensor;
  /** The cells that the example opens, the main one first. */
  readonly addresses: readonly string[];
}

/** The first case of an operation's worked example as a network of its own: `input` straight into conv1, relu1 or pool1. Takes operations that have
 * one input and no label. */
export function workedModel(op: OpName, variation: Variation = {}): WorkedModel {
  const [example] = examples[op].cases as readonly ExampleCase[];
  const image = variation.image ?? example.inputs[0];
  const own = Object.entries(example.parameters ?? {}).map(([role, { values }]) => [role, values] as const);
  const parameters = { ...Object.fromEntries(own), ...variation.parameters };
  const options = { ...example.options, ...variation.options };
  const model = modelFromGraph({ input: image.shape, nodes: [nodeOf(op, options)] });
  const numbers = Object.entries(parameters).map(
    ([role, values]) => [`${operations[op].op.prefix}1.${role}`, Float64Array.from(values)] as const,
  );
  model.restore(new Map(numbers));
  return { model, image, addresses: variation.addresses ?? example.addresses };
}

/** Opens the first case of an operation's worked example. Changes are written into what this small network has. */
export async function openWorked(op: OpName, changes: readonly Change[], variation: Variation = {}): Promise<Worked> {
  const { model, image, addresses } = workedModel(op, variation);
  const input = changedImage(tensor(image.shape, image.values), changes);
  const opened = await explain(changedModel(model, changes), { input });
  return { opened, accounts: addresses.map((address) => opened.at(address)) };
}

function nodeOf(op: OpName, options: Readonly<Record<string, unknown>>) {
  const name = `${operations[op].op.prefix}1`;
  return { name, op, inputs: ["input"], options, trainable: true, initializer: "heUniform" as const };
}
