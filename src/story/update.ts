// The update of an opened network: the optimiser's own step over the stored gradients, what it keeps afterwards, and the terms of both.
import { offsetOf } from "../base/shape.ts";
import { fail } from "../base/words/story.ts";
import type { Network } from "../graph/network.ts";
import type { Place } from "../graph/places.ts";
import type { Optimizer, UpdateCell, UpdateTerms } from "../nn/optimizer.ts";
import type { ParameterMap } from "../nn/parameters.ts";
import type { Numbers, Tensor } from "../tensor/tensor.ts";
import { type Address, formatAddress, type Scope } from "../trace/address.ts";
import { type CellFactor, constant, type Derivation, type Factor } from "../trace/terms.ts";
import { sgd } from "../train/sgd.ts";

/** What an optimiser kept of each parameter before the step, by the parameter's address and the slot's name: row-major numbers, as many as
 * the parameter has. `{ "conv1.kernel": { velocity: [...] } }`; whatever is left out is 0, as before a first step. */
export type OptimizerState = Readonly<Record<string, Readonly<Record<string, ArrayLike<number>>>>>;

export interface UpdateOptions {
  /** η of plain gradient descent, for short: a finite number from 0 up; default 0.001. Not beside `optimizer`, which has its own. */
  readonly learningRate?: number | undefined;
  /** Whose step `next:` and `state.…:` are about; default `sgd({ learningRate })`. */
  readonly optimizer?: Optimizer | undefined;
  /** What the optimiser kept before the step; default zeros. */
  readonly state?: OptimizerState | undefined;
  /** Where in a run the step stands, for a learning rate that is a function of it; default step 0 of 1. */
  readonly step?: number | undefined;
  readonly totalSteps?: number | undefined;
}

/** A step that is ready to be taken: η known, the way to its terms loaded. */
export interface Stepping {
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  readonly state: OptimizerState;
  readonly explain: ((cell: UpdateCell) => UpdateTerms) | undefined;
}

/** Checks the options of an update. Throws `option.value` on a rate that is negative, not finite or given twice, and on a state that does
 * not fit the network's parameters or the optimiser's slots. */
export async function steppingOf(parameters: ParameterMap, options: UpdateOptions): Promise<Stepping> {
  const { learningRate: short, state = {}, step = 0, totalSteps = 1 } = options;
  if (short !== undefined && options.optimizer !== undefined) {
    refuse("learningRate", "nothing beside optimizer, which has a learning rate of its own", short);
  }
  if (short !== undefined) checkRate(short);
  const optimizer = options.optimizer ?? sgd({ learningRate: short ?? 0.001 });
  const rate = optimizer.learningRate;
  const learningRate = typeof rate === "function" ? rate(step, totalSteps) : rate;
  checkRate(learningRate);
  checkState(parameters, optimizer, state);
  return { optimizer, learningRate, state, explain: await optimizer.explain?.() };
}

function refuse(option: string, expected: string, received: unknown): never {
  return fail("option.value", { where: "explain", option, expected, received });
}

function checkRate(rate: number): void {
  if (!Number.isFinite(rate) || rate < 0) refuse("learningRate", "a finite number from 0 up", rate);
}

function checkState(parameters: ParameterMap, { name, slots }: Optimizer, state: OptimizerState): void {
  for (const [address, kept] of Object.entries(state)) {
    const known = `parameters of the model: ${[...parameters.keys()].join(", ")}`;
    const { data } = parameters.get(address) ?? refuse("state", known, address);
    for (const [slot, numbers] of Object.entries(kept)) {
      const option = `state of ${address}`;
      if (!slots.includes(slot)) refuse(option, slots.join(", ") || `nothing, for ${name} keeps nothing here`, slot);
      const expected = `${data.length} numbers of ${slot}`;
      if (numbers.length !== data.length) refuse(option, expected, `${numbers.length} numbers`);
      const bad = Array.from(numbers).find((number) => !Number.isFinite(number));
      if (bad !== undefined) refuse(option, `finite numbers of ${slot}`, String(bad));
    }
  }
}

/** Of one parameter: its new numbers, and by slot what was kept before and after. */
interface Moved {
  readonly next: Numbers;
  readonly before: readonly Numbers[];
  readonly after: readonly Numbers[];
}

/** The step over the parameters of a network, one parameter at a time, when it is asked for. */
export class Update {
  readonly #stepping: Stepping;
  readonly #network: Network;
  readonly #parameters: ParameterMap;
  readonly #gradients: ReadonlyMap<string, Numbers>;
  readonly #moved = new Map<string, Moved>();

  constructor(
    { network, parameters }: { readonly network: Network; readonly parameters: ParameterMap },
    gradients: ReadonlyMap<string, Numbers>,
    stepping: Stepping,
  ) {
    this.#network = network;
    this.#parameters = parameters;
    this.#gradients = gradients;
    this.#stepping = stepping;
  }

  /** The numbers of a parameter after the step. */
  next(name: string): Numbers {
    return this.#move(name).next;
  }

  /** Throws `explain.state` where the optimiser keeps nothing of that name. */
  checkSlot(address: string, slot: string): void {
    const { name, slots } = this.#stepping.optimizer;
    if (!slots.includes(slot)) fail("explain.state", { address, optimizer: name, slots });
  }

  /** What the optimiser keeps of a parameter after the step, in one of its slots. */
  kept(name: string, slot: string): Numbers {
    return this.#move(name).after[this.#stepping.optimizer.slots.indexOf(slot)];
  }

  /** The terms of a cell after the step, `next:` or `state.…:`; throws `explain.update` where the optimiser does not tell them. */
  derive(address: Address, place: Place, cell: readonly number[]): Derivation {
    const { optimizer, learningRate, explain } = this.#stepping;
    const { scope } = address;
    const k = offsetOf(place.shape, cell);
    const { before, after } = this.#move(place.name);
    const factor = (symbol: string, of: Scope, { [k]: value }: Numbers): CellFactor => {
      return { symbol, address: formatAddress({ ...address, scope: of }), value };
    };
    const which = scope.kind === "state" ? optimizer.slots.indexOf(scope.name) : -1;
    const w = factor("w", { kind: "value" }, this.#own(place.name));
    if (!this.#isTrainable(place.name)) {
      const slot = optimizer.slots[which];
      return unmoved(place.role, slot === undefined ? w : constant(slot, `${slot} before`, before[which][k]));
    }
    if (!explain) return fail("explain.update", { address: formatAddress(address), optimizer: optimizer.name });
    const { next, state } = explain({
      w,
      gradient: factor("∂L/∂w", { kind: "grad" }, this.#gradients.get(place.name) as Numbers),
      before: before.map((numbers) => numbers[k]),
      after: after.map((numbers, slot) => {
        const name = optimizer.slots[slot];
        return factor(name, { kind: "state", name }, numbers);
      }),
      learningRate,
    });
    return which < 0 ? next : state[which];
  }

  #own(name: string): Numbers {
    return (this.#parameters.get(name) as Tensor).data;
  }

  #move(name: string): Moved {
    const known = this.#moved.get(name);
    if (known) return known;
    const { optimizer, learningRate, state } = this.#stepping;
    const next = this.#own(name).slice();
    const before = optimizer.slots.map((slot) => {
      const numbers = next.slice().fill(0);
      numbers.set(state[name]?.[slot] ?? []);
      return numbers;
    });
    const after = before.map((numbers) => numbers.slice());
    if (this.#isTrainable(name)) {
      optimizer.update(next, this.#gradients.get(name) as Numbers, after, learningRate);
    }
    const moved = { next, before, after };
    this.#moved.set(name, moved);
    return moved;
  }

  #isTrainable(name: string): boolean {
    return this.#network.nodes.some((node) => node.trainable && name.startsWith(`${node.name}.`));
  }
}

/** Of a layer that is not trained. */
function unmoved(role: string, stays: Factor): Derivation {
  return {
    rule: `parameter.${role}`,
    law: { text: "given", latex: "\\text{given}" },
    combine: "sum",
    terms: [[stays]],
    notes: ["The layer is not trained: its parameters stay as they are."],
  };
}
