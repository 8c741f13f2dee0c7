// flatten: the one term of any cell of O and ∂L/∂I: the number itself, from its other place.
import { cellAt, offsetOf } from "../../base/shape.ts";
import type { Explain } from "../op.ts";
import { noParameterGradient } from "../parameterless.ts";

export const explain: Explain<object> = {
  output: (sight, [k]) => ({
    rule: "flatten.output",
    law: { text: "I(i,j,c)", latex: "I(i,j,c)" },
    combine: "sum",
    terms: [[sight.input("I", cellAt(sight.site.inputs[0], k))]],
  }),
  inputGradient: (sight, cell) => ({
    rule: "flatten.inputGradient",
    law: { text: "∂L/∂O(k)", latex: "\\frac{\\partial L}{\\partial O(k)}" },
    combine: "sum",
    terms: [[sight.outputGradient("O", [offsetOf(sight.site.inputs[0], cell)])]],
  }),
  parameterGradient: noParameterGradient,
};
