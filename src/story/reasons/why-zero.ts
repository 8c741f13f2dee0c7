// Why a number is 0: its terms are followed, zero factor by zero factor, to the gates, windows and operands that stand in the way.
import { fail } from "../../base/words/story.ts";
import type { Account } from "../../trace/account.ts";
import { type Factor, padding, type Term } from "../../trace/terms.ts";
import type { Opened } from "../opened.ts";
import type { Cause } from "./cause.ts";
import { isSaturation, saturationOf } from "./saturation.ts";
import { blockedBy, type Met, operandOf } from "./single.ts";

export interface ZeroReasons {
  /** In its canonical spelling. */
  readonly address: string;
  readonly rule: string;
  /** How many terms the number has, all of them 0 or cancelling. */
  readonly terms: number;
  /** Every cause, on all ways from the number to the loss or to the image, nearest first. */
  readonly causes: readonly Cause[];
  /** Those that have to go, all of them, before something gets through: of the term that needs the fewest. Empty where nothing ever can
   * (padding, numbers that nobody reads). */
  readonly enough: readonly Cause[];
  /** How many numbers were opened. */
  readonly opened: number;
  /** False where `limit` ended the search: there may be more causes, and fewer may be enough. */
  readonly complete: boolean;
}

export interface ZeroOptions {
  /** How many numbers are opened at most, from 1 up; default 5000. */
  readonly limit?: number;
}

/** Why an activation or a gradient is 0: the causes that really block it, found by following its account's terms. A term is blocked by each of
 * its zero factors; a factor that is itself a computed 0 is followed in turn, so that a gradient behind two closed gates names both.
 * Throws `why.notZero` with its value where the number is not 0, and what `Opened.at` throws for addresses that do not exist. */
export function whyZero(opened: Opened, address: string, { limit = 5000 }: ZeroOptions = {}): ZeroReasons {
  if (!(Number.isSafeInteger(limit) && limit >= 1)) {
    const expected = "a whole number from 1 up";
    fail("option.value", { where: "whyZero", option: "limit", expected, received: limit });
  }
  const account = opened.at(address);
  if (account.value !== 0) fail("why.notZero", { address: account.address, value: account.value });
  const search = new Search(opened, limit);
  const enough = search.follow(account.address, account) ?? [];
  const { causes, count, complete } = search;
  const { rule, terms } = account;
  return { address: account.address, rule, terms: terms.length, causes, enough, opened: count, complete };
}

/** The fewest causes whose removal is enough; undefined where none is. */
type Enough = readonly Cause[] | undefined;

class Search {
  readonly causes: Cause[] = [];
  readonly #opened: Opened;
  readonly #limit: number;
  readonly #known = new Map<string, Enough>();
  count = 0;
  complete = true;

  constructor(opened: Opened, limit: number) {
    this.#opened = opened;
    this.#limit = limit;
  }

  /** Finds the causes of one zero, once. */
  follow(address: string, given?: Account): Enough {
    if (this.#known.has(address)) return this.#known.get(address);
    if (this.count >= this.#limit) {
      this.complete = false;
      return undefined;
    }
    this.count++;
    const enough = this.#causesOf(given ?? this.#opened.at(address));
    this.#known.set(address, enough);
    return enough;
  }

  #causesOf(account: Account): Enough {
    const { combine, terms, address, rule } = account;
    if (combine === "copy") return this.#meet(operandOf(account));
    if (isSaturation(rule)) return this.#meet(saturationOf(this.#opened, account));
    if (combine === "max")
      return this.#fewest(terms.filter(({ value }) => value === 0).map((term) => this.#blocks(account, term)));
    const counted = combine === "quotient" ? terms.slice(0, 1) : terms;
    if (counted.length === 0 || rule === "seed") return this.#meet(apart(account));
    const alive = counted.filter(({ factors }) => factors.every(({ value }) => value !== 0));
    if (alive.length > 0) return this.#meet(notZeroApart(address, alive));
    this.#padded(address, counted);
    return this.#fewest(counted.map((term) => this.#blocks(account, term)));
  }

  /** What blocks one term: all of its zero factors have to go. */
  #blocks(account: Account, { factors }: Term): Enough {
    if (factors.some(({ constant }) => constant === padding)) return undefined;
    const zeros = factors.filter(({ value }) => value === 0);
    // The nearest first: the gate or window of the term itself, then what blocks the numbers that it multiplies.
    const parts = [...zeros.filter(isConstant), ...zeros.filter((factor) => !isConstant(factor))].map((factor) =>
      factor.address === undefined
        ? this.#meet(blockedBy(this.#opened, account, factors, factor))
        : this.follow(factor.address),
    );
    const own = account.combine === "gate" && account.rule.endsWith(".output");
    // A pre-activation of exactly 0 has causes of its own, but opening the gate is enough.
    if (own) return parts[0];
    const all = new Set<Cause>();
    for (const part of parts) {
      if (part === undefined) return undefined;
      for (const cause of part) all.add(cause);
    }
    return [...all];
  }

  #meet({ met, final }: Met): Enough {
    this.causes.push(met);
    return final ? undefined : [met];
  }

  #padded(at: string, terms: readonly Term[]): void {
    const count = terms.filter(({ factors }) => factors.some(({ constant }) => constant === padding)).length;
    if (count > 0) this.causes.push({ kind: "padding", at, terms: count });
  }

  /** Any one term that gets through is enough: the one that needs least. */
  #fewest(parts: readonly Enough[]): Enough {
    return parts.reduce((best, part) => (part && (!best || part.length < best.length) ? part : best), undefined);
  }
}

const isConstant = ({ address }: Factor) => address === undefined;

/** A number that the target does not see. */
function apart({ address, rule, notes }: Account): Met {
  const seed = "The target is another cell of the same tensor.";
  const note = rule === "seed" ? seed : rule === "none" ? notes[0] : "No window reads this number.";
  return { met: { kind: "apart", at: address, note }, final: true };
}

/** Terms that are there and yet give 0 together. */
function notZeroApart(at: string, alive: readonly Term[]): Met {
  const weight = alive.reduce((sum, { value }) => sum + Math.abs(value), 0);
  if (weight === 0) return { met: { kind: "underflow", at }, final: false };
  return { met: { kind: "cancel", at, terms: alive.length, weight }, final: false };
}
