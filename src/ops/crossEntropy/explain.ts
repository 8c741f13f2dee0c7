// crossEntropy: the terms of the loss, of any cell of ∂L/∂z and of ∂L/∂p, in the order in which reference.ts adds them.
import { log } from "../../base/math.ts";
import { formatNumber } from "../../trace/notation.ts";
import type { Law } from "../../trace/terms.ts";
import { constant, type Derivation, type Factor } from "../../trace/terms.ts";
import { shiftedLogits } from "../logits.ts";
import type { Explain, Sight } from "../op.ts";
import { noParameterGradient } from "../parameterless.ts";

const laws = {
  output: { text: "ln Σ_j e^(z_j−m) − (z_label−m)", latex: "\\ln \\sum_j e^{z_j-m} - (z_{\\text{label}}-m)" },
  logitGradient: {
    text: "p(k)·∂L/∂loss − t(k)·∂L/∂loss",
    latex: "p(k)\\,\\frac{\\partial L}{\\partial \\text{loss}} - t(k)\\,\\frac{\\partial L}{\\partial \\text{loss}}",
  },
  probabilityGradient: {
    text: "−t(k)·∂L/∂loss ÷ p(k)",
    latex: "-t(k)\\,\\frac{\\partial L}{\\partial \\text{loss}} \\div p(k)",
  },
} satisfies Record<string, Law>;

const minus = constant("(−1)", "minus", -1);

/** t(k): 1 for the label, 0 for every other class. */
function targetOf({ label }: Sight<object>, k: number): Factor {
  return constant(`t(${k})`, `target[${k}]`, k === label ? 1 : 0);
}

function output(sight: Sight<object>): Derivation {
  const { differences, exponentials, notes } = shiftedLogits(sight);
  const p = sight.input("p", [sight.label], 1);
  const other = `−ln p = −ln ${formatNumber(p.value)} = ${formatNumber(-log(p.value))}, with p = ${p.address}.`;
  const terms = [[differences[sight.label]], ...exponentials.map((exponential) => [exponential])];
  return { rule: "crossEntropy.output", law: laws.output, combine: "log", terms, notes: [...notes, other] };
}

function logitGradient(sight: Sight<object>, k: number): Derivation {
  const dLoss = sight.outputGradient("loss", []);
  const terms = [
    [sight.input("p", [k], 1), dLoss],
    [minus, targetOf(sight, k), dLoss],
  ];
  return { rule: "crossEntropy.logitGradient", law: laws.logitGradient, combine: "sum", terms };
}

/** A quotient for the label; for another class the 0 above the line alone, since its p may be 0 too. */
function probabilityGradient(sight: Sight<object>, k: number): Derivation {
  const above = [minus, targetOf(sight, k), sight.outputGradient("loss", [])];
  const shown = { rule: "crossEntropy.probabilityGradient", law: laws.probabilityGradient };
  if (k === sight.label) return { ...shown, combine: "quotient", terms: [above, [sight.input("p", [k], 1)]] };
  return { ...shown, combine: "sum", terms: [above], notes: ["The loss reads the label's probability only."] };
}

export const explain: Explain<object> = {
  output,
  inputGradient: (sight, [k], which) => (which === 0 ? logitGradient(sight, k) : probabilityGradient(sight, k)),
  parameterGradient: noParameterGradient,
};
