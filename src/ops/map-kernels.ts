// What the kernels of operations that work cell by cell share.
import { type Expression, f32x4 } from "../backend/wasm/assembler.ts";
import { mapVectors } from "../backend/wasm/blocks/lanes.ts";
import type { Kernel, Place } from "../backend/wasm/machine.ts";
import type { GradientPlace } from "./kernels.ts";

type Vector = Expression<"v128">;

export interface MapSpec {
  readonly name: string;
  readonly cells: number;
  readonly from: readonly Place[];
  readonly to: GradientPlace;
}

/** to[k] = f(from[0][k], from[1][k] …) for every cell, or that much more. */
export function mapKernel({ name, cells, from, to }: MapSpec, f: (...vectors: Vector[]) => Vector): Kernel {
  const more = (sum: Vector, ...vectors: Vector[]) => f32x4.add(sum, f(...vectors));
  return {
    name,
    way: "map",
    parts: 1,
    work: cells,
    build(frame) {
      const [out, ...sources] = [to.place, ...from].map((place) => frame.address(place));
      const inputs = to.add ? [out, ...sources] : sources;
      return frame.eachImage(mapVectors(frame.scope, cells, out, inputs, to.add ? more : f));
    },
  };
}

/** A forward kernel writes. */
export function written(place: Place): GradientPlace {
  return { place, add: false };
}
