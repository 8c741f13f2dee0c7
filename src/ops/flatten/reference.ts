// flatten: the definition, forward and right below it backward, as plain loops in float64.
//
//   O(k) = I(i,j,c),  k = (i·W + j)·C + c          each number keeps its place in memory, so ∂L/∂I(i,j,c) = ∂L/∂O(k)
import type { Gradients, Reference, Site, Values } from "../op.ts";

function forward(_site: Site<object>, { inputs: [I], output: O }: Values): void {
  for (let k = 0; k < O.length; k++) O[k] = I[k];
}

function backward(_site: Site<object>, _values: Values, gradients: Gradients): void {
  const dO = gradients.output;
  const [dI] = gradients.inputs;
  if (dI) for (let k = 0; k < dO.length; k++) dI[k] += dO[k];
}

export const reference: Reference<object> = { forward, backward };
