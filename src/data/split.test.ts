// Splits: the share of each class, the order, and what the choice depends on.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Dataset, dataset } from "./dataset.ts";
import { holdOut, splitDataset, trainingPart } from "./split.ts";

/** One pixel a picture, whose value is the picture's number. */
function numbered(labels: readonly number[]): Dataset {
  return dataset({ images: labels.map((_, k) => k), shape: [1, 1, 1], labels });
}
const numbers = (data: Dataset) => [...data.images];
const perClass = (data: Dataset) => data.classes.map((_, c) => data.labels.filter((label) => label === c).length);
const error = (code: string) => expect.objectContaining({ code });

/** 60 of class 0, 13 of class 1, 2 of class 2, 1 of class 3, mixed. */
const mixed = numbered(Array.from({ length: 76 }, (_, k) => (k === 40 ? 3 : k % 38 === 1 ? 2 : k % 6 === 5 ? 1 : 0)));

test("a sixth of each class, rounded, at least one, and never a whole class", () => {
  expect(perClass(mixed)).toEqual([61, 12, 2, 1]);
  const { train, test } = splitDataset({ train: mixed });
  expect(perClass(test)).toEqual([10, 2, 1, 0]);
  expect(perClass(train!)).toEqual([51, 10, 1, 1]);
});

test("each picture is in one part, in the original order, with its label", () => {
  const labels = fc.array(fc.nat({ max: 4 }), { minLength: 12, maxLength: 80 });
  fc.assert(
    fc.property(labels, fc.integer({ min: 1, max: 99 }), fc.nat(), (labels, percent, seed) => {
      const data = numbered(labels);
      const { kept, held } = holdOut(data, percent / 100, seed);
      for (const part of [kept, held]) {
        expect(numbers(part)).toEqual(numbers(part).toSorted((a, b) => a - b));
        expect([...part.labels]).toEqual(numbers(part).map((k) => labels[k]));
        expect(part.classes).toEqual(data.classes);
      }
      expect([...numbers(kept), ...numbers(held)].sort((a, b) => a - b)).toEqual(numbers(data));
    }),
    { seed: 1, numRuns: 200 },
  );
});

test("the same seed holds back the same pictures, another seed others", () => {
  const held = (seed: number) => numbers(holdOut(mixed, 0.2, seed).held);
  expect(held(1)).toEqual(held(1));
  expect(held(1)).not.toEqual(held(2));
});

test("the test split stays what it is: every published accuracy depends on it", () => {
  const { test } = splitDataset({ train: numbered(new Array(24).fill(0)) });
  expect(numbers(test)).toEqual([1, 12, 14, 21]);
});

test("what is held back of a class depends on that class alone", () => {
  const ofZero = (labels: number[]) => {
    const { held } = holdOut(numbered(labels), 0.25, 7);
    return numbers(held).filter((k) => k < 20).length;
  };
  const zeros = new Array(20).fill(0);
  expect(ofZero([...zeros, 1, 1, 1, 1])).toBe(5);
  const first = holdOut(numbered([...zeros, 1, 1, 1, 1]), 0.25, 7).held;
  const second = holdOut(numbered([...zeros, 1, 2, 2, 1, 2, 2, 2]), 0.25, 7).held;
  expect(numbers(first).filter((k) => k < 20)).toEqual(numbers(second).filter((k) => k < 20));
});

test("test files are the test set, whatever is trained on", () => {
  const [train, test] = [numbered([0, 1, 0, 1]), numbered([1, 0])];
  expect(splitDataset({ train, test })).toEqual({ train, test });
  expect(trainingPart(splitDataset({ train, test }), "pictures")).toBe(train);
});

test("a source with test files only cannot be trained on, and says so", () => {
  const parts = splitDataset({ test: numbered([0, 1]) });
  expect(parts.test.count).toBe(2);
  expect(() => trainingPart(parts, "pictures")).toThrow(
    "pictures: expected pictures to train on, got test files only. Add training files, or use this folder for evaluation.",
  );
  expect(() => trainingPart(parts, "pictures")).toThrow(error("source.testOnly"));
});

test("nothing can be held back of single pictures", () => {
  expect(() => splitDataset({ train: numbered([0, 1, 2]) })).toThrow(error("split.few"));
});

test.each([0, 1, -0.5, 2, Number.NaN])("the fraction %d is refused", (fraction) => {
  expect(() => holdOut(mixed, fraction, 1)).toThrow(error("option.value"));
});
