// softmax: the terms of any cell of p and ∂L/∂z, in the order in which reference.ts adds them.

import type { Law } from "../../trace/terms.ts";
import { constant, type Derivation } from "../../trace/terms.ts";
import { shiftedLogits } from "../logits.ts";
import type { Explain, Sight } from "../op.ts";
import { noParameterGradient } from "../parameterless.ts";

const laws = {
  output: { text: "e^(z_k−m) ÷ Σ_j e^(z_j−m)", latex: "\\frac{e^{z_k-m}}{\\sum_j e^{z_j-m}}" },
  inputGradient: {
    text: "∂L/∂p(k)·p(k) − Σ_j ∂L/∂p(j)·p(j)·p(k)",
    latex: "\\frac{\\partial L}{\\partial p(k)}\\,p(k) - \\sum_j \\frac{\\partial L}{\\partial p(j)}\\,p(j)\\,p(k)",
  },
} satisfies Record<string, Law>;

function output(sight: Sight<object>, [k]: readonly number[]): Derivation {
  const { exponentials, notes } = shiftedLogits(sight);
  const terms = [[exponentials[k]], ...exponentials.map((exponential) => [exponential])];
  return { rule: "softmax.output", law: laws.output, combine: "quotient", terms, notes };
}

function inputGradient(sight: Sight<object>, [k]: readonly number[]): Derivation {
  const minus = constant("(−1)", "minus", -1);
  const own = sight.output("p", [k]);
  const terms = [[sight.outputGradient("p", [k]), own]];
  for (let j = 0; j < sight.site.output[0]; j++)
    terms.push([minus, sight.outputGradient("p", [j]), sight.output("p", [j]), own]);
  return { rule: "softmax.inputGradient", law: laws.inputGradient, combine: "sum", terms };
}

export const explain: Explain<object> = { output, inputGradient, parameterGradient: noParameterGradient };
