// Grad-CAM: where a layer's maps speak for a number (Selvaraju et al. 2017), each map weighted by its mean gradient.

import { fail } from "../../base/words/story.ts";
import { type Network, shapeAt } from "../../graph/network.ts";
import { placeAt } from "../../graph/places.ts";
import type { Account } from "../../trace/account.ts";
import { formatNumber } from "../../trace/notation.ts";
import { constant, type Derivation } from "../../trace/terms.ts";
import type { Opened } from "../opened.ts";
import { Fields } from "./field.ts";
import { type AttentionMap, checkCell, mapAccount, pictureShape } from "./map.ts";
import { ancestorsOf, guess, layerOf, type Target, targetOf } from "./target.ts";

const laws = {
  cell: { text: "ReLU(Σ_c α(c)·A(i,j,c))", latex: "\\mathrm{ReLU}\\left(\\sum_c \\alpha(c)\\,A(i,j,c)\\right)" },
  alpha: {
    text: "1/(H·W) Σ_i Σ_j ∂z/∂A(i,j,c)",
    latex: "\\frac{1}{H W} \\sum_i \\sum_j \\frac{\\partial z}{\\partial A(i,j,c)}",
  },
};

export interface GradCamOptions {
  /** The number z that the map is about; as for saliency. */
  readonly target?: string | undefined;
  /** The layer A, "relu2" or "relu2.out", whose output is H×W×C. Default: the last convolution before the target whose maps have more than one
   * position, with the ReLU that follows it directly. */
  readonly layer?: string | undefined;
}

export interface GradCamMap extends AttentionMap {
  /** α(c) by channel: the mean of ∂z/∂A over a map. */
  readonly alphas: Float64Array;
  /** What α(c) is made of. Throws `option.value` where there is no such channel. */
  alpha(channel: number): Account;
}

/** The map ReLU(Σ_c α(c)·A(i,j,c)), 0 or more, in the layer's own size: nothing is enlarged; `area` says which pixels a cell sees. Needs no label.
 * Throws `attention.target`, `attention.layer`, `attention.picture`. */
export function gradCam(opened: Opened, { target: wanted, layer }: GradCamOptions = {}): GradCamMap {
  const { network, samples } = opened;
  pictureShape(network, "Grad-CAM");
  const first = samples === 1 ? "" : "@0";
  const text = wanted ?? `${guess(network, () => opened.tensor(`logits${first}`).data)}${first}`;
  const target = targetOf(network, text, samples);
  const view = viewOf(opened, target, gradCamLayer(network, target.node, layer));
  const { shape, data } = view;
  const name = `gradCam(${target.address})`;
  const fields = new Fields(network);
  const { name: node } = network.nodes[view.node];
  return {
    kind: "gradCam",
    target: target.address,
    formula: {
      text: `G(i,j) = ${laws.cell.text}, α(c) = ${laws.alpha.text}`,
      latex: `G(i,j) = ${laws.cell.latex}, \\quad \\alpha(c) = ${laws.alpha.latex}`,
    },
    stated: { layer: node, channels: view.channels },
    shape,
    data,
    alphas: view.alphas,
    alpha: (channel) => alphaAccount(view, target, channel),
    at(row, column) {
      checkCell(name, shape, row, column);
      const value = data[row * shape[1] + column];
      return mapAccount(`${name}[${row},${column}]`, "gradCam", cellDerivation(view, row, column), value);
    },
    area(row, column) {
      checkCell(name, shape, row, column);
      return fields.of(view.node, [row, column, 0]);
    },
  };
}

/** The layer that is asked for, or the default one. */
function gradCamLayer(network: Network, end: number, layer: string | undefined): number {
  const before = ancestorsOf(network, end);
  const hasMaps = (node: number) => before.has(node) && shapeAt(network, node).length === 3;
  if (layer !== undefined) return layerOf(network, layer, "a layer before the target that gives maps", hasMaps);
  const { nodes } = network;
  const isWide = (node: number) => hasMaps(node) && shapeAt(network, node)[0] * shapeAt(network, node)[1] > 1;
  const convolution = [...nodes.keys()].filter((node) => nodes[node].op === "conv2d" && isWide(node)).at(-1);
  if (convolution === undefined) {
    const known = nodes.flatMap(({ name }, node) => (hasMaps(node) ? [name] : []));
    return fail("attention.layer", { layer, what: "a layer before the target that gives maps", known });
  }
  const gate = nodes.findIndex(({ op, inputs }) => op === "relu" && inputs[0] === convolution);
  return before.has(gate) ? gate : convolution;
}

interface View {
  readonly node: number;
  readonly shape: readonly [number, number];
  readonly channels: number;
  /** The address of a cell of the layer, and of ∂z/∂ it. */
  address(cell: readonly number[]): string;
  slope(cell: readonly number[]): string;
  readonly activations: ArrayLike<number>;
  readonly slopes: ArrayLike<number>;
  readonly alphas: Float64Array;
  /** Σ_c α(c)·A(i,j,c), and what ReLU makes of it. */
  readonly sums: Float64Array;
  readonly data: Float64Array;
}

function viewOf(opened: Opened, { address: z, sample }: Target, node: number): View {
  const [height, width, channels] = shapeAt(opened.network, node);
  const name = placeAt(opened.network, node, "out")?.name;
  const activations = opened.tensor(`${name}${sample}`).data;
  const slopes = opened.tensor(`grad(${z}):${name}${sample}`).data;
  const alphas = new Float64Array(channels);
  const share = 1 / (height * width);
  for (let k = 0; k < slopes.length; k++) alphas[k % channels] += slopes[k] * share;
  const sums = new Float64Array(height * width);
  for (let k = 0; k < activations.length; k++) sums[Math.floor(k / channels)] += alphas[k % channels] * activations[k];
  return {
    node,
    shape: [height, width],
    channels,
    address: (cell) => `${name}[${cell.join(",")}]${sample}`,
    slope: (cell) => `grad(${z}):${name}[${cell.join(",")}]${sample}`,
    activations,
    slopes,
    alphas,
    sums,
    data: sums.map((sum) => (isClosed(sum) ? 0 : sum)),
  };
}

/** ReLU of a NaN is NaN, so that it is seen. */
const isClosed = (sum: number) => sum < 0;

/** A closed gate stands in every term, so that they add up to 0. */
function cellDerivation({ shape, channels, alphas, activations, sums, address }: View, row: number, column: number) {
  const place = row * shape[1] + column;
  const closed = isClosed(sums[place]);
  const terms = Array.from({ length: channels }, (_, c) => [
    constant(`α(${c})`, `alpha[${c}]`, alphas[c]),
    {
      symbol: `A(${row},${column},${c})`,
      address: address([row, column, c]),
      value: activations[place * channels + c],
    },
    ...(closed ? [constant("slope", "slope", 0)] : []),
  ]);
  const notes = closed ? [`The sum is ${formatNumber(sums[place])}: ReLU makes it 0.`] : [];
  return { rule: "gradCam", law: laws.cell, combine: "sum", terms, notes } satisfies Derivation;
}

function alphaAccount(view: View, { address: z }: Target, channel: number): Account {
  const { shape, channels, alphas, slopes } = view;
  if (!Number.isInteger(channel) || channel < 0 || channel >= channels) {
    const expected = `a whole number 0…${channels - 1}`;
    fail("option.value", { where: "Grad-CAM", option: "channel", expected, received: channel });
  }
  const places = shape[0] * shape[1];
  const terms = Array.from({ length: places }, (_, k) => {
    const cell = [Math.floor(k / shape[1]), k % shape[1], channel];
    const slope = {
      symbol: `∂z/∂A(${cell.join(",")})`,
      address: view.slope(cell),
      value: slopes[k * channels + channel],
    };
    return [slope, constant(`1/${places}`, "1/(H·W)", 1 / places)];
  });
  const notes = [`z stands for ${z} here.`];
  const derivation: Derivation = { rule: "gradCam.alpha", law: laws.alpha, combine: "sum", terms, notes };
  return mapAccount(`gradCam(${z}).alpha[${channel}]`, "gradCam", derivation, alphas[channel]);
}
