// `cutaway/digits`: the embedded data set, handwriting-like digits drawn by a seeded generator; scribbles by the same pen, and what they are for.
export { type DigitsOptions, digits, digitsForm } from "./data/digits/digits.ts";
export { type ScribblesOptions, scribbles } from "./data/digits/scribbles.ts";
export { type DrawnStroke, drawStrokes } from "./data/digits/strokes.ts";
export { type CalibrateOptions, calibrate } from "./train/calibrate.ts";
