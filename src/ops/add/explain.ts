// add: the terms of any cell of O, ∂L/∂A and ∂L/∂B.
import type { Explain } from "../op.ts";
import { noParameterGradient } from "../parameterless.ts";

export const explain: Explain<object> = {
  output: (sight, cell) => ({
    rule: "add.output",
    law: { text: "A + B", latex: "A + B" },
    combine: "sum",
    terms: [[sight.input("A", cell, 0)], [sight.input("B", cell, 1)]],
  }),
  inputGradient: (sight, cell) => ({
    rule: "add.inputGradient",
    law: { text: "∂L/∂O", latex: "\\frac{\\partial L}{\\partial O}" },
    combine: "sum",
    terms: [[sight.outputGradient("O", cell)]],
  }),
  parameterGradient: noParameterGradient,
};
