// The words of a sum that stands on a stage. They hold no results: numbers come in as parameters.
import { counted } from "../counted.en.ts";

export const sumWords = {
  steps: "the total in steps",
  cells: "cells ≈ ×10",
  zeros: (terms: number) => counted(terms, "zero term"),
};
