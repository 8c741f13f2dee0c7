// Receptive fields: the rectangle of the picture that a cell sees, read from what the operations' explanations read.
import { offsetOf } from "../../base/shape.ts";
import { INPUT, type Network } from "../../graph/network.ts";
import type { Sight } from "../../ops/op.ts";
import type { CellFactor } from "../../trace/terms.ts";
import type { Area } from "./map.ts";

export class Fields {
  readonly #network: Network;
  /** By node, then by place in its output. */
  readonly #known = new Map<number, Map<number, Area | undefined>>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** The smallest rectangle that holds every pixel a cell reads, through whatever lies between; undefined where it reads padding alone. */
  of(node: number, cell: readonly number[]): Area | undefined {
    if (node === INPUT) return { rows: [cell[0], cell[0]], columns: [cell[1], cell[1]] };
    const { output } = this.#network.nodes[node].site;
    const own = this.#known.get(node) ?? new Map<number, Area | undefined>();
    this.#known.set(node, own);
    // All channels of a place read the same rows and columns: one of them stands for all.
    const key = output.length === 3 ? cell[0] * output[1] + cell[1] : offsetOf(output, cell);
    if (!own.has(key)) own.set(key, this.#hullOf(node, cell));
    return own.get(key);
  }

  #hullOf(node: number, cell: readonly number[]): Area | undefined {
    let hull: Area | undefined;
    for (const { source, at } of readsOf(this.#network, node, cell)) {
      const area = this.of(source, at);
      hull = hull && area ? around(hull, area) : (hull ?? area);
    }
    return hull;
  }
}

interface Read {
  readonly source: number;
  readonly at: readonly number[];
}

/** The cells that the terms of a cell come from. Which they are depends on no number: any will do. */
function readsOf({ nodes }: Network, node: number, cell: readonly number[]): readonly Read[] {
  const { site, operation, inputs } = nodes[node];
  const reads: Read[] = [];
  const blank: CellFactor = { symbol: "", address: "", value: 0 };
  const sight: Sight<object> = {
    site,
    label: 0,
    input(_, at, which = 0) {
      reads.push({ source: inputs[which], at });
      return blank;
    },
    output: () => blank,
    outputGradient: () => blank,
    parameter: () => blank,
  };
  operation.explain.output(sight, cell);
  return reads;
}

function around(a: Area, b: Area): Area {
  const both = (axis: "rows" | "columns"): [number, number] => [
    Math.min(a[axis][0], b[axis][0]),
    Math.max(a[axis][1], b[axis][1]),
  ];
  return { rows: both("rows"), columns: both("columns") };
}
