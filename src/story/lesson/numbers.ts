// Numbers and sums as the lesson writes them, all read from accounts and stored tensors.
import { cellAt } from "../../base/shape.ts";
import type { Account } from "../../trace/account.ts";
import { formatNumber, isRounded } from "../../trace/notation.ts";
import { toldApart } from "../look/numbers.ts";
import type { Opened } from "../opened.ts";

export const n = formatNumber;

/** "= 9", or "≈ 0.2999" where more is stored than shown. */
export function equals(value: number, digits = 4): string {
  return `${isRounded(value, digits) ? "≈" : "="} ${formatNumber(value, digits)}`;
}

/** The same for numbers that are compared: with as many digits as tell them apart. */
export function compared(...values: readonly number[]): string[] {
  return toldApart(...values).map(
    (text, k) => `${Number(text.replaceAll("−", "-")) === values[k] ? "=" : "≈"} ${text}`,
  );
}

/** The right-hand side of an account's formula with numbers in it: "1·1 + 2·0 + 3·(−1) = −2". */
export function arithmetic({ formula }: Account): string {
  return formula.text.split(" = ").slice(2).join(" = ");
}

/** Every cell of a tensor by its address; `prefix` is put before the names. */
export function cells(opened: Opened, name: string, prefix = ""): Record<string, number> {
  const { shape, data } = opened.tensor(name);
  const named = (k: number) => `${prefix}${name}${shape.length > 0 ? `[${cellAt(shape, k).join(",")}]` : ""}`;
  return Object.fromEntries(Array.from(data, (value, k) => [named(k), value]));
}
