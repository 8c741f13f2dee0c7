// A network's parameters as tensors by address: made, filled with initial weights, checked.

import { sameShape, sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/model.ts";
import { type Network, parameterSpecs } from "../graph/network.ts";
import type { Numbers, Tensor } from "../tensor/tensor.ts";
import { initialise } from "./initialisers.ts";

/** Parameters by address ("conv1.kernel"), in graph order. */
export type ParameterMap = ReadonlyMap<string, Tensor>;

/** Zeros for every parameter of the network. */
export function emptyParameters(net: Network): ParameterMap {
  return new Map(
    parameterSpecs(net).map(({ address, spec }) => [
      address,
      { shape: spec.shape, data: new Float64Array(sizeOf(spec.shape)) },
    ]),
  );
}

/** The given tensors in graph order; throws `model.parameter` where one is missing, strange or of another shape. */
export function checkedParameters(net: Network, given: ParameterMap): ParameterMap {
  const specs = parameterSpecs(net);
  const stranger = [...given.keys()].find((address) => !specs.some((spec) => spec.address === address));
  if (stranger !== undefined) {
    fail("model.parameter", { address: stranger, expected: "a parameter of the network", received: "another name" });
  }
  const checked = specs.map(({ address, spec: { shape } }) => {
    const own = given.get(address);
    if (own && sameShape(own.shape, shape)) return [address, own] as const;
    const received = own ? `shape [${own.shape.join(", ")}]` : "nothing";
    return fail("model.parameter", { address, expected: `shape [${shape.join(", ")}]`, received });
  });
  return new Map(checked);
}

/** Draws all weights from a seed, 0…2³² − 1. */
export function fillInitial(net: Network, parameters: ParameterMap, seed: number): void {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    fail("option.value", { where: "model", option: "seed", expected: "a whole number 0…4294967295", received: seed });
  }
  for (const [index, { address, node, spec }] of parameterSpecs(net).entries()) {
    parameters.get(address)?.data.set(initialise(spec, node.initializer, seed, index));
  }
}

/** The numbers of a snapshot for one parameter; throws `model.parameter` where they are not there or too few or many. */
export function checkedNumbers(address: string, own: Numbers, given: Numbers | undefined): Numbers {
  if (given?.length === own.length) return given;
  return fail("model.parameter", {
    address,
    expected: `${own.length} numbers`,
    received: `${given?.length ?? "nothing"}`,
  });
}
