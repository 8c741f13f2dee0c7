// Accounts: what a number is made of. An operation derives the terms; `settle` adds them up and holds them against the stored value.
import { log } from "../base/math.ts";
import type { Dtype } from "../tensor/tensor.ts";
import { writeFormula } from "./formula.ts";
import { type Choice, type Combine, type Derivation, type Formula, padding, type Term } from "./terms.ts";

export interface Account {
  readonly address: string;
  readonly op: string;
  /** Which formula, such as "conv2d.kernelGradient". */
  readonly rule: string;
  readonly combine: Combine;
  readonly terms: readonly Term[];
  /** What the terms give, in the stated order. */
  readonly total: number;
  /** What the engine stored. */
  readonly value: number;
  readonly dtype: Dtype;
  /** value − total. */
  readonly residual: number;
  /** |residual| in float32 spacings at the value. */
  readonly ulps: number;
  /** What rounding allows; 0 where a float64 engine stored the number. */
  readonly bound: number;
  readonly choice?: Choice;
  readonly formula: Formula;
  readonly notes: readonly string[];
}

/** Adds up a derivation and compares the result with the number that the engine stored; `slack` is what rounding allows where the engine did
 * not add term by term. */
export function settle(
  place: { readonly address: string; readonly op: string },
  derivation: Derivation,
  stored: { readonly value: number; readonly dtype: Dtype; readonly slack?: number },
): Account {
  const { rule, combine, choice, notes = [] } = derivation;
  const terms = runningTerms(derivation);
  const total = combine === "copy" ? stored.value : totalOf(combine, terms);
  const { value, dtype } = stored;
  const residual = value === total ? 0 : value - total;
  return {
    ...place,
    rule,
    combine,
    terms,
    total,
    value,
    dtype,
    residual,
    ulps: residual === 0 ? 0 : Math.abs(residual) / float32Spacing(value),
    bound: dtype === "f64" ? 0 : Math.max(stored.slack ?? 0, roundingBound(combine, terms, value)),
    ...(choice && { choice }),
    formula: writeFormula(place.address, derivation.law, combine, terms, value),
    notes,
  };
}

/** What an account's terms give, added up anew from their factors in the stated order: nothing the account says of itself is taken over. A
 * copy has no terms and gives 0. */
export function totalAgain({ combine, terms }: Pick<Account, "combine" | "terms">): number {
  return totalOf(combine, runningTerms({ combine, terms: terms.map(({ factors }) => factors) }));
}

function runningTerms({ combine, terms }: Pick<Derivation, "combine" | "terms">): Term[] {
  let running = combine === "max" ? Number.NEGATIVE_INFINITY : 0;
  return terms.map((factors, index) => {
    const value = factors.reduce((product, factor) => product * factor.value, 1);
    const first = index === 0 && (combine === "quotient" || combine === "log");
    if (combine === "max") running = value > running || Number.isNaN(value) ? value : running;
    else if (!first) running += value;
    const live = factors.every((factor) => factor.value !== 0 && factor.constant !== padding);
    return { factors, value, running: first ? value : running, live };
  });
}

function totalOf(combine: Combine, terms: readonly Term[]): number {
  const last = terms[terms.length - 1];
  if (combine === "quotient") return terms[0].value / last.running;
  if (combine === "log") return log(last.running) - terms[0].value;
  return last === undefined ? 0 : last.running;
}

/** max(4, n) · 2⁻²⁴ · Σ|terms| for direct float32 kernels; quotient and log add 2⁻²² · max(1, |value|). */
function roundingBound(combine: Combine, terms: readonly Term[], value: number): number {
  const weight = combine === "max" ? Math.abs(value) : terms.reduce((sum, term) => sum + Math.abs(term.value), 0);
  const extra = combine === "quotient" || combine === "log" ? Math.max(1, Math.abs(value)) / 4194304 : 0;
  return (Math.max(4, terms.length) * weight) / 16777216 + extra;
}

/** The distance from |x| to the next float32 above it. */
export function float32Spacing(x: number): number {
  const size = Math.abs(Math.fround(x));
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, size);
  bits.setUint32(0, bits.getUint32(0) + 1);
  return bits.getFloat32(0) - size;
}
