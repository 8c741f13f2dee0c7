// relu: the definition, forward and right below it backward, as plain loops in float64.
//
//   O = max(0, I), cell by cell; a NaN passes on
//
// The slope of that is ReLU′(I) = 1 where I > 0, else 0; at the kink, I = 0, it is 0 by convention. Hence
//
//   ∂L/∂I = ∂L/∂O·ReLU′(I)
//
// Where the slope is 0 nothing is added: adding the product would change no bit.
import type { Gradients, Reference, Site, Values } from "../op.ts";

function forward(_site: Site<object>, { inputs: [I], output: O }: Values): void {
  for (let k = 0; k < O.length; k++) O[k] = Math.max(0, I[k]);
}

function backward(_site: Site<object>, { inputs: [I] }: Values, gradients: Gradients): void {
  const dO = gradients.output;
  const [dI] = gradients.inputs;
  if (dI) for (let k = 0; k < dO.length; k++) if (I[k] > 0) dI[k] += dO[k];
}

/** 1 where the gate is open, else 0. */
function choices(_site: Site<object>, { inputs: [I] }: Values): Int32Array {
  return Int32Array.from(I, (v) => (v > 0 ? 1 : 0));
}

export const reference: Reference<object> = { forward, backward, choices };
