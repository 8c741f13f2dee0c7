// fit() and evaluate() on the reference: for tests that pin float64 numbers, or compare with loops of their own.
import type { Dataset } from "../src/data/dataset.ts";
import type { Model } from "../src/nn/model.ts";
import { type EvaluateOptions, evaluate as evaluateAnywhere } from "../src/train/evaluate.ts";
import { type FitOptions, fit as fitAnywhere } from "../src/train/fit.ts";

export const fit = (model: Model, data: Dataset, options: FitOptions = {}) =>
  fitAnywhere(model, data, { backend: "reference", ...options });

export const evaluate = (model: Model, data: Dataset, options: EvaluateOptions = {}) =>
  evaluateAnywhere(model, data, { backend: "reference", ...options });
