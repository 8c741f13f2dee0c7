// Options of operations as tables: one entry an option says how it is read, what it is when absent, and its JSON Schema.
import { fail } from "../base/words/graph.ts";

export interface OptionKind<T> {
  /** Brings a given value to its settled form, or undefined where it is none. */
  read(value: unknown): T | undefined;
  readonly expected: string;
  readonly schema: object;
  /** The value when the option is absent; it may look at the options before it. No function: the option is required. */
  readonly absent?: (earlier: Readonly<Record<string, unknown>>) => T;
}

export type OptionTable<O> = { readonly [K in keyof O]-?: OptionKind<O[K]> };

export type Pair = readonly [number, number];
/** "valid", "same", or how many cells on each side: [[top, bottom], [left, right]]. */
export type Padding = "valid" | "same" | readonly [Pair, Pair];

/** Settles raw options; throws on unknown, missing and wrong ones. `where` names the layer. */
export function readOptions<O>(table: OptionTable<O>, raw: Readonly<Record<string, unknown>>, where: string): O {
  const known = Object.keys(table);
  const stranger = Object.keys(raw).find((name) => raw[name] !== undefined && !known.includes(name));
  if (stranger !== undefined) fail("option.unknown", { where, option: stranger, known });
  const settled: Record<string, unknown> = {};
  for (const option of known) {
    const { read, expected, absent } = table[option as keyof O] as OptionKind<unknown>;
    const given = raw[option];
    if (given === undefined) {
      settled[option] = absent ? absent(settled) : fail("option.missing", { where, option, expected });
      continue;
    }
    const value = read(given);
    settled[option] = value === undefined ? fail("option.value", { where, option, expected, received: given }) : value;
  }
  return settled as O;
}

const isCount = (value: unknown, least: number): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= least;

const isPair = (value: unknown, least: number): value is Pair =>
  Array.isArray(value) && value.length === 2 && value.every((n) => isCount(n, least));

const count = (least: number) => ({ type: "integer", minimum: least });
const two = (items: object) => ({ type: "array", items, minItems: 2, maxItems: 2 });

/** A whole number from 1 up. */
export function size(absent?: number): OptionKind<number> {
  return {
    read: (value) => (isCount(value, 1) ? value : undefined),
    expected: "a whole number from 1 up",
    schema: count(1),
    ...(absent !== undefined && { absent: () => absent }),
  };
}

/** [vertical, horizontal], each from 1 up; one number stands for both. */
export function pair(absent?: OptionKind<Pair>["absent"]): OptionKind<Pair> {
  return {
    read: (value) => (isCount(value, 1) ? [value, value] : isPair(value, 1) ? [value[0], value[1]] : undefined),
    expected: "a whole number from 1 up, or [vertical, horizontal]",
    schema: { anyOf: [count(1), two(count(1))] },
    ...(absent && { absent }),
  };
}

/** A finite number other than 0. */
export function divisor(absent: number): OptionKind<number> {
  return {
    read: (value) => (typeof value === "number" && Number.isFinite(value) && value !== 0 ? value : undefined),
    expected: "a finite number other than 0",
    schema: { type: "number", not: { const: 0 } },
    absent: () => absent,
  };
}

export function flag(absent: boolean): OptionKind<boolean> {
  return {
    read: (value) => (typeof value === "boolean" ? value : undefined),
    expected: "true or false",
    schema: { type: "boolean" },
    absent: () => absent,
  };
}

/** Padding; one number stands for all four sides. */
export function padding(): OptionKind<Padding> {
  return {
    read: readPadding,
    expected: '"valid", "same", a whole number from 0 up, or [[top, bottom], [left, right]]',
    schema: { anyOf: [{ enum: ["valid", "same"] }, count(0), two(two(count(0)))] },
    absent: () => "valid",
  };
}

function readPadding(value: unknown): Padding | undefined {
  if (value === "valid" || value === "same") return value;
  if (isCount(value, 0)) {
    const side: Pair = [value, value];
    return [side, side];
  }
  if (!Array.isArray(value) || value.length !== 2 || !value.every((side) => isPair(side, 0))) return undefined;
  const [[top, bottom], [left, right]] = value;
  return [
    [top, bottom],
    [left, right],
  ];
}
