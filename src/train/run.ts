// A run under way: its events can be read one by one, its result awaited, and it finishes also when nobody does either.

/** Reads as `for await (const event of run)` and as `await run`. */
export class Run<Event, Result> implements AsyncIterable<Event>, PromiseLike<Result> {
  readonly #result: Promise<Result>;
  readonly #readers = new Set<Reader<Event>>();
  #stopped = false;
  #awaited = false;

  /** Starts `work` once the caller has had its turn, so that a reader attached at once misses nothing. */
  constructor(work: (emit: (event: Event) => void, stopped: () => boolean) => Promise<Result>) {
    const emit = (event: Event) => {
      for (const reader of this.#readers) reader.push(event);
    };
    this.#result = Promise.resolve().then(() => work(emit, () => this.#stopped));
  }

  /** Ends the run after the step under way; the result says `stopped`. */
  stop(): void {
    this.#stopped = true;
  }

  // biome-ignore lint/suspicious/noThenProperty: a run is awaited like a promise, by design
  then<A = Result, B = never>(
    fulfilled?: ((result: Result) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#awaited = true;
    return this.#result.then(fulfilled, rejected);
  }

  /** Events from now on; leaving the loop does not end the run. A run that fails throws here, too; where every loop was
   * left and nobody awaits the run, its failure is an unhandled rejection, as that of any promise. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void> {
    const reader = new Reader<Event>();
    this.#readers.add(reader);
    this.#result.then(
      () => reader.push(undefined),
      (error) => {
        reader.push(undefined);
        if (this.#readers.size === 0 && !this.#awaited) throw error;
      },
    );
    try {
      for (let event = await reader.next(); event !== undefined; event = await reader.next()) yield event;
      await this.#result;
    } finally {
      this.#readers.delete(reader);
    }
  }
}

/** Events that wait for their reader; undefined is the end. */
class Reader<Event> {
  readonly #waiting: (Event | undefined)[] = [];
  #wake: ((event: Event | undefined) => void) | undefined;

  push(event: Event | undefined): void {
    if (this.#wake === undefined) this.#waiting.push(event);
    else {
      this.#wake(event);
      this.#wake = undefined;
    }
  }

  async next(): Promise<Event | undefined> {
    if (this.#waiting.length > 0) return this.#waiting.shift();
    return new Promise((wake) => {
      this.#wake = wake;
    });
  }
}
