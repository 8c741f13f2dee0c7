// One cause from one factor: what a zero constant of a term, or a leaf, stands for.
import type { Account } from "../../trace/account.ts";
import { formatAddress, parseAddress } from "../../trace/address.ts";
import type { Factor } from "../../trace/terms.ts";
import type { Opened } from "../opened.ts";
import type { Cause } from "./cause.ts";

/** A cause, and whether nothing can remove it. */
export interface Met {
  readonly met: Cause;
  readonly final: boolean;
}

/** The forward value at the place of a gradient. */
export function forwardOf(address: string): string {
  return formatAddress({ ...parseAddress(address), scope: { kind: "value" } });
}

/** A pixel or a parameter that is 0. */
export function operandOf({ address, op }: Account): Met {
  return { met: { kind: "operand", at: address, what: op === "input" ? "pixel" : "parameter" }, final: false };
}

/** The cause behind a constant factor that is 0: a slope, a lost window, or a constant of the formula. */
export function blockedBy(opened: Opened, account: Account, factors: readonly Factor[], zero: Factor): Met {
  const others = factors.filter((factor) => factor !== zero);
  const arriving = others.reduce((product, { value }) => product * value, 1);
  const at = account.address;
  if (zero.constant === "slope") {
    // Several readers of a number lose the choice; the gate of a gradient stands over that number itself.
    const preActivation = account.choice?.kind === "gate" ? account.choice.address : forwardOf(at);
    const value = opened.value(preActivation);
    return { met: { kind: "gate", at, preActivation, value, margin: Math.abs(value), arriving }, final: false };
  }
  if (zero.constant === "winner")
    return { met: lostWindow(opened, at, others[0].address as string, arriving), final: false };
  return { met: { kind: "constant", at, name: zero.constant ?? zero.symbol }, final: true };
}

function lostWindow(opened: Opened, at: string, gradient: string, arriving: number): Cause {
  const window = forwardOf(gradient);
  const cell = forwardOf(at);
  const winner = opened.at(window).choice?.address as string;
  const by = opened.value(winner) - opened.value(cell);
  return { kind: "window", at, window, cell, winner, by, tie: by === 0, arriving };
}
