// What a reader does to a plan: each change goes into the page's address and is said once the library has answered.

import { build as words } from "../../messages/build.en.ts";
import { navigation } from "../../navigation.svelte.ts";
import {
  type LayerOp,
  mostLayers,
  newLayer,
  type OptionField,
  type Plan,
  type PlanLayer,
  type Setting,
  withSetting,
  writePlan,
} from "../../plan.ts";

export class PlanEditor {
  /** What was done last and has not been said yet. */
  unsaid = "";
  readonly #plan: () => Plan | undefined;
  readonly #nameOf: (at: number) => string;

  constructor(plan: () => Plan | undefined, nameOf: (at: number) => string) {
    this.#plan = plan;
    this.#nameOf = nameOf;
  }

  start(plan: Plan): void {
    this.#put(plan, words.said.started, { place: -1 });
  }

  /** Where a layer would be added: behind the held one, else at the end. */
  get place(): number {
    const { length } = this.#nodes;
    const { place } = navigation.state;
    return place >= 0 && place < length ? place + 1 : length;
  }

  get full(): boolean {
    return this.#nodes.length >= mostLayers;
  }

  add(op: LayerOp): void {
    const at = this.place;
    const held = at < this.#nodes.length || navigation.state.place >= 0 ? at : -1;
    this.#nodesTo(this.#nodes.toSpliced(at, 0, newLayer(op)), words.said.added(words.titles[op], at + 1), {
      place: held,
    });
  }

  remove(at: number): void {
    const { place } = navigation.state;
    const held = place === at ? -1 : place > at ? place - 1 : place;
    this.#nodesTo(this.#nodes.toSpliced(at, 1), words.said.removed(this.#nameOf(at)), { place: held });
  }

  /** Swaps a layer with the one `by` places further on; what is held stays held. */
  move(at: number, by: 1 | -1): void {
    const nodes = this.#nodes;
    const layer = nodes[at];
    const to = at + by;
    if (!layer || to < 0 || to >= nodes.length) return;
    const { place } = navigation.state;
    const held = place === at ? to : place === to ? at : place;
    const moved = nodes.toSpliced(at, 1).toSpliced(to, 0, layer);
    this.#nodesTo(moved, words.said.moved(this.#nameOf(at), to + 1, nodes.length), { place: held });
  }

  set(at: number, field: OptionField, value: Setting): void {
    const layer = this.#nodes[at];
    if (!layer) return;
    const said = words.said.changed(this.#nameOf(at), field.name, String(value));
    this.#nodesTo(this.#nodes.with(at, withSetting(layer, field, value)), said);
  }

  resize(axis: number, size: number): void {
    const plan = this.#plan();
    if (!plan) return;
    const said = words.said.changed(words.input, words.sizes[axis] ?? "", String(size));
    this.#put({ ...plan, input: plan.input.with(axis, size) }, said);
  }

  /** Gives it pictures of a shape and as many classes as there are, where the last layer is dense. */
  fit(shape: readonly number[], classes: number): void {
    const plan = this.#plan();
    const last = plan?.nodes.at(-1);
    if (!plan || last?.op !== "dense") return;
    const nodes = plan.nodes.with(-1, { ...last, options: { ...last.options, units: classes } });
    this.#put({ input: shape, nodes }, words.said.started);
  }

  hold(at: number): void {
    navigation.go({ place: navigation.state.place === at ? -1 : at });
  }

  get #nodes(): readonly PlanLayer[] {
    return this.#plan()?.nodes ?? [];
  }

  #nodesTo(nodes: readonly PlanLayer[], said: string, fields: { readonly place?: number } = {}): void {
    const plan = this.#plan();
    if (plan) this.#put({ ...plan, nodes }, said, fields);
  }

  #put(plan: Plan, said: string, fields: { readonly place?: number } = {}): void {
    this.unsaid = said;
    navigation.go({ plan: writePlan(plan), ...fields });
  }
}
