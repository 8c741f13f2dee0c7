// rescale: the terms of any cell of O and ∂L/∂I, as reference.ts computes them.
import { constant } from "../../trace/terms.ts";
import type { Explain } from "../op.ts";
import { noParameterGradient } from "../parameterless.ts";
import type { RescaleOptions } from "./op.ts";

export const explain: Explain<RescaleOptions> = {
  output: (sight, cell) => ({
    rule: "rescale.output",
    law: { text: "I ÷ divisor", latex: "\\frac{I}{\\text{divisor}}" },
    combine: "quotient",
    terms: [[sight.input("I", cell)], [constant("divisor", "divisor", sight.site.options.divisor)]],
  }),
  inputGradient: (sight, cell) => ({
    rule: "rescale.inputGradient",
    law: {
      text: "∂L/∂O·(1/divisor)",
      latex: "\\frac{\\partial L}{\\partial O} \\cdot \\frac{1}{\\text{divisor}}",
    },
    combine: "sum",
    terms: [[sight.outputGradient("O", cell), constant("(1/divisor)", "1/divisor", 1 / sight.site.options.divisor)]],
  }),
  parameterGradient: noParameterGradient,
};
