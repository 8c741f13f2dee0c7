// conv2d by Winograd: how far its numbers may lie from the exact ones.
//
// Products of tiles add and subtract all that a tile sees, so that a cell's rounding errors go with the largest numbers around it, not with
// its own terms: where all its terms are 0 and its neighbours' are not, what comes out is only nearly 0. With u = 2⁻²⁴ and ‖·‖ the largest
// magnitude in a channel,
//
//   |error of O(i,j,f)|       ≤ winogradBound · u · (|β(f)| + Σ_c ‖I(·,·,c)‖ · Σ_m Σ_n |K(m,n,c,f)|)
//   |error of ∂L/∂I(y,x,c)|   ≤ winogradBound · u · Σ_f ‖∂L/∂O(·,·,f)‖ · Σ_m Σ_n |K(m,n,c,f)|
//   |error of ∂L/∂K(m,n,c,f)| ≤ winogradBound · u · ‖I(·,·,c)‖ · Σ_i Σ_j |∂L/∂O(i,j,f)|
//
// where the last is summed over images as the gradient is. What a gradient is added to counts with its magnitude.
import type { Numbers } from "../../tensor/tensor.ts";
import type { Slack, StoredNumbers } from "../kernels.ts";
import type { Site } from "../op.ts";
import type { Conv2dOptions } from "./op.ts";

/** Measured, not proved: two and a half times the worst, 99, of 1100 random convolutions, dense and sparse. */
export const winogradBound = 256;

/** What the bound is a multiple of, for one image: by filter, by channel, and by channel and filter. */
export interface WinogradScales {
  readonly output: Float64Array;
  readonly inputGradient: Float64Array;
  readonly kernelGradient: Float64Array;
}

/** Visits the numbers of a tensor with their last index. */
function eachOf(numbers: Numbers, last: number, visit: (magnitude: number, index: number) => void): void {
  for (let k = 0; k < numbers.length; k++) visit(Math.abs(numbers[k]), k % last);
}

function largest(numbers: Numbers, last: number): Float64Array {
  const found = new Float64Array(last);
  eachOf(numbers, last, (magnitude, k) => {
    found[k] = Math.max(found[k], magnitude);
  });
  return found;
}

/** The scales of the bound; ∂L/∂O is that of the convolution itself. */
export function winogradScales(
  { inputs: [[, , channels]], options: { filters } }: Site<Conv2dOptions>,
  numbers: {
    readonly input: Numbers;
    readonly kernel: Numbers;
    readonly bias?: Numbers | undefined;
    readonly outputGradient: Numbers;
  },
): WinogradScales {
  const { input, kernel, bias, outputGradient } = numbers;
  const [seen, felt] = [largest(input, channels), largest(outputGradient, filters)];
  const output = Float64Array.from({ length: filters }, (_, f) => Math.abs(bias?.[f] ?? 0));
  const inputGradient = new Float64Array(channels);
  eachOf(kernel, channels * filters, (weight, k) => {
    const [c, f] = [Math.floor(k / filters), k % filters];
    output[f] += seen[c] * weight;
    inputGradient[c] += felt[f] * weight;
  });
  const total = new Float64Array(filters);
  eachOf(outputGradient, filters, (magnitude, f) => {
    total[f] += magnitude;
  });
  const kernelGradient = Float64Array.from(
    { length: channels * filters },
    (_, k) => seen[Math.floor(k / filters)] * total[k % filters],
  );
  return { output, inputGradient, kernelGradient };
}

/** The bound itself, cell by cell. */
export function winogradSlack(site: Site<Conv2dOptions>, { input, parameters, outputGradient }: StoredNumbers): Slack {
  const { kernel, bias } = parameters;
  const scales = winogradScales(site, { input, kernel, bias, outputGradient });
  const { filters } = site.options;
  const factor = winogradBound / 16777216;
  const last = (cell: readonly number[]) => cell[cell.length - 1];
  return {
    output: (cell) => factor * scales.output[last(cell)],
    inputGradient: (cell) => factor * scales.inputGradient[last(cell)],
    parameterGradient: (name, [, , c, f]) => (name === "kernel" ? factor * scales.kernelGradient[c * filters + f] : 0),
  };
}
