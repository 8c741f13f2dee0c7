// What if a pixel, a weight or the learning rate were another: the first-order forecast beside the truth, computed anew.

import { canonical } from "../../graph/places.ts";
import type { Model } from "../../nn/model.ts";
import { isList } from "../../nn/trainer.ts";
import { formatAddress, parseAddress } from "../../trace/address.ts";
import { explain } from "../explain.ts";
import type { ExplainRequest, Opened } from "../opened.ts";
import type { UpdateOptions } from "../update.ts";
import { type Changes, changed, imageNames, type Plan, planOf } from "./changes.ts";
import { type Crossing, crossingsOf } from "./crossings.ts";

export interface WhatIfRequest extends Omit<ExplainRequest, keyof UpdateOptions> {
  /** What is asked for: "loss" (the default, which needs a label), "logits[0]", or one cell of any layer's output. */
  readonly target?: string;
}

/** What one change is forecast to do. */
export interface ForecastPart {
  /** A cell; or, for the learning rate, a parameter whose cells all move. */
  readonly address: string;
  readonly cells: number;
  /** Of a single cell: its value before and after, and ∂target/∂ it. */
  readonly before?: number;
  readonly after?: number;
  readonly slope?: number;
  /** Σ slope · (after − before). */
  readonly effect: number;
}

export interface WhatIf {
  readonly target: string;
  readonly before: number;
  /** before + the effects of all parts. */
  readonly forecast: number;
  /** The target, computed with the changes. */
  readonly truth: number;
  /** truth − forecast. */
  readonly difference: number;
  readonly parts: readonly ForecastPart[];
  /** The slope along the change where it starts and where it ends: Σ ∂target/∂cell · (after − before). On a straight line they are equal. */
  readonly slope: { readonly start: number; readonly end: number };
  /** Why forecast and truth differ. "none": they agree but for rounding. "kinks": gates or windows that the target feels were crossed
   * (where the target bends too, as the loss does, it adds its part). "curvature": no kink was crossed, the slope changes smoothly. */
  readonly reason: "none" | "kinks" | "curvature";
  /** The kinks that the target feels, the steepest first; at most 100. */
  readonly kinks: readonly Crossing[];
  /** How many kinks were crossed, and how many of them the target feels. */
  readonly crossed: number;
  readonly felt: number;
}

/** More kinks than this are counted, not listed. */
const mostKinks = 100;

/** Differences below this share of the numbers compared are rounding. */
const rounding = { f64: 1e-12, f32: 1e-5 };

/** Forecasts what changes do to a number, by the engine's gradients alone, and computes what they really do. All changes happen at once; the
 * step of `learningRate` goes along the gradients of the loss before any change. Nothing happens to the model. Throws `whatIf.empty`,
 * `whatIf.address` and `whatIf.value` on changes that are none, and what `explain` throws. */
export async function whatIf(model: Model, request: WhatIfRequest, changes: Changes): Promise<WhatIf> {
  const { target: wanted = "loss", ...rest } = request;
  const samples = isList(request.input) ? request.input.length : 1;
  const plan = planOf(model.network, samples, changes);
  const { learningRate = 0 } = plan;
  const before = await explain(model, { ...rest, learningRate });
  const { target, scope } = targetOf(before, wanted);
  const value = before.value(target);
  for (const address of plan.cells.keys()) before.value(address);
  const altered = changed(model, before, plan);
  const input = isList(request.input) ? altered.images : altered.images[0];
  const after = await explain(altered.model, { ...rest, input, learningRate });
  const start = partsOf(before, before, after, plan, scope);
  const end = partsOf(after, before, after, plan, scope);
  const slope = { start: sumOf(start), end: sumOf(end) };
  const forecast = value + slope.start;
  const truth = after.value(target);
  const { listed, crossed, felt } = crossingsOf(before, after, scope, mostKinks);
  const size = Math.max(Math.abs(value), Math.abs(truth), ...start.map(({ effect }) => Math.abs(effect)));
  const agree = Math.abs(truth - forecast) <= rounding[before.at(target).dtype] * size;
  return {
    target,
    before: value,
    forecast,
    truth,
    difference: truth - forecast,
    parts: start,
    slope,
    reason: agree ? "none" : felt > 0 ? "kinks" : "curvature",
    kinks: listed,
    crossed,
    felt,
  };
}

/** The target's canonical address, and the scope of its gradients: the loss of a batch is the mean. */
function targetOf({ network, samples }: Opened, text: string): { target: string; scope: string } {
  const { sample, ...rest } = canonical(network, parseAddress(text));
  const named = sample !== undefined && (samples > 1 || sample > 0);
  const target = formatAddress(named ? { ...rest, sample } : rest);
  return { target, scope: target === "loss" ? "grad:" : `grad(${target}):` };
}

function sumOf(parts: readonly ForecastPart[]): number {
  return parts.reduce((sum, { effect }) => sum + effect, 0);
}

/** Every change times the slope that `opened` has there: the given cells, then the parameters that the step moves. */
function partsOf(
  opened: Opened,
  before: Opened,
  after: Opened,
  { cells, learningRate }: Plan,
  scope: string,
): ForecastPart[] {
  const single = [...cells].map(([address]): ForecastPart => {
    const [was, now, slope] = [before.value(address), after.value(address), opened.value(`${scope}${address}`)];
    return { address, cells: 1, before: was, after: now, slope, effect: slope * (now - was) + 0 };
  });
  if (learningRate === undefined) return single;
  const images = new Set(["input", ...imageNames(before.samples)]);
  const moved = before.network.nodes.flatMap(({ name, parameters, trainable }) =>
    trainable ? Object.keys(parameters).map((role) => `${name}.${role}`) : [],
  );
  const fixed = [...cells.values()].filter(({ tensor }) => !images.has(tensor));
  return [
    ...single,
    ...moved.map((address) => {
      const own = new Set(fixed.filter(({ tensor }) => tensor === address).map(({ offset }) => offset));
      return {
        address,
        ...stepEffect(
          opened.tensor(`${scope}${address}`).data,
          before.tensor(address).data,
          after.tensor(address).data,
          own,
        ),
      };
    }),
  ];
}

/** Σ slope · (after − before) over a tensor, without the cells that were set by themselves. */
function stepEffect(
  slopes: ArrayLike<number>,
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  without: ReadonlySet<number>,
): { cells: number; effect: number } {
  let effect = 0;
  for (let k = 0; k < slopes.length; k++) if (!without.has(k)) effect += slopes[k] * (after[k] - before[k]);
  return { cells: slopes.length - without.size, effect };
}
