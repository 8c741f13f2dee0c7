// The page's one state, held in its address: going somewhere pushes an entry, sliding along time replaces it. Each field is a signal of its own, so
// that whoever reads one is told of no other.
import { untrack } from "svelte";
import { readState, type State, writeState } from "./state.ts";

class Field {
  value: unknown = $state.raw(undefined);
}

/** Fields that are objects are the same where they say the same. */
function same(one: unknown, other: unknown): boolean {
  return Object.is(one, other) || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));
}

const none: readonly string[] = [];

class Navigation {
  /** Always the newest: its fields are read where they are needed, and a copy of it is told of every change. */
  readonly state: State;
  /** Parts of the address that could not be used. */
  ignored: readonly string[] = $state.raw(none);
  readonly #fields = new Map<string, Field>();

  constructor() {
    const { state, ignored } = readState(location.pathname, location.search);
    this.ignored = ignored;
    this.state = {} as State;
    for (const name of Object.keys(state)) {
      const field = new Field();
      this.#fields.set(name, field);
      Object.defineProperty(this.state, name, { enumerable: true, get: () => field.value });
    }
    this.#put(state);
    addEventListener("popstate", () => {
      const read = readState(location.pathname, location.search);
      this.#put(read.state);
      this.ignored = read.ignored;
    });
  }

  #put(fields: Partial<State>): void {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.#fields.get(name);
      if (field && !untrack(() => same(field.value, value))) field.value = value;
    }
  }

  /** Changes fields; `replace` where going back should not stop at every value, as on a slider. */
  go(fields: Partial<State>, { replace = false }: { readonly replace?: boolean } = {}): void {
    this.#put(fields);
    // What the page itself fills in takes nothing back that a reader has yet to see.
    if (!replace) this.ignored = none;
    const address = untrack(() => writeState(this.state));
    if (replace) history.replaceState(null, "", address);
    else if (address !== location.pathname + location.search) history.pushState(null, "", address);
  }

  /** Where a change of fields would lead, for links. */
  href(fields: Partial<State>): string {
    return writeState({ ...this.state, ...fields });
  }
}

export const navigation = new Navigation();
