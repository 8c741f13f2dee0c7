// The one error of the library: data first (code, where, expected, received, hint), words second.
import { type Code, type Facts, type Problem, words } from "./words/index.ts";

/** Thrown for everything a user can mend. `message` is one line made of the other fields. */
export class CutawayError extends Error {
  override readonly name = "CutawayError";
  /** Stable identifier such as `"idx.truncated"`; tests and callers compare this, never the words. */
  readonly code: Code;
  /** What the error is about: a file, a layer, an option, an address. */
  readonly where: string;
  readonly expected: string;
  readonly received: string;
  /** How to mend it. */
  readonly hint: string;

  constructor(code: Code, problem: Problem, options?: { cause?: unknown }) {
    const { where, expected, received, hint } = problem;
    super(`${where}: expected ${expected}, got ${received}. ${hint}`.replace(/\s*\n\s*/g, " "), options);
    this.code = code;
    this.where = where;
    this.expected = expected;
    this.received = received;
    this.hint = hint;
  }
}

/** Throws the `CutawayError` that `code` names, its words made from `facts`; `cause` is kept for debugging. */
export function fail<C extends Code>(code: C, facts: Facts<C>, cause?: unknown): never {
  const problem = (words[code] as (facts: Facts<C>) => Problem)(facts);
  throw new CutawayError(code, problem, cause === undefined ? undefined : { cause });
}
