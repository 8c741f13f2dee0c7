// Which nodes run as one: a convolution or dense layer with the ReLU and the 2×2 pooling behind it is one pass over memory.
import type { Site } from "../ops/op.ts";
import { type PoolOptions, poolAxes } from "../ops/pooling.ts";
import { wasmKernels } from "../ops/wasm.ts";
import type { Network } from "./network.ts";

/** Neighbouring nodes of a chain; the first computes, the others finish its numbers before they go to memory. */
export interface Unit {
  /** Positions in `Network.nodes`. */
  readonly nodes: readonly number[];
}

/** Cuts a network into units; `whole`: every node stays on its own, so that every cell of every output can be read. */
export function unitsOf(network: Network, whole: boolean): Unit[] {
  const taken = new Set<number>();
  const units: Unit[] = [];
  for (const k of network.nodes.keys()) {
    if (taken.has(k)) continue;
    const nodes = whole ? [k] : chainFrom(network, k);
    for (const node of nodes) taken.add(node);
    units.push({ nodes });
  }
  return units;
}

/** Positions of the nodes that read an output. */
export function consumersOf({ nodes }: Network, k: number): number[] {
  return [...nodes.keys()].filter((other) => nodes[other].inputs.includes(k));
}

function chainFrom(network: Network, k: number): number[] {
  const { nodes, last } = network;
  const kernels: { readonly fuses?: boolean } = wasmKernels[nodes[k].op];
  const onlyConsumer = (of: number, op: string) => {
    const consumers = consumersOf(network, of);
    return of !== last && consumers.length === 1 && nodes[consumers[0]].op === op ? consumers[0] : undefined;
  };
  const relu = kernels.fuses ? onlyConsumer(k, "relu") : undefined;
  if (relu === undefined) return [k];
  const pool = nodes[k].op === "conv2d" ? onlyConsumer(relu, "maxPool2d") : undefined;
  return pool !== undefined && isHalving(nodes[pool].site) ? [k, relu, pool] : [k, relu];
}

/** 2×2 windows side by side, without padding. */
function isHalving({ options, inputs }: Site<object>): boolean {
  return poolAxes(options as PoolOptions, inputs[0]).every(
    ({ kernel, stride, before, count, size }) =>
      kernel === 2 && stride === 2 && before === 0 && count === Math.floor(size / 2),
  );
}
