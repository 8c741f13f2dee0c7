// The network that step 10 trains while one waits: what its stage shows of it, as plain data.
import type { Account } from "cutaway";
import { type Trained, trainSmall } from "cutaway/story";

export interface SmallNetwork extends Omit<Trained, "opened"> {
  readonly probs: readonly number[];
  /** A few of its numbers, from a logit to a weight after its step. */
  readonly numbers: readonly {
    readonly address: string;
    readonly value: number;
    readonly terms: number;
    readonly live: number;
  }[];
  readonly loss: Account;
}

let kept: Promise<SmallNetwork> | undefined;

/** Trains once and keeps what came of it: the same bits every time. */
export function smallNetwork(): Promise<SmallNetwork> {
  kept ??= trained();
  kept.catch(() => {
    kept = undefined;
  });
  return kept;
}

async function trained(): Promise<SmallNetwork> {
  const { opened, ...rest } = await trainSmall(undefined);
  const { label } = rest;
  const addresses = [
    `logits[${label}]`,
    `probs[${label}]`,
    "loss",
    "grad:conv1.kernel[0,0,0,0]",
    "next:conv1.kernel[0,0,0,0]",
  ];
  const numbers = addresses.map((address) => {
    const { value, terms } = opened.at(address);
    return { address, value, terms: terms.length, live: terms.filter((term) => term.live).length };
  });
  return { ...rest, probs: [...opened.tensor("probs").data], numbers, loss: opened.at("loss") };
}
