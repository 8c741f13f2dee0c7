// Which colours an address or a tensor gets: read from the network, so that a tensor looks the same on every page.
import { INPUT, type Network } from "../../graph/network.ts";
import { placeOf } from "../../graph/places.ts";
import { parseAddress } from "../../trace/address.ts";
import { brightestPixel, type Role, type Scale, scaleFor } from "./scales.ts";

export interface Appearance {
  readonly role: Role;
  readonly gradient: boolean;
}

/** The role of an address or of a tensor's name ("conv1.out", "grad:conv1.kernel@2"). The image, rescaled or not, is "pixel"; what
 * ReLU, softmax and the loss give, and what pooling, flattening and adding make of such numbers alone, is "positive"; the rest is
 * "signed". Throws where the network has no such tensor. */
export function roleOf(network: Network, name: string): Appearance {
  const address = parseAddress(name);
  const { node, role } = placeOf(network, address);
  if (address.scope.kind === "grad") return { role: "signed", gradient: true };
  const forward = address.scope.kind === "value" && role === "out";
  return { role: forward ? outputRole(network, node) : "signed", gradient: false };
}

/** The scale of an address or of a tensor's name, given the largest size of the numbers that are drawn with it. */
export function scaleOf(network: Network, name: string, largest: number): Scale {
  const { role, gradient } = roleOf(network, name);
  if (role !== "pixel") return scaleFor(role, gradient, largest);
  return scaleFor(role, gradient, largest, brightestAt(network, placeOf(network, parseAddress(name)).node));
}

function outputRole(network: Network, node: number): Role {
  if (node === INPUT) return "pixel";
  const { op, inputs } = network.nodes[node];
  switch (op) {
    case "relu":
    case "softmax":
    case "crossEntropy":
      return "positive";
    case "rescale":
      return outputRole(network, inputs[0]);
    case "maxPool2d":
    case "avgPool2d":
    case "flatten":
    case "add":
      return inputs.some((input) => outputRole(network, input) === "signed") ? "signed" : "positive";
    default:
      return "signed";
  }
}

/** 255 divided by the divisors on the way from the image. */
function brightestAt(network: Network, node: number): number {
  if (node === INPUT) return brightestPixel;
  const { site, inputs } = network.nodes[node];
  return brightestAt(network, inputs[0]) / (site.options as { readonly divisor: number }).divisor;
}
