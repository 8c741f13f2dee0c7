// rescale: the definition, forward and right below it backward, as plain loops in float64.
//
//   O = I ÷ divisor, cell by cell          ∂O/∂I = 1/divisor, hence          ∂L/∂I = ∂L/∂O·(1/divisor)
import type { Gradients, Reference, Site, Values } from "../op.ts";
import type { RescaleOptions } from "./op.ts";

function forward({ options: { divisor } }: Site<RescaleOptions>, { inputs: [I], output: O }: Values): void {
  for (let k = 0; k < O.length; k++) O[k] = I[k] / divisor;
}

function backward({ options: { divisor } }: Site<RescaleOptions>, _values: Values, gradients: Gradients): void {
  const dO = gradients.output;
  const [dI] = gradients.inputs;
  const share = 1 / divisor;
  if (dI) for (let k = 0; k < dO.length; k++) dI[k] += dO[k] * share;
}

export const reference: Reference<RescaleOptions> = { forward, backward };
