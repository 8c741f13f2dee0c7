// maxPool2d: the terms of any cell of O and ∂L/∂I, in the order in which reference.ts meets them.

import { cellSymbol } from "../../trace/notation.ts";
import type { Law } from "../../trace/terms.ts";
import { type CellFactor, type Choice, constant, type Derivation, type Factor, padding } from "../../trace/terms.ts";
import type { Explain, Sight } from "../op.ts";
import { noParameterGradient } from "../parameterless.ts";
import { type PoolOptions, poolAxes } from "../pooling.ts";
import { positionOf, windowsOver } from "../window.ts";
import { takesLead } from "./op.ts";

const laws = {
  output: { text: "max_m max_n I(y,x,c)", latex: "\\max_m \\max_n I(y,x,c)" },
  inputGradient: {
    text: "Σ_i Σ_j ∂L/∂O(i,j,c)·w(i,j)",
    latex: "\\sum_i \\sum_j \\frac{\\partial L}{\\partial O(i,j,c)}\\,w(i,j)",
  },
} satisfies Record<string, Law>;

type See = Sight<PoolOptions>;

/** A window's cells, row by row; padding is −∞. */
function windowAt(sight: See, i: number, j: number, c: number): Factor[] {
  const [rows, columns] = poolAxes(sight.site.options, sight.site.inputs[0]);
  const cells: Factor[] = [];
  for (let m = 0; m < rows.kernel; m++) {
    for (let n = 0; n < columns.kernel; n++) {
      const y = positionOf(rows, i, m);
      const x = positionOf(columns, j, n);
      const outside = y < 0 || x < 0;
      cells.push(outside ? constant("−∞", padding, Number.NEGATIVE_INFINITY) : sight.input("I", [y, x, c]));
    }
  }
  return cells;
}

/** Where in its window the winner stands, and by how much it beats the runner-up. */
function winnerOf(cells: readonly Factor[]): { tap: number; choice: Choice } {
  const inside = cells.filter((cell): cell is CellFactor => cell.constant !== padding);
  let winner = inside[0];
  for (const cell of inside) if (takesLead(cell.value, winner.value)) winner = cell;
  let runnerUp = Number.NEGATIVE_INFINITY;
  for (const cell of inside) if (cell !== winner && takesLead(cell.value, runnerUp)) runnerUp = cell.value;
  const tie = inside.length > 1 && runnerUp === winner.value;
  const margin = tie ? 0 : winner.value - runnerUp;
  const { address } = winner;
  return { tap: cells.indexOf(winner), choice: { kind: "winner", address, margin, tie } };
}

function output(sight: See, [i, j, c]: readonly number[]): Derivation {
  const cells = windowAt(sight, i, j, c);
  const terms = cells.map((cell) => [cell]);
  return { rule: "maxPool2d.output", law: laws.output, combine: "max", terms, choice: winnerOf(cells).choice };
}

function inputGradient(sight: See, [y, x, c]: readonly number[]): Derivation {
  const [rows, columns] = poolAxes(sight.site.options, sight.site.inputs[0]);
  const terms: Factor[][] = [];
  const notes: string[] = [];
  for (const [i, m] of windowsOver(rows, y)) {
    for (const [j, n] of windowsOver(columns, x)) {
      const { tap, choice } = winnerOf(windowAt(sight, i, j, c));
      const wins = tap === m * columns.kernel + n ? 1 : 0;
      terms.push([sight.outputGradient("O", [i, j, c]), constant(cellSymbol("w", [i, j]), "winner", wins)]);
      notes.push(`Window (${i},${j}) is won by ${choice.address}${choice.tie ? ", the first of a tie" : ""}.`);
    }
  }
  if (terms.length === 0) notes.push("No window reads this cell.");
  return { rule: "maxPool2d.inputGradient", law: laws.inputGradient, combine: "sum", terms, notes };
}

export const explain: Explain<PoolOptions> = { output, inputGradient, parameterGradient: noParameterGradient };
