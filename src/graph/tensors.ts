// Where the tensors of one image lie: outputs and gradients of a network's units, those whose lifetimes do not meet in the same room.
import type { Place } from "../backend/wasm/machine.ts";
import { sizeOf } from "../base/shape.ts";
import { INPUT, type Network, shapeAt } from "./network.ts";
import { type Wanted, wantedOutputs } from "./pass.ts";
import { Area, type Lifetime, shareRoom } from "./rooms.ts";
import { consumersOf, type Unit } from "./units.ts";

export interface Tensors {
  /** By node, where the output is stored; INPUT too. */
  readonly outputs: ReadonlyMap<number, Place>;
  /** By node, where a gradient is wanted and comes; INPUT too. */
  readonly gradients: ReadonlyMap<number, Place>;
  /** Winners of fused pooling, by the unit's first node. */
  readonly winners: ReadonlyMap<number, Place>;
  /** Of the image's block, from its start. */
  readonly bytes: number;
  /** What lies in the record of a sample: the network's input, its label and what the caller reads. */
  readonly record: { readonly label: Place; readonly bytes: number };
}

interface Tensor extends Lifetime {
  readonly kind: "output" | "gradient" | "winner";
  readonly node: number;
}

/** Lays out the tensors; with `wanted` "every" each one keeps a room of its own and is there after the pass. */
export function layOutTensors(network: Network, units: readonly Unit[], wanted: Wanted): Tensors {
  const record = new Area("record");
  const outputs = new Map([[INPUT, record.take(sizeOf(network.input))]]);
  const label = record.take(1);
  for (const node of readNodes(network)) outputs.set(node, record.take(sizeOf(shapeAt(network, node))));
  const tensors = tensorsOf(network, units, wanted).filter(
    ({ kind, node }) => !(kind === "output" && outputs.has(node)),
  );
  const { offsets, bytes } = shareRoom(tensors);
  const places = (kind: Tensor["kind"]) =>
    tensors.flatMap((tensor, k) =>
      tensor.kind === kind ? [[tensor.node, { region: "image", offset: offsets[k] } as Place] as const] : [],
    );
  for (const [node, place] of places("output")) outputs.set(node, place);
  const gradients = new Map(places("gradient"));
  for (const [node, source] of views(network, units)) {
    const place = outputs.get(source);
    if (place && !outputs.has(node)) outputs.set(node, place);
    const gradient = gradients.get(source);
    if (gradient && consumersOf(network, source).length === 1) gradients.set(node, gradient);
  }
  return {
    outputs,
    gradients,
    winners: new Map(places("winner")),
    bytes,
    record: { label, bytes: record.end },
  };
}

/** The outputs that the caller reads after a batch. */
function readNodes({ last, head }: Network): number[] {
  return head ? [last, head.probs, head.loss] : [last];
}

/** Nodes whose numbers are those of their input in the same order: they need no room of their own. */
function views(network: Network, units: readonly Unit[]): [node: number, source: number][] {
  return units
    .map(({ nodes: [node] }) => [node, network.nodes[node].inputs[0]] as [number, number])
    .filter(([node, source]) => network.nodes[node].op === "flatten" && source !== INPUT && node !== network.last);
}

/** Every tensor with the moments at which it is written first and read last: unit u works forward at u and backward at 2·units − 1 − u. */
function tensorsOf(network: Network, units: readonly Unit[], wanted: Wanted): Tensor[] {
  const { nodes } = network;
  const end = 2 * units.length;
  const unitOf = new Map(units.flatMap((unit, u) => unit.nodes.map((node) => [node, u] as const)));
  const viewed = new Map(views(network, units));
  const forever = wanted === "every";
  const readers = (node: number): number[] =>
    consumersOf(network, node).flatMap((consumer) => {
      const reader = unitOf.get(consumer) as number;
      return viewed.has(consumer) ? [reader, ...readers(consumer)] : [reader];
    });
  const wants = wantedOutputs(nodes, wanted);
  const found: Tensor[] = [];
  for (const [u, unit] of units.entries()) {
    const [first] = unit.nodes;
    const node = unit.nodes[unit.nodes.length - 1];
    const floats = sizeOf(nodes[node].site.output);
    const read = readers(node);
    const to = wanted === "none" ? Math.max(u, ...read) : end - 1 - u;
    const shared = viewed.has(node) ? consumersOf(network, viewed.get(node) as number).length === 1 : false;
    if (!viewed.has(node)) found.push({ kind: "output", node, floats, from: forever ? 0 : u, to: forever ? end : to });
    if (unit.nodes.length === 3) found.push({ kind: "winner", node: first, floats, from: u, to });
    const needed = wants[node] && node !== network.head?.loss && (forever || node !== network.head?.probs);
    if (needed && !(shared && wants[viewed.get(node) as number])) {
      const written = end - 1 - Math.max(u, ...read);
      found.push({ kind: "gradient", node, floats, from: forever ? 0 : written, to: forever ? end : end - 1 - u });
    }
  }
  const floats = sizeOf(network.input);
  return wanted === "every" ? [...found, { kind: "gradient", node: INPUT, floats, from: 0, to: end }] : found;
}
