// What an address means in a network: which node, which tensor, which shape; and the canonical spelling.

import { contains, type Shape } from "../base/shape.ts";
import { fail } from "../base/words/graph.ts";
import { type Address, formatAddress, specialNodes } from "../trace/address.ts";
import { INPUT, type Network, shapeAt } from "./network.ts";

/** A tensor of the network: the output at `node` (INPUT for the image) or, where `role` is not "out", a parameter there. */
export interface Place {
  readonly node: number;
  readonly role: string;
  readonly shape: Shape;
  /** Canonical name without indices: "conv1.out", "logits", "dense1.weight". */
  readonly name: string;
}

/** Finds the tensor an address names; throws `address.unknown` with what exists, `address.cell` where the cell lies outside. */
export function placeOf(network: Network, address: Address): Place {
  const node = nodeOf(network, address);
  const place = placeAt(network, node, address.role);
  if (!place) return fail("address.unknown", { address: formatAddress(address), known: knownNames(network) });
  if (address.cell !== undefined && !contains(place.shape, address.cell)) {
    fail("address.cell", { address: formatAddress(address), shape: place.shape });
  }
  return place;
}

/** The tensor of a role at a node, with its canonical name. */
export function placeAt(network: Network, node: number | undefined, role: string): Place | undefined {
  if (node === undefined) return undefined;
  if (role === "out") return { node, role, shape: shapeAt(network, node), name: outputName(network, node) };
  const owner = network.nodes[node];
  const spec = owner !== undefined && Object.hasOwn(owner.parameters, role) ? owner.parameters[role] : undefined;
  return spec && owner && { node, role, shape: spec.shape, name: `${owner.name}.${role}` };
}

function nodeOf({ nodes, last, head }: Network, { node }: Address): number | undefined {
  switch (node) {
    case "input":
      return INPUT;
    case "logits":
      return head && last;
    case "probs":
      return head?.probs;
    case "loss":
      return head?.loss;
    default: {
      const position = nodes.findIndex(({ name }) => name === node);
      return position < 0 ? undefined : position;
    }
  }
}

function outputName({ nodes, last, head }: Network, node: number): string {
  if (node === INPUT) return "input";
  if (head && node === last) return "logits";
  if (head && node === head.probs) return "probs";
  if (head && node === head.loss) return "loss";
  return `${nodes[node].name}.out`;
}

/** The canonical names of everything that has an address, in graph order, with shapes. */
export function allPlaces(network: Network): Place[] {
  const outputs = (node: number) => placeAt(network, node, "out") as Place;
  const parameters = (node: number) =>
    Object.keys(network.nodes[node].parameters).map((role) => placeAt(network, node, role) as Place);
  return [outputs(INPUT), ...network.nodes.flatMap((_, node) => [...parameters(node), outputs(node)])];
}

function knownNames(network: Network): string[] {
  return allPlaces(network).map(({ name, shape }) =>
    shape.length > 0 ? `${name}[${shape.map((n) => `0…${n - 1}`).join(",")}]` : name,
  );
}

/** Node and role as addresses write them: "logits" and "out", "dense1" and "weight". */
export function spelling({ name }: Place): { readonly node: string; readonly role: string } {
  const [node, role = "out"] = specialNodes.includes(name) ? [name] : name.split(".");
  return { node, role };
}

/** The address with its canonical spelling: `dense1.out[3]` becomes `logits[3]`. */
export function canonical(network: Network, address: Address): Address {
  const { node, role } = spelling(placeOf(network, address));
  const { scope } = address;
  if (scope.kind !== "grad" || !scope.of) return { ...address, node, role };
  return { ...address, node, role, scope: { kind: "grad", of: canonical(network, scope.of) } };
}
