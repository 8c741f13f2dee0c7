// One sample through a network: the forward pass in graph order, the backward pass in reverse (the chain rule).
import { sizeOf } from "../base/shape.ts";
import type { Gradients, Values } from "../ops/op.ts";
import type { Numbers } from "../tensor/tensor.ts";
import { INPUT, type Network, type Node } from "./network.ts";

/** Parameters, or their gradients, by address ("conv1.kernel"). */
export type Parameters = ReadonlyMap<string, Numbers>;

/** Every number of one sample, laid out once and used again for the next. */
export interface SampleRecord {
  readonly input: Numbers;
  readonly inputGradient: Numbers | undefined;
  /** By node. */
  readonly values: readonly Values[];
  /** By node; undefined where no gradient is wanted. */
  readonly gradients: readonly (Gradients | undefined)[];
  /** Sets the sample's class, which the loss reads. */
  setLabel(label: number): void;
}

/** Which gradients a record keeps: none, those that training needs, or every one. */
export type Wanted = "none" | "training" | "every";

/** Lays out the buffers of one sample. Parameter gradients are added to `parameterGradients`; those absent there are not computed. */
export function createRecord(
  network: Network,
  parameters: Parameters,
  parameterGradients: Parameters,
  wanted: Wanted,
): SampleRecord {
  const { nodes } = network;
  const input = new Float64Array(sizeOf(network.input));
  const outputs = nodes.map((node) => new Float64Array(sizeOf(node.site.output)));
  const inputGradient = wanted === "every" ? new Float64Array(input.length) : undefined;
  const wants = wantedOutputs(nodes, wanted);
  const outputGradients = outputs.map((output, k) => (wants[k] ? new Float64Array(output.length) : undefined));
  const values = nodes.map((node, k) => ({
    inputs: node.inputs.map((source) => (source === INPUT ? input : outputs[source])),
    output: outputs[k],
    parameters: pick(node, parameters),
    label: 0,
  }));
  const gradients = nodes.map((node, k) => {
    const output = outputGradients[k];
    const inputs = node.inputs.map((source) => (source === INPUT ? inputGradient : outputGradients[source]));
    return output && { output, inputs, parameters: pick(node, parameterGradients) };
  });
  const setLabel = (label: number) => {
    for (const value of values) value.label = label;
  };
  return { input, inputGradient, values, gradients, setLabel };
}

/** Training wants the gradient of an output where a trainable parameter stands at or before it. */
export function wantedOutputs(nodes: readonly Node[], wanted: Wanted): boolean[] {
  const wants: boolean[] = [];
  for (const node of nodes) {
    const own = node.trainable && Object.keys(node.parameters).length > 0;
    wants.push(wanted === "every" || (wanted === "training" && (own || node.inputs.some((source) => wants[source]))));
  }
  return wants;
}

function pick(node: Node, all: Parameters): Record<string, Numbers> {
  const own: Record<string, Numbers> = {};
  for (const name of Object.keys(node.parameters)) {
    const numbers = all.get(`${node.name}.${name}`);
    if (numbers) own[name] = numbers;
  }
  return own;
}

/** Fills every output from `record.input`. */
export function forwardPass({ nodes }: Network, record: SampleRecord): void {
  for (let k = 0; k < nodes.length; k++) nodes[k].operation.reference.forward(nodes[k].site, record.values[k]);
}

/** Where a backward pass starts: ∂/∂ of this cell is `value` (1, or 1/N for the mean over a batch). */
export interface Seed {
  readonly node: number;
  readonly cell: number;
  readonly value: number;
}

/** Fills the record's gradients and adds to the parameters' gradients. The head's two steps are differentiated as one:
 * from the loss straight to the logits (p − t), where going through 1/p could overflow. */
export function backwardPass(
  { nodes, head }: Network,
  { values, gradients, inputGradient }: SampleRecord,
  seed: Seed,
): void {
  for (const gradient of gradients) gradient?.output.fill(0);
  inputGradient?.fill(0);
  const start = gradients[seed.node];
  if (!start) return;
  start.output[seed.cell] = seed.value;
  for (let k = seed.node; k >= 0; k--) {
    const gradient = gradients[k];
    if (!gradient || (k === head?.probs && seed.node === head.loss)) continue;
    nodes[k].operation.reference.backward(nodes[k].site, values[k], gradient);
  }
}
