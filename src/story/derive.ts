// From the operations' own terms to the terms of any cell: factors get their addresses, gradients follow the consumers of a cell.
import { offsetOf, type Shape } from "../base/shape.ts";
import { INPUT, type Network } from "../graph/network.ts";
import { type Place, placeAt, spelling } from "../graph/places.ts";
import type { ParameterMap } from "../nn/parameters.ts";
import type { Sight } from "../ops/op.ts";
import type { Numbers, Tensor } from "../tensor/tensor.ts";
import { formatAddress, type Scope } from "../trace/address.ts";
import { cellSymbol, gradientSymbol } from "../trace/notation.ts";
import { type CellFactor, constant, type Derivation, type Factor } from "../trace/terms.ts";
import type { Pass } from "./passes.ts";

/** What a derivation looks at. `scope` is that of the gradients it meets. */
export interface View {
  readonly network: Network;
  readonly parameters: ParameterMap;
  readonly pass: Pass;
  readonly scope: Scope;
  /** Whether addresses name their sample. */
  readonly batch: boolean;
}

/** The stored numbers of one node and one sample, as factors with addresses. `index` counts the records of the pass. */
export function sightOf(view: View, position: number, index: number): Sight<object> {
  const { network, parameters, pass, scope } = view;
  const node = network.nodes[position];
  const record = pass.records[index];
  const values = record.values[position];
  const factor = (symbol: string, place: Place, of: Scope, numbers: Numbers, cell: readonly number[]): CellFactor => ({
    symbol,
    address: addressOf(view, place, of, cell, index),
    value: numbers[offsetOf(place.shape, cell)],
  });
  const forward: Scope = { kind: "value" };
  const output = placeAt(network, position, "out") as Place;
  return {
    site: node.site,
    label: values.label,
    input: (letter, cell, which = 0) => {
      const place = placeAt(network, node.inputs[which], "out") as Place;
      return factor(cellSymbol(letter, cell), place, forward, values.inputs[which], cell);
    },
    output: (letter, cell) => factor(cellSymbol(letter, cell), output, forward, values.output, cell),
    outputGradient: (letter, cell) => {
      const numbers = record.gradients[position]?.output as Numbers;
      if (position === pass.seed?.node && position === network.head?.loss) return startOf(pass, pass.seed.value);
      return factor(gradientSymbol(letter, cell), output, scope, numbers, cell);
    },
    parameter: (letter, name, cell) => {
      const place = placeAt(network, position, name) as Place;
      return factor(cellSymbol(letter, cell), place, forward, (parameters.get(place.name) as Tensor).data, cell);
    },
  };
}

/** What the target's own gradient is: the share of a sample in the mean loss, or 1. */
function startOf({ mean }: Pass, value: number): Factor {
  return mean ? shareOf(value) : constant(String(value), "seed", value);
}

/** The loss is the mean over the batch: each sample's part of it. */
function shareOf(share: number): Factor {
  return constant("1/N", "1/N", share);
}

function addressOf({ pass, batch }: View, place: Place, scope: Scope, cell: readonly number[], index: number): string {
  const sample = batch && place.role === "out" ? { sample: pass.samples[index] } : {};
  return formatAddress({ scope, ...spelling(place), cell, ...sample });
}

/** ∂/∂ of a cell of an output or of the image: what every consumer sends back, in the order of the backward pass. */
export function gradientDerivation(view: View, place: Place, cell: readonly number[], sample: number): Derivation {
  const { pass, network } = view;
  const index = pass.samples.indexOf(sample);
  if (index < 0) return nothing("Another sample of the batch: it does not reach the target.");
  if (place.node === pass.seed?.node) return seedDerivation(pass, place.shape, cell);
  const parts = consumers(network, place.node, pass.seed?.node ?? INPUT).map(({ node, which }) =>
    network.nodes[node].operation.explain.inputGradient(sightOf(view, node, index), cell, which),
  );
  if (parts.length === 0) return nothing("Nothing on the way to the target reads this number.");
  return withTarget(view.scope, parts.length === 1 ? parts[0] : joined(parts));
}

/** Says what L stands for where it is not the loss. */
function withTarget(scope: Scope, derivation: Derivation): Derivation {
  if (scope.kind !== "grad" || !scope.of) return derivation;
  return { ...derivation, notes: [...(derivation.notes ?? []), `L stands for ${formatAddress(scope.of)} here.`] };
}

/** ∂/∂ of a parameter: the terms of every sample, one after the other. */
export function parameterGradientDerivation(view: View, place: Place, cell: readonly number[]): Derivation {
  const { explain } = view.network.nodes[place.node].operation;
  const parts = view.pass.records.map((_, index) =>
    explain.parameterGradient(sightOf(view, place.node, index), place.role, cell),
  );
  return withTarget(view.scope, { ...parts[0], terms: parts.flatMap((part) => part.terms) });
}

/** The loss of a batch: Σ 1/N of every sample's. */
export function meanLoss(view: View): Derivation {
  const { pass, network } = view;
  const place = placeAt(network, network.head?.loss, "out") as Place;
  const terms = pass.records.map((record, index) => {
    const value = record.values[place.node].output[0];
    const address = addressOf(view, place, { kind: "value" }, [], index);
    return [{ symbol: `L@${index}`, address, value }, shareOf(1 / pass.records.length)];
  });
  const law = { text: "1/N Σ_k L@k", latex: "\\frac{1}{N} \\sum_k L_k" };
  return { rule: "loss.mean", law, combine: "sum", terms };
}

/** Who reads a node's output, from the last to the first; the softmax of the head is passed over by the loss. */
function consumers({ nodes, head }: Network, source: number, end: number): { node: number; which: number }[] {
  const found: { node: number; which: number }[] = [];
  for (let node = end; node > source; node--) {
    if (node === head?.probs && end === head.loss) continue;
    for (const [which, input] of nodes[node].inputs.entries()) if (input === source) found.push({ node, which });
  }
  return found;
}

/** Where the backward pass starts: the share of the loss, or 1 at the target and 0 beside it. */
function seedDerivation(pass: Pass, shape: Shape, cell: readonly number[]): Derivation {
  const law = { text: "the start of the backward pass", latex: "\\text{the start of the backward pass}" };
  const own = pass.seed !== undefined && offsetOf(shape, cell) === pass.seed.cell ? pass.seed.value : 0;
  return { rule: "seed", law, combine: "sum", terms: [[startOf(pass, own)]] };
}

function nothing(note: string): Derivation {
  return { rule: "none", law: { text: "nothing", latex: "0" }, combine: "sum", terms: [], notes: [note] };
}

/** A number read in several places: the chain rule adds what they send back. */
function joined(parts: readonly Derivation[]): Derivation {
  const join = (key: "text" | "latex") => parts.map((part) => part.law[key]).join(" + ");
  return {
    rule: parts.map((part) => part.rule).join(" + "),
    law: { text: join("text"), latex: join("latex") },
    combine: "sum",
    terms: parts.flatMap((part) => part.terms),
    notes: parts.flatMap((part) => part.notes ?? []),
  };
}
