// avgPool2d: the definition, forward and right below it backward, as plain loops in float64.
//
//   O(i,j,c) = Σ_m Σ_n I(y,x,c)·1/n(i,j)      y = i·s_h − p_t + m,  x = j·s_w − p_l + n
//
// n(i,j) counts the cells of the window that lie in the image: padding is neither added nor counted. Every such cell has the same
// share in the mean, ∂O(i,j,c)/∂I(y,x,c) = 1/n(i,j), so
//
//   ∂L/∂I(y,x,c) = Σ_i Σ_j ∂L/∂O(i,j,c)·1/n(i,j)      over the windows (i,j) that read (y,x)
import type { Gradients, Reference, Site, Values } from "../op.ts";
import { type PoolOptions, poolAxes } from "../pooling.ts";
import { positionOf } from "../window.ts";
import { cellsIn } from "./op.ts";

/** Visits every cell of every window in row-major order: flat positions of the window in O and of the cell in I, both at channel 0. */
function eachCell(
  { options, inputs: [image] }: Site<PoolOptions>,
  visit: (o: number, p: number, share: number) => void,
): void {
  const [rows, columns] = poolAxes(options, image);
  const [, width, channels] = image;
  for (let i = 0; i < rows.count; i++) {
    for (let j = 0; j < columns.count; j++) {
      const share = 1 / (cellsIn(rows, i) * cellsIn(columns, j));
      for (let m = 0; m < rows.kernel; m++) {
        const y = positionOf(rows, i, m);
        if (y < 0) continue;
        for (let n = 0; n < columns.kernel; n++) {
          const x = positionOf(columns, j, n);
          if (x >= 0) visit((i * columns.count + j) * channels, (y * width + x) * channels, share);
        }
      }
    }
  }
}

function forward(site: Site<PoolOptions>, { inputs: [I], output: O }: Values): void {
  const channels = site.inputs[0][2];
  O.fill(0);
  eachCell(site, (o, p, share) => {
    for (let c = 0; c < channels; c++) O[o + c] += I[p + c] * share;
  });
}

function backward(site: Site<PoolOptions>, _values: Values, gradients: Gradients): void {
  const channels = site.inputs[0][2];
  const dO = gradients.output;
  const [dI] = gradients.inputs;
  if (!dI) return;
  eachCell(site, (o, p, share) => {
    for (let c = 0; c < channels; c++) dI[p + c] += dO[o + c] * share;
  });
}

export const reference: Reference<PoolOptions> = { forward, backward };
