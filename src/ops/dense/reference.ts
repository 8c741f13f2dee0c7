// dense: the definition, forward and right below it backward, as plain loops in float64.
//
//   O(k) = Σ_i I(i)·W(i,k) + β(k)
//
// W(i,k) and β(k) take part in O(k) alone, I(i) in every O(k), so by the chain rule
//
//   ∂L/∂β(k)   = ∂L/∂O(k)
//   ∂L/∂W(i,k) = I(i)·∂L/∂O(k)
//   ∂L/∂I(i)   = Σ_k ∂L/∂O(k)·W(i,k)
//
// Sums run in the order written, the bias last. Products with a zero I are skipped: adding them changes no bit.
import type { Gradients, Reference, Site, Values } from "../op.ts";
import type { DenseOptions } from "./op.ts";

function forward(
  { output: [units] }: Site<DenseOptions>,
  { inputs: [I], output: O, parameters: { weight: W, bias: β } }: Values,
): void {
  O.fill(0);
  for (let i = 0; i < I.length; i++) {
    const v = I[i];
    if (v === 0) continue;
    const w = i * units;
    for (let k = 0; k < units; k++) O[k] += v * W[w + k];
  }
  if (β) for (let k = 0; k < units; k++) O[k] += β[k];
}

function backward({ output: [units] }: Site<DenseOptions>, values: Values, gradients: Gradients): void {
  const [I] = values.inputs;
  const { weight: W } = values.parameters;
  const dO = gradients.output;
  const [dI] = gradients.inputs;
  const { weight: dW, bias: dβ } = gradients.parameters;
  for (let i = 0; i < I.length; i++) {
    const v = I[i];
    const w = i * units;
    if (dW && v !== 0) for (let k = 0; k < units; k++) dW[w + k] += v * dO[k];
    if (dI) for (let k = 0; k < units; k++) dI[i] += dO[k] * W[w + k];
  }
  if (dβ) for (let k = 0; k < units; k++) dβ[k] += dO[k];
}

export const reference: Reference<DenseOptions> = { forward, backward };
