// relu: the one term of any cell of O and ∂L/∂I: what arrives, times the slope of the gate.
import { type CellFactor, type Choice, constant, type Factor } from "../../trace/terms.ts";
import type { Explain } from "../op.ts";
import { noParameterGradient } from "../parameterless.ts";

function gateOf(x: CellFactor): { slope: Factor; choice: Choice } {
  return {
    slope: constant("slope", "slope", x.value > 0 ? 1 : 0),
    choice: { kind: "gate", address: x.address, margin: Math.abs(x.value), tie: x.value === 0 },
  };
}

export const explain: Explain<object> = {
  output(sight, cell) {
    const x = sight.input("I", cell);
    const { slope, choice } = gateOf(x);
    const law = { text: "max(0, I)", latex: "\\max(0, I)" };
    return { rule: "relu.output", law, combine: "gate", terms: [[x, slope]], choice };
  },
  inputGradient(sight, cell) {
    const { slope, choice } = gateOf(sight.input("I", cell));
    const law = { text: "∂L/∂O·ReLU′(I)", latex: "\\frac{\\partial L}{\\partial O} \\cdot \\mathrm{ReLU}'(I)" };
    const terms = [[sight.outputGradient("O", cell), slope]];
    return { rule: "relu.inputGradient", law, combine: "gate", terms, choice };
  },
  parameterGradient: noParameterGradient,
};
