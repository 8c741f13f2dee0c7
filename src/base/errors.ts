// The one error of the library: data first (code, where, expected, received, hint), words second. The words of each room stand in words/.

/** What an error says, in parts. */
export interface Problem {
  readonly where: string;
  readonly expected: string;
  readonly received: string;
  /** How to mend it. */
  readonly hint: string;
}

/** Thrown for everything a user can mend. `message` is one line made of the other fields. */
export class CutawayError extends Error {
  override readonly name = "CutawayError";
  /** Stable identifier such as `"idx.truncated"`; tests and callers compare this, never the words. */
  readonly code: string;
  /** What the error is about: a file, a layer, an option, an address. */
  readonly where: string;
  readonly expected: string;
  readonly received: string;
  readonly hint: string;

  constructor(code: string, problem: Problem, options?: { cause?: unknown }) {
    const { where, expected, received, hint } = problem;
    super(`${where}: expected ${expected}, got ${received}. ${hint}`.replace(/\s*\n\s*/g, " "), options);
    this.code = code;
    this.where = where;
    this.expected = expected;
    this.received = received;
    this.hint = hint;
  }
}

/** The words of a room: by code, how facts become a problem. */
export type Words = Readonly<Record<string, (facts: never) => Problem>>;

/** Throws the `CutawayError` that `code` names, its words made from `facts`; `cause` is kept for debugging. */
export type Fail<W extends Words> = <C extends keyof W & string>(
  code: C,
  facts: Parameters<W[C]>[0],
  cause?: unknown,
) => never;

/** The `fail` of a room. Each room has its own, so that a bundle carries the sentences it can say and no others. */
export function failing<W extends Words>(words: W): Fail<W> {
  return (code, facts, cause) => {
    throw new CutawayError(code, words[code](facts as never), cause === undefined ? undefined : { cause });
  };
}
