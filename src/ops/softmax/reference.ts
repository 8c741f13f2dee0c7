// softmax: the definition, forward and right below it backward, as plain loops in float64.
//
//   p(k) = e^(z_k−m) ÷ S      S = Σ_j e^(z_j−m)      m = max_j z_j, which cancels and keeps every exponential at most 1
//
// z_k stands above and below the line: ∂p(k)/∂z_k = p(k) − p(k)², and ∂p(j)/∂z_k = −p(j)·p(k) for the others, so
//
//   ∂L/∂z(k) = ∂L/∂p(k)·p(k) + Σ_j (−1)·∂L/∂p(j)·p(j)·p(k)      over every j, k included
import { exp } from "../../base/math.ts";
import { largest } from "../logits.ts";
import type { Gradients, Reference, Site, Values } from "../op.ts";

function forward(_site: Site<object>, { inputs: [z], output: p }: Values): void {
  const m = largest(z);
  let S = 0;
  for (let j = 0; j < z.length; j++) {
    p[j] = exp(z[j] - m);
    S += p[j];
  }
  for (let k = 0; k < p.length; k++) p[k] /= S;
}

function backward(_site: Site<object>, { output: p }: Values, gradients: Gradients): void {
  const dp = gradients.output;
  const [dz] = gradients.inputs;
  if (!dz) return;
  for (let k = 0; k < p.length; k++) {
    dz[k] += dp[k] * p[k];
    for (let j = 0; j < p.length; j++) dz[k] += -dp[j] * p[j] * p[k];
  }
}

export const reference: Reference<object> = { forward, backward };
