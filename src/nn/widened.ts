// A classifier with one more answer: the same network, its last dense layer one unit wider, for "none of these".

import { type Graph, withHead } from "../graph/graph.ts";
import { buildNetwork, type Network } from "../graph/network.ts";
import { dtypeOf, type Numbers, type Tensor } from "../tensor/tensor.ts";
import type { ParameterMap } from "./parameters.ts";
import { lastDense, type Sureness } from "./sureness.ts";

const known = new WeakMap<Network, Network>();

/** The same network with one more unit in the last dense layer, at the end; nothing but that layer is trained in it. */
export function widenedNetwork(network: Network): Network {
  const found = known.get(network) ?? widened(network);
  known.set(network, found);
  return found;
}

function widened({ graph, last }: Network): Network {
  const nodes = graph.nodes.slice(0, last + 1).map((node, k) => {
    if (k < last) return { ...node, trainable: false };
    return { ...node, trainable: true, options: { ...node.options, units: (node.options.units as number) + 1 } };
  });
  const wider: Graph = { input: graph.input, nodes };
  return buildNetwork(withHead(wider));
}

/** Copies of a network's parameters for its widened one, with the numbers of the unit "none of these". */
export function widenedParameters(network: Network, parameters: ParameterMap, none: Sureness["none"]): ParameterMap {
  const name = lastDense(network)?.name;
  return new Map(
    [...parameters].map(([address, tensor]) => {
      if (address === `${name}.weight`) return [address, withColumn(tensor, none.weight)] as const;
      if (address === `${name}.bias`) return [address, withColumn(tensor, [none.bias ?? 0])] as const;
      return [address, { shape: tensor.shape, data: tensor.data.slice() }] as const;
    }),
  );
}

/** A tensor (…, units) with one more unit at the end. */
function withColumn({ shape, data }: Tensor, column: readonly number[]): Tensor {
  const units = shape[shape.length - 1];
  const wider = zeros(data, column.length * (units + 1));
  for (const [i, last] of column.entries()) {
    wider.set(data.subarray(i * units, (i + 1) * units), i * (units + 1));
    wider[i * (units + 1) + units] = last;
  }
  return { shape: [...shape.slice(0, -1), units + 1], data: wider };
}

function zeros(like: Numbers, length: number): Numbers {
  return dtypeOf(like) === "f32" ? new Float32Array(length) : new Float64Array(length);
}

/** The numbers of the last unit, out of the parameters of a widened network. */
export function noneOf(network: Network, parameters: ParameterMap): Sureness["none"] {
  const name = lastDense(network)?.name;
  const lastColumn = (role: string) => {
    const { shape, data } = parameters.get(`${name}.${role}`) ?? { shape: [], data: [] };
    const units = shape[shape.length - 1];
    return Array.from(data).filter((_, k) => k % units === units - 1);
  };
  const [bias] = lastColumn("bias");
  return { weight: lastColumn("weight"), ...(bias !== undefined && { bias }) };
}
