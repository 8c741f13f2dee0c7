// What a wrong answer is computed from: the number's own account, and the numbers beside it. A wrong sum is arithmetic on these factors.
import { contains, type Shape } from "../../base/shape.ts";
import { canonical } from "../../graph/places.ts";
import type { Account } from "../../trace/account.ts";
import { type Address, formatAddress, parseAddress } from "../../trace/address.ts";
import { type Factor, padding, type Term } from "../../trace/terms.ts";
import type { Opened } from "../opened.ts";
import type { MisreadingCause } from "./misreadings-text.ts";

/** A wrong answer that may turn out to be the right one, or none: then it is left out. */
export type Candidate = readonly [cause: MisreadingCause, value: number | undefined];

/** The wrong answers to a number that follows one rule, the most frequent first. */
export type Guessing = (sight: Sight) => readonly Candidate[];

export interface Sight {
  readonly opened: Opened;
  readonly account: Account;
  readonly address: Address;
  readonly cell: readonly number[];
}

export function sightAt(opened: Opened, text: string): Sight {
  const account = opened.at(text);
  const address = parseAddress(account.address);
  return { opened, account, address, cell: address.cell ?? [] };
}

/** Σ of what each term is taken for. */
export function sum(terms: readonly Term[], taken: (term: Term) => number): number {
  return terms.reduce((total, term) => total + taken(term), 0);
}

/** A factor of a term; 1 where there are fewer. */
export function factor({ factors }: Term, k: number): number {
  return factors[k]?.value ?? 1;
}

/** Terms that are not padding. */
export function inside(terms: readonly Term[]): readonly Term[] {
  return terms.filter(({ factors }) => factors.every(({ constant }) => constant !== padding));
}

/** The first term that is not 0, where others are added to it. */
export function firstLive(terms: readonly Term[]): number | undefined {
  const live = terms.filter(({ value }) => value !== 0);
  return live.length > 1 ? live[0].value : undefined;
}

/** The address that a factor was read from. */
export function addressOf(read: Factor | undefined): Address | undefined {
  return read?.address === undefined ? undefined : parseAddress(read.address);
}

/** The shape of the tensor that an address lies in. */
export function shapeAround(opened: Opened, { cell: _, ...whole }: Address): Shape {
  return opened.tensor(formatAddress(whole)).shape;
}

/** The number in another cell of the same tensor; undefined where there is no such cell. */
export function beside(opened: Opened, address: Address, cell: readonly number[]): number | undefined {
  if (!contains(shapeAround(opened, address), cell)) return undefined;
  return opened.value(formatAddress({ ...address, cell }));
}

/** The same cell with row and column exchanged, in a map or a picture. */
export function exchanged({ opened, address, cell }: Sight): number | undefined {
  const [row, column, ...rest] = cell;
  return cell.length === 3 ? beside(opened, address, [column, row, ...rest]) : undefined;
}

/** The forward number that a gradient is about. */
export function forwardOf(address: Address): Address {
  return { ...address, scope: { kind: "value" } };
}

/** The node that an address lies in, and the canonical names of what it reads. */
export function nodeOf({ network }: Opened, { node, role }: Address) {
  const { nodes, head, last } = network;
  const position =
    { logits: last, probs: head?.probs, loss: head?.loss }[node] ?? nodes.findIndex(({ name }) => name === node);
  const { inputs, site } = nodes[position];
  const sources = inputs.map((source) => {
    const written = source < 0 ? "input" : `${nodes[source].name}.${role}`;
    return formatAddress(canonical(network, parseAddress(written)));
  });
  return { site, sources };
}
