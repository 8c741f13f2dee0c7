// A hop as arithmetic: what comes in, times what, gives what, and of which sum that is a part. Every number is taken from the cell's account.
import type { Account } from "cutaway";
import { trace as words } from "../../messages/trace.en.ts";
import { short } from "../../widgets/numbers.ts";
import { termFrom } from "./values.ts";

/** Text, or a number with its place. */
export interface Piece {
  readonly text: string;
  readonly address?: string;
  readonly value?: number;
}

const number = (value: number, address?: string, first = true): Piece => {
  const text = value < 0 && !first ? `(${short(value)})` : short(value);
  return address === undefined ? { text, value } : { text, value, address };
};

/** "9 × 0.0625 = 0.5625"; where several terms are added, "of 2.0625" stands apart. */
export interface Arithmetic {
  readonly pieces: readonly Piece[];
  readonly whole: readonly Piece[];
}

/** More terms than this are not written behind one another. */
const most = 3;

export function arithmeticOf(account: Account, from: string): Arithmetic {
  const { combine, terms, value, address } = account;
  const result = number(value, address);
  const term = termFrom(account, from);
  if (combine === "max" && term) {
    const own = term.factors.find((factor) => factor.address === from);
    return {
      pieces: [number(own?.value ?? term.value, from), { text: ` ${words.largestOf(terms.length)}` }],
      whole: [],
    };
  }
  if (combine === "quotient" && terms.length === 2) {
    const [above, below] = terms.map(({ factors }) => factors[0]);
    if (above && below)
      return {
        pieces: [number(above.value, above.address), { text: " ÷ " }, number(below.value), { text: " = " }, result],
        whole: [],
      };
  }
  if (!term)
    return { pieces: terms.length <= most ? [...added(account), { text: " = " }, result] : [result], whole: [] };
  const incoming = term.factors.filter((factor) => factor.address === from);
  const others = term.factors.filter((factor) => factor.address !== from && factor.constant !== "1/N");
  const product = [...incoming, ...others].flatMap((factor, k): Piece[] => [
    ...(k > 0 ? [{ text: " × " }] : []),
    number(factor.value, factor.address, k === 0),
  ]);
  const alone = terms.length === 1;
  const gives = others.length > 0 ? [{ text: " = " }, alone ? result : number(term.value)] : [];
  const counts = words.of(terms.length, terms.filter(({ live }) => live).length);
  return {
    pieces: [...product, ...gives],
    whole: alone ? [] : [{ text: `${words.ofValue} ` }, result, { text: `, ${counts}` }],
  };
}

/** "0.2999 − 1": the terms of a short sum. */
function added({ terms }: Account): Piece[] {
  return terms.flatMap(({ value }, k): Piece[] => {
    if (k === 0) return [number(value)];
    return value < 0 ? [{ text: " − " }, { text: short(value).slice(1), value }] : [{ text: " + " }, number(value)];
  });
}
