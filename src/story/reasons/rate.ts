// The learning rate behind an update, read from the update's own account.
import type { Account } from "../../trace/account.ts";

/** η of a next: account; undefined where the layer is not trained. */
export function rateOf({ terms }: Account): number | undefined {
  return terms.flatMap(({ factors }) => factors).find(({ constant }) => constant === "learningRate")?.value;
}
