// How the page learns that a worker has ended, also one that ends without a word: the worker holds a lock for as long as it lives, the page waits
// for the same lock, and the browser gives it to the page when the worker is gone. No clock takes part, so that a long question is never taken
// for an end. Locks need a secure context, as threads do; without one an end shows by the worker's error alone.

/** What a worker says once, before its first answer: the name of the lock that it holds. */
export interface Alive {
  readonly alive: string;
}

/** In a worker: takes its lock, which it holds until its end, and says so. What a worker does afterwards cannot end it unnoticed. */
export function holdLifeline(): Promise<void> {
  if (!("locks" in navigator)) return Promise.resolve();
  const alive = crypto.randomUUID();
  return new Promise((held) => {
    void navigator.locks.request(alive, () => {
      postMessage({ alive } satisfies Alive);
      held();
      return new Promise(() => undefined);
    });
  });
}

/** On the page: when the worker that said so is gone. */
export async function endOf({ alive }: Alive): Promise<void> {
  await navigator.locks.request(alive, () => undefined);
}
