// dense: the terms of any cell of O, ∂L/∂I, ∂L/∂W and ∂L/∂β, in the order in which reference.ts adds them.
import type { Derivation, Factor, Law } from "../../trace/terms.ts";
import type { Explain, Sight } from "../op.ts";
import type { DenseOptions } from "./op.ts";

const laws = {
  output: { text: "Σ_i I(i)·W(i,k) + β(k)", latex: "\\sum_i I(i)\\,W(i,k) + \\beta(k)" },
  outputWithoutBias: { text: "Σ_i I(i)·W(i,k)", latex: "\\sum_i I(i)\\,W(i,k)" },
  inputGradient: { text: "Σ_k ∂L/∂O(k)·W(i,k)", latex: "\\sum_k \\frac{\\partial L}{\\partial O(k)}\\,W(i,k)" },
  weightGradient: { text: "I(i)·∂L/∂O(k)", latex: "I(i) \\cdot \\frac{\\partial L}{\\partial O(k)}" },
  biasGradient: { text: "∂L/∂O(k)", latex: "\\frac{\\partial L}{\\partial O(k)}" },
} satisfies Record<string, Law>;

type See = Sight<DenseOptions>;

function output(sight: See, [k]: readonly number[]): Derivation {
  const { options, inputs } = sight.site;
  const terms: Factor[][] = [];
  for (let i = 0; i < inputs[0][0]; i++) terms.push([sight.input("I", [i]), sight.parameter("W", "weight", [i, k])]);
  if (options.useBias) terms.push([sight.parameter("β", "bias", [k])]);
  return { rule: "dense.output", law: options.useBias ? laws.output : laws.outputWithoutBias, combine: "sum", terms };
}

function inputGradient(sight: See, [i]: readonly number[]): Derivation {
  const terms: Factor[][] = [];
  for (let k = 0; k < sight.site.options.units; k++)
    terms.push([sight.outputGradient("O", [k]), sight.parameter("W", "weight", [i, k])]);
  return { rule: "dense.inputGradient", law: laws.inputGradient, combine: "sum", terms };
}

function weightGradient(sight: See, [i, k]: readonly number[]): Derivation {
  const terms = [[sight.input("I", [i]), sight.outputGradient("O", [k])]];
  return { rule: "dense.weightGradient", law: laws.weightGradient, combine: "sum", terms };
}

function biasGradient(sight: See, cell: readonly number[]): Derivation {
  const terms = [[sight.outputGradient("O", cell)]];
  return { rule: "dense.biasGradient", law: laws.biasGradient, combine: "sum", terms };
}

export const explain: Explain<DenseOptions> = {
  output,
  inputGradient,
  parameterGradient: (sight, name, cell) =>
    name === "weight" ? weightGradient(sight, cell) : biasGradient(sight, cell),
};
