// A network opened on given images: every number of the forward pass, the backward pass and the update, with its account.

import type { Host } from "../base/host.ts";
import { offsetOf, sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/model.ts";
import type { Backend, BackendFacts } from "../graph/backend.ts";
import { INPUT, type Network } from "../graph/network.ts";
import { allPlaces, canonical, type Place, placeOf } from "../graph/places.ts";
import type { Model } from "../nn/model.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import type { ParameterMap } from "../nn/parameters.ts";
import { isList, type Pixels } from "../nn/trainer.ts";
import { type Dtype, dtypeOf, type Numbers, type Tensor } from "../tensor/tensor.ts";
import { type Account, settle } from "../trace/account.ts";
import { type Address, formatAddress, parseAddress, type Scope } from "../trace/address.ts";
import type { Derivation } from "../trace/terms.ts";
import { gradientDerivation, meanLoss, parameterGradientDerivation, sightOf, type View } from "./derive.ts";
import { machineFor } from "./machine.ts";
import { lossPass, type Pass, type Still, targetPass } from "./passes.ts";
import { slackOf } from "./rounding.ts";
import { type Stepping, steppingOf, Update, type UpdateOptions } from "./update.ts";

export interface ExplainRequest extends UpdateOptions {
  /** One image (H·W·C numbers), or several: a batch, whose samples are addressed by @k. */
  readonly input: Pixels | readonly Pixels[];
  /** The true class, or one an image; without it there is no loss and no gradient of one. */
  readonly label?: number | readonly number[] | undefined;
  /** Whose numbers are opened. Default "reference": float64, every residual exactly 0. The fast engine's numbers are float32: accounts state
   * the residual, in float32 spacings too, and the bound that rounding allows. */
  readonly backend?: Backend;
  readonly host?: Host | undefined;
}

/** A number or tensor at an address; see the grammar in trace/address.ts. `next:` and `state.velocity:` are about one and the same step of the
 * optimiser: the parameters after it, and what the optimiser keeps after it. What it kept before stands in their accounts, as the constant
 * "velocity before". */
export interface Opened {
  readonly network: Network;
  readonly samples: number;
  readonly optimizer: Optimizer;
  /** η of this step. */
  readonly learningRate: number;
  /** The account of one cell. Throws on addresses that do not exist, saying which do. */
  at(address: string): Account;
  /** The stored number of one cell. */
  value(address: string): number;
  /** A whole tensor, as a view of what the engine stored. */
  tensor(address: string): Tensor;
  /** Canonical names and shapes of everything that can be opened. */
  places(): readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** Opens a model on the reference or on the fast engine's kernels, one after the other. */
export async function openNetwork(model: Model, request: ExplainRequest, facts: BackendFacts): Promise<Opened> {
  const { network } = model;
  const { input, label } = request;
  const images = isList(input) ? input : [input];
  const labels = typeof label === "number" ? [label] : label;
  const stepping = await steppingOf(model.parameters, request);
  const parameters: ParameterMap = new Map(
    [...model.parameters].map(([name, { shape, data }]) => [name, { shape, data: copyOfNumbers(data, facts) }]),
  );
  const machine = await machineFor({ network, parameters }, facts);
  return new OpenedNetwork({ network, parameters, machine }, images, labels, stepping);
}

/** The numbers as the engine has them: kernels compute in float32. */
function copyOfNumbers(data: Numbers, { backend }: BackendFacts): Numbers {
  return backend === "wasm" ? Float32Array.from(data) : data.slice();
}

class OpenedNetwork implements Opened {
  readonly network: Network;
  readonly samples: number;
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  readonly #still: Still;
  readonly #pass: Pass;
  readonly #labelled: boolean;
  readonly #update: Update;
  readonly #targets = new Map<string, Pass>();

  constructor(still: Still, images: readonly Pixels[], labels: readonly number[] | undefined, stepping: Stepping) {
    this.network = still.network;
    this.#still = still;
    this.samples = images.length;
    this.#labelled = labels !== undefined && this.network.head !== undefined;
    this.#pass = lossPass(still, images, labels);
    this.#update = new Update(still, this.#pass.parameterGradients, stepping);
    this.optimizer = stepping.optimizer;
    this.learningRate = stepping.learningRate;
  }

  places() {
    return allPlaces(this.network).map(({ name, shape }) => ({ name, shape }));
  }

  value(text: string): number {
    const { address, place } = this.#find(text);
    return this.#stored(address, place, this.#cellOf(address, place));
  }

  tensor(text: string): Tensor {
    const { address, place } = this.#find(text);
    return { shape: place.shape, data: this.#numbers(address, place) };
  }

  at(text: string): Account {
    const { address, place } = this.#find(text);
    const cell = this.#cellOf(address, place);
    const op = place.node === INPUT ? "input" : this.network.nodes[place.node].op;
    const dtype = this.#dtype(address, place);
    const stored = { value: this.#stored(address, place, cell), dtype, slack: this.#slack(address, place, cell) };
    return settle({ address: formatAddress(address), op }, this.#derive(address, place, cell), stored);
  }

  /** Parses, finds and checks; the canonical address carries a sample only where there are several. */
  #find(text: string): { address: Address; place: Place } {
    const parsed = parseAddress(text);
    const place = placeOf(this.network, parsed);
    const { sample, ...rest } = canonical(this.network, parsed);
    const shared = place.role !== "out" || this.#isMeanLoss(parsed.scope, place, sample);
    const known = shared ? sample === undefined : sample === undefined ? this.samples === 1 : sample < this.samples;
    if (!known) fail("explain.sample", { address: text, count: this.samples });
    const address = sample === undefined || this.samples === 1 ? rest : { ...rest, sample };
    this.#checkScope(address, place, text);
    return { address, place };
  }

  #checkScope({ scope }: Address, place: Place, address: string): void {
    const updated = scope.kind === "next" || scope.kind === "state";
    if (updated && place.role === "out") fail("explain.next", { address });
    if (scope.kind === "state") this.#update.checkSlot(address, scope.name);
    const needsLoss = updated || (scope.kind === "grad" && scope.of === undefined);
    const isLoss = scope.kind === "value" && place.role === "out" && place.node === this.network.head?.loss;
    if (needsLoss && !this.network.head) fail("model.noHead", {});
    if ((needsLoss || isLoss) && !this.#labelled) fail("explain.label", { address });
  }

  #cellOf(address: Address, { shape }: Place): readonly number[] {
    if (address.cell !== undefined) return address.cell;
    return shape.length === 0 ? [] : fail("explain.cell", { address: formatAddress(address), shape });
  }

  #stored(address: Address, place: Place, cell: readonly number[]): number {
    return this.#numbers(address, place)[offsetOf(place.shape, cell)];
  }

  #dtype({ scope }: Address, { role, name }: Place): Dtype {
    if (role === "out" || scope.kind === "grad") return this.#still.machine.dtype;
    return dtypeOf((this.#still.parameters.get(name) as Tensor).data);
  }

  /** What rounding allows where kernels did not add term by term. */
  #slack({ scope, sample }: Address, place: Place, cell: readonly number[]): number {
    const pass = scope.kind === "grad" ? this.#passOf(scope) : this.#pass;
    return slackOf(this.#still, pass, scope.kind, place, cell, sample ?? 0);
  }

  #numbers({ scope, sample }: Address, place: Place): Numbers {
    const { node, role, name, shape } = place;
    if (scope.kind === "next") return this.#update.next(name);
    if (scope.kind === "state") return this.#update.kept(name, scope.name);
    const pass = scope.kind === "grad" ? this.#passOf(scope) : this.#pass;
    if (role !== "out") {
      const parameter = this.#still.parameters.get(name) as Tensor;
      return scope.kind === "grad" ? (pass.parameterGradients.get(name) as Numbers) : parameter.data;
    }
    if (this.#isMeanLoss(scope, place, sample)) return pass.loss;
    const record = pass.records[pass.samples.indexOf(sample ?? 0)];
    if (record === undefined) return new Float64Array(sizeOf(shape));
    if (scope.kind === "value") return node === INPUT ? record.input : record.values[node].output;
    return node === INPUT ? (record.inputGradient as Numbers) : (record.gradients[node]?.output as Numbers);
  }

  /** `loss` without a sample is the mean over the batch. */
  #isMeanLoss({ kind }: Scope, { role, node }: Place, sample: number | undefined): boolean {
    return (
      kind === "value" && role === "out" && node === this.network.head?.loss && this.samples > 1 && sample === undefined
    );
  }

  #passOf(scope: Scope & { kind: "grad" }): Pass {
    if (!scope.of) return this.#pass;
    const key = formatAddress(scope.of);
    const known = this.#targets.get(key);
    if (known) return known;
    const { address, place } = this.#find(key);
    const forward = address.scope.kind === "value" && place.role === "out" && place.node !== INPUT;
    if (!forward || (place.shape.length > 0 && address.cell === undefined)) fail("explain.target", { address: key });
    // The loss of the whole batch is what the first pass follows.
    if (place.node === this.network.head?.loss && address.sample === undefined) return this.#pass;
    const cell = offsetOf(place.shape, address.cell ?? []);
    const pass = targetPass(this.#still, this.#pass, address.sample ?? 0, { node: place.node, cell, value: 1 });
    this.#targets.set(key, pass);
    return pass;
  }

  #derive(address: Address, place: Place, cell: readonly number[]): Derivation {
    const { scope, sample } = address;
    if (scope.kind === "next" || scope.kind === "state") return this.#update.derive(address, place, cell);
    if (scope.kind === "grad") {
      const view = this.#view(this.#passOf(scope), scope);
      if (place.role !== "out") return parameterGradientDerivation(view, place, cell);
      return gradientDerivation(view, place, cell, sample ?? 0);
    }
    if (place.role !== "out" || place.node === INPUT) return copyOf(place);
    const view = this.#view(this.#pass, scope);
    if (this.#isMeanLoss(scope, place, sample)) return meanLoss(view);
    return this.network.nodes[place.node].operation.explain.output(sightOf(view, place.node, sample ?? 0), cell);
  }

  #view(pass: Pass, scope: Scope): View {
    return { ...this.#still, pass, scope, batch: this.samples > 1 };
  }
}

/** A leaf: a pixel or a parameter is what was given. */
function copyOf({ node, role }: Place): Derivation {
  const rule = node === INPUT ? "input" : `parameter.${role}`;
  return { rule, law: { text: "given", latex: "\\text{given}" }, combine: "copy", terms: [] };
}
