// listForward() and listBackward(): the live ways between two numbers one by one, the strongest first.
import { fail } from "../../base/words/story.ts";
import { parseAddress } from "../../trace/address.ts";
import type { Opened } from "../opened.ts";
import { backwardTo } from "./backward.ts";
import { gradientAt, limitOf, times } from "./start.ts";
import type { Hop, Way, WaysOptions } from "./ways.ts";

/** The live ways from a target back to a number, of which `backwardFrom` tells the strongest and the merged total: `grad:conv1.kernel[0,0,0,0]` from the
 * loss, `grad(logits[0]):input[2,2,0]` from a logit. At most `limit` (default 100), those with the largest products in magnitude, the largest first;
 * of equal ones the first in the order of the accounts' terms. Throws what `backwardFrom` throws. */
export function listBackward(opened: Opened, address: string, options: WaysOptions = {}): readonly Way[] {
  const limit = limitOf(options, "listBackward");
  const { cell, target } = gradientAt(opened, address);
  return backwardTo(opened, target).listed(cell, limit);
}

/** The live ways from a number forward to another that is computed from it, such as `input[2,2,0]` and `logits[0]`: the same ways as
 * `listBackward`'s, told from the other end. Parts are value × slope, as in `forwardFrom`. Throws `ways.forward` for an address with a scope, and what
 * `listBackward` throws. */
export function listForward(opened: Opened, from: string, to: string, options: WaysOptions = {}): readonly Way[] {
  if (parseAddress(from).scope.kind !== "value") fail("ways.forward", { address: from });
  return listBackward(opened, `grad(${to}):${from}`, options).map((way) => turned(opened, way));
}

/** A way told from its other end. */
function turned(opened: Opened, { from: end, to: start, hops: back }: Way): Way {
  const hops: Hop[] = [];
  let outgoing = opened.value(start);
  let product = 1;
  for (let k = back.length - 1; k >= 0; k--) {
    const { slope } = back[k];
    const address = k > 0 ? back[k - 1].address : end;
    const incoming = outgoing;
    outgoing = times(outgoing, slope);
    product = times(product, slope);
    hops.push({ address, incoming, slope, outgoing, value: opened.value(address) });
  }
  return { from: start, to: end, hops, product };
}
