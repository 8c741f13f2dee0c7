// Where the colours of a model's tensors end: fixed by the first form of the model that is opened, and never by an edit.
import type { Opened } from "cutaway";
import { roleOf, type Scale, scaleFor, scaleOf } from "cutaway/story";

export class Domains {
  /** By model and tensor. */
  readonly #known = new Map<string, number>();

  /** What the colours of a tensor mean; where the model's tensor was never seen before, they end at its largest number, rounded up. */
  scaleOf(model: string, opened: Opened, address: string): Scale {
    const { role, gradient } = appearanceOf(model, opened, address);
    // What a parameter becomes has the parameter's colours.
    const name = `${model} ${address.replace(/^next:/, "")}`;
    const domain = this.#known.get(name) ?? firstDomain(model, opened, address);
    this.#known.set(name, domain);
    return { role, gradient, domain };
  }
}

/** What an activation or a pooling alone reads is a map, not a picture. */
function appearanceOf(model: string, { network }: Opened, address: string): ReturnType<typeof roleOf> {
  const plain = roleOf(network, address);
  if (address !== "input") return plain;
  if (model.startsWith("example:relu")) return { ...plain, role: "signed" };
  return /^example:\w+Pool2d/.test(model) ? { ...plain, role: "positive" } : plain;
}

function firstDomain(model: string, opened: Opened, address: string): number {
  let largest = 0;
  for (const value of opened.tensor(address).data) largest = Math.max(largest, Math.abs(value));
  // A worked example's picture holds small numbers: its greys end at its largest, as a map's colours do.
  const small = address === "input" && model.startsWith("example:");
  return (small ? scaleFor("positive", false, largest) : scaleOf(opened.network, address, largest)).domain;
}
