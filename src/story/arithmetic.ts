// What a layer costs, written as the arithmetic that one does by hand: its parameters and the multiplications of one picture.
import { thousands } from "../base/counted.ts";
import { sizeOf } from "../base/shape.ts";
import type { Network } from "../graph/network.ts";

/** A count and the line that gives it. */
export interface Arithmetic {
  readonly count: number;
  /** Such as "(3·3·1+1)·3 = 30"; "0" where there is nothing to count. */
  readonly text: string;
}

/**
 * Parameters of the layer that the graph calls `name`: the weights of one filter or unit, its bias behind them where there is one, times their
 * number. "(3·3·1+1)·3 = 30" with a bias, "3·3·1·3 = 27" without one. Undefined where the network has no such layer.
 */
export function parameterArithmetic(network: Network, name: string): Arithmetic | undefined {
  const node = network.nodes.find((each) => each.name === name);
  if (!node) return undefined;
  const shapes = Object.values(node.parameters).map(({ shape }) => shape);
  const count = shapes.reduce((total, shape) => total + sizeOf(shape), 0);
  if (count === 0) return { count, text: "0" };
  const units = shapes[0].at(-1);
  // Every parameter ends in the axis of filters or units; what stands before it belongs to one of them.
  const each = shapes.map((shape) => shape.slice(0, -1).join("·") || "1");
  const product = each.length === 1 ? each[0] : `(${each.join("+")})`;
  return { count, text: `${product}·${units} = ${thousands(count)}` };
}

/**
 * Multiplications of one forward pass of one picture through the layer: the numbers that it writes times the products in each,
 * "4·4·3·9 = 432". Convolutions and dense layers only; of other operations the count is 0. Undefined where the network has no such layer.
 */
export function multiplicationArithmetic(network: Network, name: string): Arithmetic | undefined {
  const node = network.nodes.find((each) => each.name === name);
  if (!node) return undefined;
  const { site, operation } = node;
  const count = operation.op.multiplyAdds(site);
  if (count === 0) return { count, text: "0" };
  return { count, text: `${[...site.output, count / sizeOf(site.output)].join("·")} = ${thousands(count)}` };
}
