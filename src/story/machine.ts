// What runs an opened network: the definition in float64, or the fast engine's kernels with every cell kept.
import { sizeOf } from "../base/shape.ts";
import type { BackendFacts } from "../graph/backend.ts";
import { INPUT, type Network } from "../graph/network.ts";
import { backwardPass, createRecord, forwardPass, type Parameters, type SampleRecord } from "../graph/pass.ts";
import type { ParameterMap } from "../nn/parameters.ts";
import { numbersOf } from "../nn/trainer.ts";
import type { Numbers } from "../tensor/tensor.ts";
import type { Machine, ParameterGradients } from "./passes.ts";

interface Opening {
  readonly network: Network;
  readonly parameters: ParameterMap;
}

export async function machineFor({ network, parameters }: Opening, facts: BackendFacts): Promise<Machine> {
  const numbers = numbersOf(parameters);
  if (facts.instructionSet === "float64") return reference(network, numbers);
  const { keptPass } = await import("../graph/kept-pass.ts");
  const kept = keptPass(network, numbers, facts.instructionSet, facts.exact);
  return {
    dtype: "f32",
    slack(node, { values, gradients }) {
      const { inputs, parameters: own, output } = values[node];
      const outputGradient = gradients[node]?.output ?? new Float32Array(output.length);
      return kept.slack(node, { input: inputs[0], parameters: own, outputGradient });
    },
    zeros: (length) => new Float32Array(length),
    forward(image, label, gradients) {
      kept.forward(image, label);
      return recordOf(network, numbers, kept.output, label, gradients);
    },
    backward(record, seed) {
      kept.backward(seed);
      const copy = (to: Numbers | undefined, from: Numbers | undefined) => {
        if (to && from) to.set(from);
      };
      copy(record.inputGradient, kept.gradient(INPUT));
      for (const [node, gradient] of record.gradients.entries()) copy(gradient?.output, kept.gradient(node));
      for (const [node, gradient] of record.gradients.entries()) {
        for (const [name, sum] of Object.entries(gradient?.parameters ?? {})) {
          const own = kept.parameterGradient(`${network.nodes[node].name}.${name}`);
          if (own && sum) for (let k = 0; k < sum.length; k++) sum[k] += own[k];
        }
      }
    },
  };
}

/** A copy of the numbers that the kernels stored, in the form that derivations look at. */
function recordOf(
  { nodes, input }: Network,
  parameters: Parameters,
  output: (node: number) => Numbers,
  label: number,
  gradients: ParameterGradients,
): SampleRecord {
  const pixels = output(INPUT).slice();
  const outputs = [...nodes.keys()].map((node) => output(node).slice());
  const outputGradients = outputs.map(({ length }) => new Float32Array(length));
  const inputGradient = new Float32Array(sizeOf(input));
  const pick = (name: string, all: Parameters) =>
    Object.fromEntries([...all].flatMap(([address, numbers]) => ofNode(name, address, numbers)));
  return {
    input: pixels,
    inputGradient,
    values: nodes.map((node, k) => ({
      inputs: node.inputs.map((source) => (source === INPUT ? pixels : outputs[source])),
      output: outputs[k],
      parameters: pick(node.name, parameters),
      label,
    })),
    gradients: nodes.map((node, k) => ({
      output: outputGradients[k],
      inputs: node.inputs.map((source) => (source === INPUT ? inputGradient : outputGradients[source])),
      parameters: pick(node.name, gradients),
    })),
    setLabel: () => undefined,
  };
}

/** "kernel" and its numbers for "conv1.kernel" of conv1; nothing for another node's. */
function ofNode(name: string, address: string, numbers: Numbers): [string, Numbers][] {
  return address.startsWith(`${name}.`) ? [[address.slice(name.length + 1), numbers]] : [];
}

function reference(network: Network, parameters: Parameters): Machine {
  return {
    dtype: "f64",
    slack: () => undefined,
    zeros: (length) => new Float64Array(length),
    forward(image, label, gradients) {
      const record = createRecord(network, parameters, gradients, "every");
      record.input.set(image);
      record.setLabel(label);
      forwardPass(network, record);
      return record;
    },
    backward: (record, seed) => backwardPass(network, record, seed),
  };
}
