// add: the definition, forward and right below it backward, as plain loops in float64.
//
//   O = A + B, cell by cell          ∂O/∂A = ∂O/∂B = 1, hence          ∂L/∂A = ∂L/∂B = ∂L/∂O
import type { Gradients, Reference, Site, Values } from "../op.ts";

function forward(_site: Site<object>, { inputs: [A, B], output: O }: Values): void {
  for (let k = 0; k < O.length; k++) O[k] = A[k] + B[k];
}

function backward(_site: Site<object>, _values: Values, gradients: Gradients): void {
  const dO = gradients.output;
  for (const d of gradients.inputs) if (d) for (let k = 0; k < dO.length; k++) d[k] += dO[k];
}

export const reference: Reference<object> = { forward, backward };
