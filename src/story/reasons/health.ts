// Gradients that vanish or explode: each layer's gradient beside its weights and beside the other layers'.
import { fail } from "../../base/words/story.ts";
import { placeAt } from "../../graph/places.ts";
import type { Numbers } from "../../tensor/tensor.ts";
import type { Opened } from "../opened.ts";
import { rateOf } from "./rate.ts";

export interface LayerHealth {
  readonly name: string;
  readonly parameters: number;
  /** Root of the mean square of ∂L/∂w over all parameters of the layer. */
  readonly gradientRms: number;
  /** The same of ∂L/∂ its output: what arrives at the layer. */
  readonly arrivingRms: number;
  /** ‖w‖ and η·‖∂L/∂w‖; the latter is 0 where the layer is not trained. */
  readonly weightNorm: number;
  readonly updateNorm: number;
  /** Update ÷ weight; undefined where the weights are all 0. */
  readonly ratio: number | undefined;
  readonly verdict: "fine" | "vanishes" | "explodes" | "not trained";
}

export interface GradientHealth {
  readonly layers: readonly LayerHealth[];
  readonly vanishing: number;
  readonly exploding: number;
}

export interface HealthOptions {
  /** A gradient vanishes where its root mean square is 0 or below this share of the largest trained layer's; default 1e-4. */
  readonly vanishing?: number;
  /** It explodes where it is not finite or the update is more than this share of the weights, η·‖g‖ ÷ ‖w‖; default 0.1. About 0.001 is
   * usual. */
  readonly exploding?: number;
}

/** How each layer's gradient fares: whether it vanishes (root mean square 0, or below 1e-4 of the largest trained layer's) or explodes (not
 * finite, or an update of more than 0.1 of the weights). The thresholds can be given. Throws `explain.label` where the network was opened
 * without labels, `option.value` where a threshold is no number above 0. */
export function gradientHealth(
  opened: Opened,
  { vanishing = 1e-4, exploding = 0.1 }: HealthOptions = {},
): GradientHealth {
  for (const [option, received] of Object.entries({ vanishing, exploding })) {
    const expected = "a finite number above 0";
    if (!(Number.isFinite(received) && received > 0))
      fail("option.value", { where: "gradientHealth", option, expected, received });
  }
  const measured = opened.network.nodes.flatMap((_, node) => measure(opened, node));
  const largest = measured.reduce(
    (most, { trained, gradientRms }) => (trained ? Math.max(most, gradientRms) : most),
    0,
  );
  const layers = measured.map(({ trained, ...layer }): LayerHealth => {
    const { gradientRms, ratio = 0 } = layer;
    const bursts = !Number.isFinite(gradientRms) || ratio > exploding;
    const fades = gradientRms === 0 || gradientRms < vanishing * largest;
    return { ...layer, verdict: !trained ? "not trained" : bursts ? "explodes" : fades ? "vanishes" : "fine" };
  });
  return { layers, vanishing, exploding };
}

type Measured = Omit<LayerHealth, "verdict"> & { readonly trained: boolean };

/** Nothing for a node that learns nothing. */
function measure(opened: Opened, position: number): Measured[] {
  const { name, parameters, trainable } = opened.network.nodes[position];
  const own = Object.keys(parameters).map((role) => `${name}.${role}`);
  if (own.length === 0) return [];
  const all = (scope: string) => own.map((address) => opened.tensor(`${scope}${address}`).data);
  const [weights, gradients] = [all(""), all("grad:")];
  const arriving = opened.samples === 1 ? [""] : Array.from({ length: opened.samples }, (_, sample) => `@${sample}`);
  const output = placeAt(opened.network, position, "out")?.name;
  const outputs = arriving.map((sample) => opened.tensor(`grad:${output}${sample}`).data);
  const weightNorm = Math.sqrt(squares(weights));
  const [first] = Object.values(parameters);
  const update = opened.at(`next:${own[0]}[${first.shape.map(() => 0).join(",")}]`);
  const updateNorm = (rateOf(update) ?? 0) * Math.sqrt(squares(gradients));
  return [
    {
      name,
      parameters: countOf(weights),
      gradientRms: Math.sqrt(squares(gradients) / countOf(gradients)),
      arrivingRms: Math.sqrt(squares(outputs) / countOf(outputs)),
      weightNorm,
      updateNorm,
      ratio: weightNorm === 0 ? undefined : updateNorm / weightNorm,
      trained: trainable,
    },
  ];
}

function countOf(all: readonly Numbers[]): number {
  return all.reduce((sum, { length }) => sum + length, 0);
}

function squares(all: readonly Numbers[]): number {
  let sum = 0;
  for (const numbers of all) for (const value of numbers) sum += value * value;
  return sum;
}
