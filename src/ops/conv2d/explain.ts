// conv2d: the terms of any cell of O, ∂L/∂I, ∂L/∂K and ∂L/∂β, in the order in which reference.ts adds them.

import type { Law } from "../../trace/terms.ts";
import { constant, type Derivation, type Factor, padding } from "../../trace/terms.ts";
import type { Explain, Sight } from "../op.ts";
import { positionOf, windowsOver } from "../window.ts";
import { axesOf, type Conv2dOptions } from "./op.ts";

const laws = {
  output: {
    text: "Σ_m Σ_n Σ_c I(y,x,c)·K(m,n,c,f) + β(f)",
    latex: "\\sum_m \\sum_n \\sum_c I(y,x,c)\\,K(m,n,c,f) + \\beta(f)",
  },
  outputWithoutBias: {
    text: "Σ_m Σ_n Σ_c I(y,x,c)·K(m,n,c,f)",
    latex: "\\sum_m \\sum_n \\sum_c I(y,x,c)\\,K(m,n,c,f)",
  },
  inputGradient: {
    text: "Σ_i Σ_j Σ_f ∂L/∂O(i,j,f)·K(m,n,c,f)",
    latex: "\\sum_i \\sum_j \\sum_f \\frac{\\partial L}{\\partial O(i,j,f)}\\,K(m,n,c,f)",
  },
  kernelGradient: {
    text: "Σ_i Σ_j ∂L/∂O(i,j,f)·I(y,x,c)",
    latex: "\\sum_i \\sum_j \\frac{\\partial L}{\\partial O(i,j,f)}\\,I(y,x,c)",
  },
  biasGradient: { text: "Σ_i Σ_j ∂L/∂O(i,j,f)", latex: "\\sum_i \\sum_j \\frac{\\partial L}{\\partial O(i,j,f)}" },
} satisfies Record<string, Law>;

type See = Sight<Conv2dOptions>;

/** Which channels filter f reads: the first of its group, and how many. */
function groupOf({ options, inputs: [image] }: See["site"], f: number): { first: number; size: number; index: number } {
  const size = image[2] / options.groups;
  const index = Math.floor((f * options.groups) / options.filters);
  return { first: index * size, size, index };
}

/** I at a position, or the named zero where the window reaches beyond the image. */
function imageAt(sight: See, y: number, x: number, channel: number): Factor {
  return y < 0 || x < 0 ? constant("0", padding, 0) : sight.input("I", [y, x, channel]);
}

function output(sight: See, [i, j, f]: readonly number[]): Derivation {
  const { site } = sight;
  const [rows, columns] = axesOf(site.options, site.inputs[0]);
  const group = groupOf(site, f);
  const terms: Factor[][] = [];
  for (let m = 0; m < rows.kernel; m++) {
    for (let n = 0; n < columns.kernel; n++) {
      const y = positionOf(rows, i, m);
      const x = positionOf(columns, j, n);
      for (let c = 0; c < group.size; c++) {
        terms.push([imageAt(sight, y, x, group.first + c), sight.parameter("K", "kernel", [m, n, c, f])]);
      }
    }
  }
  const { useBias } = site.options;
  if (useBias) terms.push([sight.parameter("β", "bias", [f])]);
  return { rule: "conv2d.output", law: useBias ? laws.output : laws.outputWithoutBias, combine: "sum", terms };
}

function inputGradient(sight: See, [y, x, channel]: readonly number[]): Derivation {
  const { site } = sight;
  const [rows, columns] = axesOf(site.options, site.inputs[0]);
  const terms: Factor[][] = [];
  for (const [i, m] of windowsOver(rows, y)) {
    for (const [j, n] of windowsOver(columns, x)) {
      for (let f = 0; f < site.options.filters; f++) {
        const c = channel - groupOf(site, f).first;
        if (c < 0 || c >= groupOf(site, f).size) continue;
        terms.push([sight.outputGradient("O", [i, j, f]), sight.parameter("K", "kernel", [m, n, c, f])]);
      }
    }
  }
  return { rule: "conv2d.inputGradient", law: laws.inputGradient, combine: "sum", terms };
}

function kernelGradient(sight: See, [m, n, c, f]: readonly number[]): Derivation {
  const { site } = sight;
  const [rows, columns] = axesOf(site.options, site.inputs[0]);
  const channel = groupOf(site, f).first + c;
  const terms: Factor[][] = [];
  for (let i = 0; i < rows.count; i++) {
    for (let j = 0; j < columns.count; j++) {
      const image = imageAt(sight, positionOf(rows, i, m), positionOf(columns, j, n), channel);
      terms.push([sight.outputGradient("O", [i, j, f]), image]);
    }
  }
  return { rule: "conv2d.kernelGradient", law: laws.kernelGradient, combine: "sum", terms };
}

function biasGradient(sight: See, [f]: readonly number[]): Derivation {
  const [height, width] = sight.site.output;
  const terms: Factor[][] = [];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) terms.push([sight.outputGradient("O", [i, j, f])]);
  }
  return { rule: "conv2d.biasGradient", law: laws.biasGradient, combine: "sum", terms };
}

export const explain: Explain<Conv2dOptions> = {
  output,
  inputGradient,
  parameterGradient: (sight, name, cell) =>
    name === "kernel" ? kernelGradient(sight, cell) : biasGradient(sight, cell),
};
