// The page's one state, held in its address: going somewhere pushes an entry, sliding along time replaces it.
import { readState, type State, writeState } from "./state.ts";

class Navigation {
  state: State = $state.raw(readState(location.pathname, location.search).state);
  /** Parts of the address that could not be used. */
  ignored: readonly string[] = $state.raw(readState(location.pathname, location.search).ignored);

  constructor() {
    addEventListener("popstate", () => {
      const read = readState(location.pathname, location.search);
      this.state = read.state;
      this.ignored = read.ignored;
    });
  }

  /** Changes fields; `replace` where going back should not stop at every value, as on a slider. */
  go(fields: Partial<State>, { replace = false }: { readonly replace?: boolean } = {}): void {
    this.state = { ...this.state, ...fields };
    // What the page itself fills in takes nothing back that a reader has yet to see.
    if (!replace) this.ignored = [];
    const address = writeState(this.state);
    if (replace) history.replaceState(null, "", address);
    else if (address !== location.pathname + location.search) history.pushState(null, "", address);
  }

  /** Where a change of fields would lead, for links. */
  href(fields: Partial<State>): string {
    return writeState({ ...this.state, ...fields });
  }
}

export const navigation = new Navigation();
