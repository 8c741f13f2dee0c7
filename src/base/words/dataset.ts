// Words for errors about data sets in memory and their splits.
import { type Fail, failing } from "../errors.ts";
import { optionWords } from "./option.ts";
import { count, list } from "./phrases.ts";

const words = {
  ...optionWords,
  "dataset.shape": (f: { where: string; received: readonly unknown[] }) => ({
    where: f.where,
    expected: "a shape [height, width, channels] of whole numbers from 1 up",
    received: `[${f.received.map(String).join(", ")}]`,
    hint: "Give the size of one picture, 1 channel for grey and 3 for colour.",
  }),
  "dataset.empty": (f: { where: string }) => ({
    where: f.where,
    expected: "at least one labelled picture",
    received: "none",
    hint: "Give pictures and one label for each.",
  }),
  "dataset.pixels": (f: { where: string; shape: readonly number[]; received: number }) => ({
    where: f.where,
    expected: `whole pictures of ${f.shape.join(" × ")} = ${f.shape.reduce((a, b) => a * b, 1)} numbers`,
    received: count(f.received, "number", "numbers"),
    hint: "Correct the shape or the images.",
  }),
  "dataset.count": (f: { where: string; images: number; labels: number }) => ({
    where: f.where,
    expected: "one label for each picture",
    received: `${count(f.images, "picture", "pictures")} and ${count(f.labels, "label", "labels")}`,
    hint: "Give images and labels that belong together.",
  }),
  "dataset.value": (f: { where: string; image: number; received: unknown }) => ({
    where: `${f.where}, picture ${f.image}`,
    expected: "finite pixel values that a float32 can hold",
    received: String(f.received),
    hint: "Remove or mend this picture.",
  }),
  "dataset.label": (f: { where: string; image: number; classes: number; named: boolean; received: unknown }) => ({
    where: `${f.where}, label ${f.image}`,
    expected: `a whole number 0…${f.classes - 1}${f.named ? ` (there are ${f.classes} class names)` : ""}`,
    received: String(f.received),
    hint: f.named ? "Correct the label or add the missing class names." : "Correct the label.",
  }),
  "dataset.classes": (f: { where: string; received: string }) => ({
    where: `${f.where}, classes`,
    expected: "one name a class, none empty, none twice",
    received: f.received,
    hint: "Correct the class names.",
  }),
  "dataset.class": (f: { where: string; image: number; known: readonly string[]; received: string }) => ({
    where: `${f.where}, picture ${f.image}`,
    expected: `one of the classes ${list(f.known)}`,
    received: f.received,
    hint: "Use the class names that the model was trained with.",
  }),
  "dataset.index": (f: { where: string; count: number; received: unknown }) => ({
    where: f.where,
    expected: `an index 0…${f.count - 1} (there are ${count(f.count, "picture", "pictures")})`,
    received: String(f.received),
    hint: "Choose another index.",
  }),
  "source.testOnly": (f: { where: string }) => ({
    where: f.where,
    expected: "pictures to train on",
    received: "test files only",
    hint: "Add training files, or use this folder for evaluation.",
  }),
  "split.few": (f: { where: string; received: number }) => ({
    where: f.where,
    expected: "at least one class with two pictures or more, so that some can be held back",
    received: `${count(f.received, "picture", "pictures")}, at most one a class`,
    hint: "Add pictures.",
  }),
};

/** Throws the error of a code of this room. */
export const fail: Fail<typeof words> = failing(words);
