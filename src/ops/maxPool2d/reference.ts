// maxPool2d: the definition, forward and right below it backward, as plain loops in float64.
//
//   O(i,j,c) = max_m max_n I(y,x,c)      y = i·s_h − p_t + m,  x = j·s_w − p_l + n
//
// I is −∞ outside the image: padding never wins. Cells are compared row by row, and a tie keeps the first. The maximum passes
// one cell on and holds the others back, ∂O(i,j,c)/∂I(y,x,c) = w(i,j) = 1 where (y,x) wins window (i,j), else 0, so
//
//   ∂L/∂I(y,x,c) = Σ_i Σ_j ∂L/∂O(i,j,c)·w(i,j)      over the windows (i,j) that read (y,x)
//
// Where w is 0 nothing is added: adding the product would change no bit.
import type { Gradients, Reference, Site, Values } from "../op.ts";
import { type PoolOptions, poolAxes } from "../pooling.ts";
import { positionOf } from "../window.ts";
import { takesLead } from "./op.ts";

/** Visits the output cells in row-major order: flat position in O, that of the winner in I, and the winner's tap m·kw + n. */
function eachWinner(
  { options, inputs: [image] }: Site<PoolOptions>,
  [I]: Values["inputs"],
  visit: (o: number, winner: number, tap: number) => void,
): void {
  const [rows, columns] = poolAxes(options, image);
  const [, width, channels] = image;
  let o = 0;
  for (let i = 0; i < rows.count; i++) {
    for (let j = 0; j < columns.count; j++) {
      for (let c = 0; c < channels; c++) {
        let winner = -1;
        let tap = -1;
        for (let m = 0; m < rows.kernel; m++) {
          const y = positionOf(rows, i, m);
          if (y < 0) continue;
          for (let n = 0; n < columns.kernel; n++) {
            const x = positionOf(columns, j, n);
            if (x < 0) continue;
            const p = (y * width + x) * channels + c;
            if (winner >= 0 && !takesLead(I[p], I[winner])) continue;
            winner = p;
            tap = m * columns.kernel + n;
          }
        }
        visit(o++, winner, tap);
      }
    }
  }
}

function forward(site: Site<PoolOptions>, { inputs, output: O }: Values): void {
  const [I] = inputs;
  eachWinner(site, inputs, (o, winner) => {
    O[o] = I[winner];
  });
}

function backward(site: Site<PoolOptions>, { inputs }: Values, gradients: Gradients): void {
  const dO = gradients.output;
  const [dI] = gradients.inputs;
  if (!dI) return;
  eachWinner(site, inputs, (o, winner) => {
    dI[winner] += dO[o];
  });
}

/** The winner's tap, m·kw + n, of every window. */
function choices(site: Site<PoolOptions>, { inputs, output: O }: Values): Int32Array {
  const taps = new Int32Array(O.length);
  eachWinner(site, inputs, (o, _winner, tap) => {
    taps[o] = tap;
  });
  return taps;
}

export const reference: Reference<PoolOptions> = { forward, backward, choices };
