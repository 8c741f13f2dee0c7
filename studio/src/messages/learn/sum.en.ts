// The words of a sum that stands on a stage. They hold no results: numbers come in as parameters.

export const sumWords = {
  product: "product",
  total: "total",
  steps: "the total in steps",
  cells: "cells ≈ ×10",
  count: (terms: number, live: number) => `${terms} terms, ${live} live`,
};
