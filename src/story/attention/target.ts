// What a map is about, and which layer it looks at: addresses and names as callers give them, found and checked.
import { offsetOf } from "../../base/shape.ts";
import { fail } from "../../base/words/story.ts";
import { INPUT, type Network } from "../../graph/network.ts";
import { canonical, placeAt, placeOf } from "../../graph/places.ts";
import { largest } from "../../nn/trainer.ts";
import type { Numbers } from "../../tensor/tensor.ts";
import { formatAddress, parseAddress } from "../../trace/address.ts";

export interface Target {
  /** Canonical: "logits[3]", of a batch "logits[3]@1". */
  readonly address: string;
  readonly node: number;
  readonly offset: number;
  /** "" where there is one picture, else "@1". */
  readonly sample: string;
}

/** Finds the target; `samples` pictures are opened. Throws `attention.target` for what is no cell of a forward value, and what addresses
 * that do not exist throw. */
export function targetOf(network: Network, text: string, samples = 1): Target {
  const parsed = parseAddress(text);
  const { node, role, shape } = placeOf(network, parsed);
  const forward = parsed.scope.kind === "value" && role === "out" && node !== INPUT && node !== network.head?.loss;
  if (!forward || parsed.cell === undefined) fail("attention.target", { target: text });
  const { sample = samples === 1 ? 0 : undefined, ...alone } = canonical(network, parsed);
  if (sample === undefined || sample >= samples) fail("attention.target", { target: text });
  const named = samples === 1 ? alone : { ...alone, sample };
  const suffix = samples === 1 ? "" : `@${sample}`;
  return { address: formatAddress(named), node, offset: offsetOf(shape, parsed.cell), sample: suffix };
}

/** The logit of the guess: the largest, the first of equal ones. `outputs` gives the last layer's numbers. */
export function guess({ head }: Network, outputs: () => Numbers): string {
  if (!head) fail("attention.target", { target: undefined });
  return `logits[${largest(outputs())}]`;
}

/** The position of a layer that is called "relu1", "relu1.out" or "logits", among those that `fits`; throws `attention.layer`. */
export function layerOf(network: Network, layer: string, what: string, fits: (node: number) => boolean): number {
  const names = (node: number) => {
    const own = network.nodes[node].name;
    return [own, `${own}.out`, placeAt(network, node, "out")?.name];
  };
  const found = [...network.nodes.keys()].filter(fits);
  const node = found.find((position) => names(position).includes(layer));
  return node ?? fail("attention.layer", { layer, what, known: found.map((position) => network.nodes[position].name) });
}

/** The nodes that a node's numbers come from. */
export function ancestorsOf({ nodes }: Network, node: number): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (reader: number) => {
    for (const source of nodes[reader].inputs) {
      if (source === INPUT || found.has(source)) continue;
      found.add(source);
      visit(source);
    }
  };
  visit(node);
  return found;
}
