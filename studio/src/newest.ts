// One piece of work at a time, and after it the newest of what came meanwhile: what is older is passed over.

export class Newest<Given> {
  readonly #work: (given: Given) => Promise<void>;
  #next: { readonly given: Given } | undefined;
  #busy = false;

  /** `work` throws nothing. */
  constructor(work: (given: Given) => Promise<void>) {
    this.#work = work;
  }

  async put(given: Given): Promise<void> {
    this.#next = { given };
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#take(); next; next = this.#take()) await this.#work(next.given);
    this.#busy = false;
  }

  /** Lets go what waits. */
  drop(): void {
    this.#next = undefined;
  }

  #take(): { readonly given: Given } | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }
}
