// crossEntropy: the definition, forward and right below it backward, as plain loops in float64.
//
//   loss = −ln p(label) = ln Σ_j e^(z_j−m) − (z_label−m)      m = max_j z_j
//
// It is computed from the logits z, so that a probability that rounds to 0 gives no infinite loss. The derivative of the first part
// is e^(z_k−m) ÷ Σ_j e^(z_j−m) = p(k), that of the second is t(k) = 1 where k is the label, else 0. L is what is differentiated:
// the loss itself, or the mean over a batch, of which ∂L/∂loss = 1/N is this sample's share.
//
//   ∂L/∂z(k) = p(k)·∂L/∂loss + (−1)·t(k)·∂L/∂loss
//   ∂L/∂p(k) = (−1)·t(k)·∂L/∂loss ÷ p(k)      0 where t(k) is 0, whatever p(k) is
//
// The first is the way of the chain rule from the loss to z. The second shows the loss as −ln p; who follows it through the
// softmax must leave the first out.
import { exp, log } from "../../base/math.ts";
import { largest } from "../logits.ts";
import type { Gradients, Reference, Site, Values } from "../op.ts";

function forward(_site: Site<object>, { inputs: [z], output: loss, label }: Values): void {
  const m = largest(z);
  let S = 0;
  for (let j = 0; j < z.length; j++) S += exp(z[j] - m);
  loss[0] = log(S) - (z[label] - m);
}

function backward(_site: Site<object>, { inputs: [, p], label }: Values, gradients: Gradients): void {
  const [dLoss] = gradients.output;
  const [dz, dp] = gradients.inputs;
  if (dz) {
    for (let k = 0; k < dz.length; k++) dz[k] += p[k] * dLoss;
    dz[label] -= dLoss;
  }
  if (dp) dp[label] += -dLoss / p[label];
}

export const reference: Reference<object> = { forward, backward };
