// Answers for single pictures and lists of them on the fast engine, opened once and kept for the next question.

import type { Host } from "../base/host.ts";
import { type BackendFacts, backendFacts, openEngine } from "../graph/backend.ts";
import type { Engine } from "../graph/engine.ts";
import type { Network } from "../graph/network.ts";
import type { Numbers } from "../tensor/tensor.ts";
import type { ParameterMap } from "./parameters.ts";
import { createTrainer, numbersOf, type Pixels } from "./trainer.ts";

/** Pictures of a list that go through the network at a time. */
const listBatch = 32;

const known = new WeakMap<Network, Map<Host | undefined, Predictor>>();

/** The predictor of a network on a host, kept as long as the network: its models take turns. */
export function predictorOf(network: Network, host: Host | undefined): Predictor {
  const own = known.get(network) ?? new Map<Host | undefined, Predictor>();
  known.set(network, own);
  const found = own.get(host) ?? new Predictor(network, host);
  own.set(host, found);
  return found;
}

class Predictor {
  readonly #network: Network;
  readonly #host: Host | undefined;
  readonly #engines = new Map<number, Engine>();
  #facts: BackendFacts | undefined;
  /** Settles when nobody's question is being answered. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(network: Network, host: Host | undefined) {
    this.#network = network;
    this.#host = host;
  }

  /** Copies of the probabilities of each image, by parameters that may have changed since the last call. One thread: none has to be started
   * for an answer, and none is left behind. */
  probabilities(parameters: ParameterMap, images: readonly Pixels[]): Promise<Numbers[]> {
    const answer = this.#turn.then(() => this.#answer(parameters, images));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  async #answer(parameters: ParameterMap, images: readonly Pixels[]): Promise<Numbers[]> {
    const batch = images.length === 1 ? 1 : listBatch;
    const engine = await this.#engineFor(batch, parameters);
    const trainer = createTrainer(this.#network, parameters, engine);
    const found: Numbers[] = [];
    for (let start = 0; start < images.length; start += batch) {
      const probs = await trainer.probabilities(images.slice(start, start + batch));
      for (const numbers of probs) found.push(numbers.slice());
    }
    return found;
  }

  async #engineFor(batch: number, parameters: ParameterMap): Promise<Engine> {
    const numbers = numbersOf(parameters);
    const known = this.#engines.get(batch);
    if (known) {
      await takeOver(known, numbers);
      return known;
    }
    this.#facts ??= { ...(await backendFacts("auto", this.#host)), threads: 1 };
    const engine = await openEngine(this.#facts, this.#network, numbers, { batch, training: false, host: this.#host });
    this.#engines.set(batch, engine);
    return engine;
  }
}

/** Hands numbers that have changed to an engine with copies of its own. */
async function takeOver(engine: Engine, numbers: ReadonlyMap<string, Numbers>): Promise<void> {
  let changed = false;
  for (const [address, own] of engine.parameters) {
    const given = numbers.get(address) as Numbers;
    if (own === given || own.every((number, k) => Object.is(number, given[k]))) continue;
    own.set(given);
    changed = true;
  }
  if (changed) await engine.refresh();
}
