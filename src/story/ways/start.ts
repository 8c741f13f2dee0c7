// Where ways begin and end: the addresses that forwardFrom() and backwardFrom() are asked for, found and checked.
import { offsetOf } from "../../base/shape.ts";
import { fail } from "../../base/words/story.ts";
import { canonical, placeOf } from "../../graph/places.ts";
import { type Address, formatAddress, parseAddress } from "../../trace/address.ts";
import type { Opened } from "../opened.ts";
import type { Cell, Ending } from "./slopes.ts";
import type { WaysOptions } from "./ways.ts";

/** Finds one cell. Throws what `Opened.value` throws: `address.unknown`, `address.cell`, `explain.cell`, `explain.label` and the like. */
export function cellOf(opened: Opened, address: Address): Cell {
  opened.value(formatAddress(address));
  const { node, role, shape } = placeOf(opened.network, address);
  const offset = offsetOf(shape, address.cell ?? []);
  return role === "out" ? { node, sample: address.sample ?? 0, offset } : { node, role, sample: 0, offset };
}

/** Where ways that are followed backward begin: the loss, or the cell in grad(…). */
export interface Target extends Ending {
  readonly address: string;
  readonly offset: number;
  /** What part of it each sample's cell is: 1/N where it is the mean loss of a batch, else 1. */
  readonly share: number;
}

/** The number and the target of a gradient's address; a plain address means the gradient of the loss. */
export function gradientAt(opened: Opened, text: string): { cell: Cell; target: Target } {
  const address = parseAddress(text);
  const { scope } = address;
  if (scope.kind === "next" || scope.kind === "state") fail("ways.backward", { address: text });
  const gradient: Address = { ...address, scope: scope.kind === "grad" ? scope : { kind: "grad" } };
  const cell = cellOf(opened, gradient);
  const of = gradient.scope.kind === "grad" ? gradient.scope.of : undefined;
  return { cell, target: of ? cellTarget(opened, of) : lossTarget(opened) };
}

function lossTarget({ network, samples }: Opened): Target {
  const all = Array.from({ length: samples }, (_, sample) => sample);
  const end = network.head?.loss as number;
  return { address: "loss", end, scope: { kind: "grad" }, offset: 0, samples: all, share: 1 / samples };
}

function cellTarget(opened: Opened, of: Address): Target {
  const { node, offset, sample } = cellOf(opened, of);
  const { sample: _, ...alone } = canonical(opened.network, of);
  const named: Address = { ...alone, ...(opened.samples > 1 && { sample }) };
  const scope = { kind: "grad", of: named } as const;
  return { address: formatAddress(named), end: node, scope, offset, samples: [sample], share: 1 };
}

/** The option's value, checked; throws `option.value`. */
export function limitOf({ limit = 100 }: WaysOptions, where: string): number {
  if (Number.isSafeInteger(limit) && limit >= 0) return limit;
  return fail("option.value", { where, option: "limit", expected: "a whole number from 0 up", received: limit });
}

/** Up to here every whole number is a double. */
export const isExact = (paths: number): boolean => paths <= Number.MAX_SAFE_INTEGER;

/** A product whose zero has no sign: what is stopped is 0, not −0. */
export const times = (a: number, b: number): number => a * b + 0;
