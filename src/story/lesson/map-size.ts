// How large a map comes out under a sliding window, along rows and columns, with the numbers that say why.
import type { Network } from "../../graph/network.ts";
import type { WindowAxis } from "../../ops/window.ts";

/** One axis of a map: window i begins at position i·stride − before. */
export interface MapAxis extends WindowAxis {
  /** Padding cells behind the last position that a window reaches. */
  readonly after: number;
  /** Positions behind the last window, which none reads. */
  readonly dropped: number;
  /** ⌊(n + before + after − d·(k − 1) − 1) ÷ s⌋ + 1 with its numbers and its result. */
  readonly text: string;
}

/** Rows and columns of the map that a convolution or a pooling writes; undefined where the node, named as in the graph, has no window. */
export function mapSize(network: Network, name: string): readonly [rows: MapAxis, columns: MapAxis] | undefined {
  const node = network.nodes.find((each) => each.name === name);
  if (!node) return undefined;
  const { options, inputs } = node.site;
  const axes = node.operation.op.window?.(options, inputs[0]);
  return axes && [told(axes[0]), told(axes[1])];
}

function told(axis: WindowAxis): MapAxis {
  const { size, kernel, stride, dilation, before, count } = axis;
  const end = (count - 1) * stride - before + (kernel - 1) * dilation + 1;
  const after = Math.max(0, end - size);
  const dropped = Math.max(0, size - end);
  const text = `⌊(${size} + ${before} + ${after} − ${dilation}·(${kernel} − 1) − 1) ÷ ${stride}⌋ + 1 = ${count}`;
  return { ...axis, after, dropped, text };
}
