// avgPool2d: the terms of any cell of O and ∂L/∂I, in the order in which reference.ts adds them.

import type { Law } from "../../trace/terms.ts";
import { constant, type Derivation, type Factor, padding } from "../../trace/terms.ts";
import type { Explain, Sight } from "../op.ts";
import { noParameterGradient } from "../parameterless.ts";
import { type PoolOptions, poolAxes } from "../pooling.ts";
import { positionOf, windowsOver } from "../window.ts";
import { cellsIn } from "./op.ts";

const laws = {
  output: { text: "Σ_m Σ_n I(y,x,c)·1/n", latex: "\\sum_m \\sum_n I(y,x,c) \\cdot \\frac{1}{n}" },
  inputGradient: {
    text: "Σ_i Σ_j ∂L/∂O(i,j,c)·1/n",
    latex: "\\sum_i \\sum_j \\frac{\\partial L}{\\partial O(i,j,c)} \\cdot \\frac{1}{n}",
  },
} satisfies Record<string, Law>;

type See = Sight<PoolOptions>;

/** Each cell's share in the mean of n cells. */
const shareOf = (n: number) => constant("1/n", "1/n", 1 / n);

function output(sight: See, [i, j, c]: readonly number[]): Derivation {
  const [rows, columns] = poolAxes(sight.site.options, sight.site.inputs[0]);
  const count = cellsIn(rows, i) * cellsIn(columns, j);
  const terms: Factor[][] = [];
  for (let m = 0; m < rows.kernel; m++) {
    for (let n = 0; n < columns.kernel; n++) {
      const y = positionOf(rows, i, m);
      const x = positionOf(columns, j, n);
      const outside = y < 0 || x < 0;
      terms.push([outside ? constant("0", padding, 0) : sight.input("I", [y, x, c]), shareOf(count)]);
    }
  }
  const notes = [count < terms.length ? `n = ${count} of ${terms.length}: padding is not counted.` : `n = ${count}.`];
  return { rule: "avgPool2d.output", law: laws.output, combine: "sum", terms, notes };
}

function inputGradient(sight: See, [y, x, c]: readonly number[]): Derivation {
  const [rows, columns] = poolAxes(sight.site.options, sight.site.inputs[0]);
  const terms: Factor[][] = [];
  for (const [i] of windowsOver(rows, y)) {
    for (const [j] of windowsOver(columns, x)) {
      terms.push([sight.outputGradient("O", [i, j, c]), shareOf(cellsIn(rows, i) * cellsIn(columns, j))]);
    }
  }
  const notes = terms.length === 0 ? ["No window reads this cell."] : [];
  return { rule: "avgPool2d.inputGradient", law: laws.inputGradient, combine: "sum", terms, notes };
}

export const explain: Explain<PoolOptions> = { output, inputGradient, parameterGradient: noParameterGradient };
