// Numbers of the way, looked up: what a cell holds, and what comes in and goes on at a hop, from the account of the cell where it arrives.
import type { Account } from "cutaway";
import type { SceneTensor } from "../../engine/scene.ts";
import { store } from "../../engine/store.svelte.ts";
import { offsetOf, splitAddress } from "../../widgets/numbers.ts";
import type { Term } from "../sum/stretches.ts";
import type { HopView } from "./way.ts";

/** The stored number of a cell. */
export function valueAt(tensor: SceneTensor, address: string): number | undefined {
  return tensor.data[offsetOf(tensor.shape, splitAddress(address).cell)];
}

/** The term of an account that reads the cell before. */
export function termFrom(account: Account, from: string): Term | undefined {
  return account.terms.find(({ factors }) => factors.some(({ address }) => address === from));
}

/** What flies: the number of the cell before, then what becomes of it in the sum where it arrives. */
export interface OnTheWay {
  readonly address: string;
  readonly incoming: number;
  readonly outgoing: number;
}

export function numberOf(hop: HopView): OnTheWay | undefined {
  const told = store.account(hop.stored);
  const incoming = storedAt(hop.from);
  if (told.state !== "told" || incoming === undefined) return undefined;
  const account = told.value;
  // A quotient's first term is the number above the line: what becomes of it is the cell's own value.
  const term = account.combine === "quotient" ? undefined : termFrom(account, hop.from);
  return { address: hop.from, incoming, outgoing: term?.value ?? account.value };
}

/** The stored number at an address of the scene, or of another target's gradients. */
export function storedAt(address: string): number | undefined {
  const tensor = tensorOf(splitAddress(address).name);
  return tensor && valueAt(tensor, address);
}

/** A tensor of the scene; those that it does not hold are asked for. */
export function tensorOf(name: string): SceneTensor | undefined {
  const own = store.tensor(name);
  if (own || !store.scene) return own;
  const told = store.tell("tensor", name);
  return told.state === "told" ? told.value : undefined;
}
