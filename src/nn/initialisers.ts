// Initial weights as a function of (seed, place in the network): He and Glorot, uniform and normal. Biases start at zero.
// He et al. (2015): variance 2/fanIn, made for ReLU. Glorot and Bengio (2010): variance 2/(fanIn + fanOut).
import { normal } from "../base/math.ts";
import { randomStream } from "../base/random.ts";
import { sizeOf } from "../base/shape.ts";
import type { Initialiser } from "../graph/graph.ts";
import type { ParameterSpec } from "../ops/op.ts";

/** Fresh numbers for parameter `index` of the network, row-major. A uniform spread of variance s² reaches ±s·√3. */
export function initialise(
  { shape, kind, fanIn, fanOut }: ParameterSpec,
  initialiser: Initialiser,
  seed: number,
  index: number,
): Float64Array {
  const numbers = new Float64Array(sizeOf(shape));
  if (kind === "bias") return numbers;
  const { uniform } = randomStream(seed, "initialise", index);
  const he = initialiser === "heUniform" || initialiser === "heNormal";
  const deviation = Math.sqrt(2 / (he ? fanIn : fanIn + fanOut));
  const draw =
    initialiser === "heNormal" || initialiser === "glorotNormal"
      ? () => deviation * normal(uniform)
      : () => deviation * Math.sqrt(3) * (2 * uniform() - 1);
  for (let k = 0; k < numbers.length; k++) numbers[k] = draw();
  return numbers;
}
