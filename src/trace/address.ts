// The one grammar of addresses: address = [scope ":"] node "." role "[" indices "]" [ "@" sample ].
// Scopes: grad, grad(address), next, state.<name>. Special nodes without a role: input, logits, probs, loss.
import { fail } from "../base/words/graph.ts";

export type Scope =
  | { readonly kind: "value" }
  | { readonly kind: "grad"; readonly of?: Address }
  | { readonly kind: "next" }
  | { readonly kind: "state"; readonly name: string };

export interface Address {
  readonly scope: Scope;
  readonly node: string;
  /** "out" or a parameter's name. */
  readonly role: string;
  /** One index an axis; absent where the address means the whole tensor. */
  readonly cell?: readonly number[];
  /** Position in the batch; absent where there is only one. */
  readonly sample?: number;
}

/** Names that stand without a role. */
export const specialNodes: readonly string[] = ["input", "logits", "probs", "loss"];

/** What a node may be called. */
export const namePattern = /^[a-z][A-Za-z0-9_]*$/;

const placePattern = /^([a-z][A-Za-z0-9_]*)(?:\.([a-z][A-Za-z0-9_]*))?(?:\[([0-9, ]*)\])?(?:@([0-9]+))?$/;

/** An address with more scopes inside one another than this is refused before it is taken apart. */
const deepest = 8;

/** Reads an address; throws `address.syntax` with the grammar where it cannot. */
export function parseAddress(text: string): Address {
  const { scope, rest } = splitScope(text.trim());
  const match = placePattern.exec(rest);
  const node = match?.[1];
  const special = node !== undefined && specialNodes.includes(node);
  if (!match || node === undefined || special === (match[2] !== undefined)) return fail("address.syntax", { text });
  return {
    scope,
    node,
    role: match[2] ?? "out",
    ...(match[3] !== undefined && { cell: readCell(match[3], text) }),
    ...(match[4] !== undefined && { sample: Number(match[4]) }),
  };
}

function splitScope(text: string): { scope: Scope; rest: string } {
  if (text.startsWith("grad(")) {
    const end = text.lastIndexOf("):");
    if (end < 0 || text.split("grad(").length - 1 > deepest) fail("address.syntax", { text });
    return { scope: { kind: "grad", of: parseAddress(text.slice(5, end)) }, rest: text.slice(end + 2) };
  }
  const colon = text.indexOf(":");
  if (colon < 0) return { scope: { kind: "value" }, rest: text };
  const name = text.slice(0, colon);
  const rest = text.slice(colon + 1);
  if (name === "grad") return { scope: { kind: "grad" }, rest };
  if (name === "next") return { scope: { kind: "next" }, rest };
  if (name.startsWith("state.") && namePattern.test(name.slice(6)))
    return { scope: { kind: "state", name: name.slice(6) }, rest };
  return fail("address.syntax", { text });
}

function readCell(text: string, whole: string): number[] {
  if (text.trim() === "") return [];
  return text
    .split(",")
    .map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : fail("address.syntax", { text: whole })));
}

/** Writes an address; undoes `parseAddress`. */
export function formatAddress({ scope, node, role, cell, sample }: Address): string {
  const place = specialNodes.includes(node) ? node : `${node}.${role}`;
  const indices = cell === undefined || cell.length === 0 ? "" : `[${cell.join(",")}]`;
  return `${formatScope(scope)}${place}${indices}${sample === undefined ? "" : `@${sample}`}`;
}

function formatScope(scope: Scope): string {
  switch (scope.kind) {
    case "value":
      return "";
    case "next":
      return "next:";
    case "state":
      return `state.${scope.name}:`;
    case "grad":
      return scope.of ? `grad(${formatAddress(scope.of)}):` : "grad:";
  }
}
