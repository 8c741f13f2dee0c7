// What rounding allows beyond a plain sum: the slack of every kernel that had a part in a number.
import { INPUT, type Network } from "../graph/network.ts";
import type { Place } from "../graph/places.ts";
import type { Slack } from "../ops/kernels.ts";
import type { Scope } from "../trace/address.ts";
import type { Machine, Pass } from "./passes.ts";

/** The bound of one number; 0 where it was added up term by term. */
export function slackOf(
  { network, machine }: { readonly network: Network; readonly machine: Machine },
  pass: Pass,
  scope: Scope["kind"],
  { node, role }: Place,
  cell: readonly number[],
  sample: number,
): number {
  const own = Math.max(0, pass.samples.indexOf(sample));
  const slack = (k: number, record: number): Slack | undefined =>
    k === INPUT ? undefined : machine.slack(k, pass.records[record]);
  if (scope === "value") return role === "out" ? (slack(node, own)?.output(cell) ?? 0) : 0;
  if (scope !== "grad") return 0;
  const sum = (parts: readonly (number | undefined)[]) => parts.reduce<number>((all, part) => all + (part ?? 0), 0);
  if (role !== "out") return sum(pass.records.map((_, k) => slack(node, k)?.parameterGradient(role, cell)));
  const consumers = [...network.nodes.keys()].filter((k) => network.nodes[k].inputs.includes(node));
  return sum(consumers.map((k) => slack(k, own)?.inputGradient(cell)));
}
