// `cutaway/digits`: the embedded data set, handwriting-like digits drawn by a seeded generator.
export { type DigitsOptions, digits, digitsForm } from "./data/digits/digits.ts";
