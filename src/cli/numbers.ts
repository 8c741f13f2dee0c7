// Numbers and words given as options, checked as they are read.
import { fail } from "../base/words/cli.ts";

/** Reads a whole number `least`…`most`. */
export function whole(option: string, least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} up` : `${least}…${most}`;
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    return fail("cli.option", { option, expected: `a whole number ${range}`, received: text });
  };
}

/** Reads a finite number from 0 up, below `limit`. */
export function rate(option: string, limit = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isFinite(value) && value >= 0 && value < limit) return value;
    const expected =
      limit === Number.POSITIVE_INFINITY ? "a finite number from 0 up" : `a number from 0 up, below ${limit}`;
    return fail("cli.option", { option, expected, received: text });
  };
}

/** Reads one of a few words. */
export function oneOf<Word extends string>(option: string, ...words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((known) => known === text);
    return word ?? fail("cli.option", { option, expected: words.join(" | "), received: text });
  };
}

export const seedOption = whole("--seed", 0, 0xffffffff);
