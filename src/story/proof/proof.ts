// The proof of a step: stored numbers against their terms added anew, gradients against central differences, the result as a stamp.
import { counted, thousands } from "../../base/counted.ts";
import type { Host } from "../../base/host.ts";
import { fail as failModel } from "../../base/words/model.ts";
import { fail } from "../../base/words/story.ts";
import type { Backend } from "../../graph/backend.ts";
import { type Network, parameterSpecs } from "../../graph/network.ts";
import type { Model } from "../../nn/model.ts";
import type { Pixels } from "../../nn/trainer.ts";
import { formatNumber } from "../../trace/notation.ts";
import { type CheckResult, checkGradients, type Kink } from "../check.ts";
import { explain } from "../explain.ts";
import { type Distance, type Readded, readd } from "./readd.ts";

export interface ProofRequest {
  /** One image: H·W·C numbers. */
  readonly input: Pixels;
  /** The true class. */
  readonly label: number;
  /** Cells that are re-added, drawn by seed over all tensors, forward values, gradients and values after the step; every layer has one where the
   * number allows it. Default 200; "all" for every one. */
  readonly numbers?: number | "all";
  /** Cells of each parameter that are held against central differences. Default: 200 in all, fewer where the network is so large that it would
   * take long, one at least. */
  readonly gradients?: number | "all";
  /** Default 0. */
  readonly seed?: number;
  /** η of the values after the step; default 0.001. */
  readonly learningRate?: number;
  /** Whose numbers are re-added; default "reference". Central differences are always taken in float64. */
  readonly backend?: Backend;
  readonly host?: Host | undefined;
}

export interface Proof {
  /** Accounts that were re-added. */
  readonly numbers: number;
  /** Their terms. */
  readonly terms: number;
  /** Accounts whose terms give the stored bits. */
  readonly exact: number;
  /** The number that takes up most of what rounding allows. */
  readonly worst: Distance;
  readonly gradients: {
    /** Cells compared, kinks not counted. */
    readonly checked: number;
    readonly kinks: readonly Kink[];
    readonly worstRelative: number;
    readonly tolerance: number;
  };
  readonly seed: number;
  /** False where one number does not add up or one gradient is off. */
  readonly passed: boolean;
  /** The stamp: two lines. */
  readonly text: string;
}

/** Multiply-adds that central differences may take where the request does not say how many: some seconds. */
const effort = 2e9;

/** Re-checks the step of a model on one picture. Throws where the model has no loss, the image or label do not fit, or an option is wrong. */
export async function prove(model: Model, request: ProofRequest): Promise<Proof> {
  const { input, label, numbers = 200, gradients, seed = 0, learningRate, backend, host = model.host } = request;
  checkCount("numbers", numbers);
  if (gradients !== undefined) checkCount("gradients", gradients);
  if (!model.network.head) failModel("model.noHead", {});
  const opened = await explain(model, {
    input,
    label,
    ...(learningRate !== undefined && { learningRate }),
    ...(backend !== undefined && { backend }),
    host,
  });
  const readded = await readd(opened, numbers, seed, host);
  const samples = gradients ?? affordable(model.network);
  const checked = await checkGradients(model, { input, label, samples, seed, host });
  return stamp(readded, checked, seed);
}

function checkCount(option: string, received: number | "all"): void {
  if (received === "all" || (Number.isSafeInteger(received) && received >= 1)) return;
  fail("option.value", { where: "prove", option, expected: 'a whole number from 1 up, or "all"', received });
}

/** Cells of each parameter, by the size of the network alone: a central difference runs it four times. */
function affordable(network: Network): number {
  const once = network.nodes.reduce((sum, { operation, site }) => sum + operation.op.multiplyAdds(site), 0);
  const tensors = Math.max(1, parameterSpecs(network).length);
  const most = Math.floor(effort / (4 * Math.max(1, once)) / tensors);
  return Math.max(1, Math.min(Math.ceil(200 / tensors), most));
}

/** Counts and worst distances in two lines. */
export function stamp(
  { wrong, ...readded }: Readded,
  { layers, passed, kinks, tolerance }: CheckResult,
  seed: number,
): Proof {
  const gradients = {
    checked: layers.reduce((sum, layer) => sum + layer.checked, 0),
    kinks,
    worstRelative: Math.max(0, ...layers.map(({ worstRelative }) => worstRelative)),
    tolerance,
  };
  const text = `${describeNumbers(readded, wrong)}\n${describeGradients(gradients)}`;
  return { ...readded, gradients, seed, passed: passed && wrong.length === 0, text };
}

function describeNumbers({ numbers, terms, exact, worst }: Omit<Readded, "wrong">, wrong: readonly string[]): string {
  const start = `${counted(numbers, "number")} re-added from ${counted(terms, "term")}`;
  const { address, residual, ulps, bound } = worst;
  if (wrong.length > 0) return `${start}: ${thousands(wrong.length)} wrong: ${named(wrong)}.`;
  if (exact === numbers)
    return `${start}: ${exact === 1 ? "exact" : `${thousands(exact)} exactly`}, no distance anywhere.`;
  const spacings = `${formatNumber(ulps)} float32 spacing${ulps === 1 ? "" : "s"}`;
  const off = `${formatNumber(Math.abs(residual))} (${spacings}) where rounding allows ${formatNumber(bound)}`;
  return `${start}: ${thousands(exact)} exactly, the others within rounding; worst ${address}, off by ${off}.`;
}

function describeGradients({ checked, kinks, worstRelative, tolerance }: Proof["gradients"]): string {
  const start = `${counted(checked, "gradient")} against central differences`;
  const held = worstRelative <= tolerance ? "allowed" : "too far, allowed";
  const distance = `worst relative distance ${formatNumber(worstRelative, 2)} (${held} ${formatNumber(tolerance)})`;
  const places = kinks.map(({ parameter, at }) => `${parameter} changes the choice at ${at}`);
  const crossed = kinks.length === 0 ? "no kinks" : `${counted(kinks.length, "kink")} not compared: ${named(places)}`;
  return `${start}: ${distance}; ${crossed}.`;
}

/** The first three, and how many more there are. */
function named(all: readonly string[]): string {
  const shown = all.slice(0, 3).join("; ");
  return all.length > 3 ? `${shown}; and ${thousands(all.length - 3)} more` : shown;
}
