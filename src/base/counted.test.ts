// Counts in words: thousands apart, one or many.
import { expect, test } from "vitest";
import { counted, thousands } from "./counted.ts";

test("a comma stands before every three digits", () => {
  const numbers = [0, 7, 999, 1000, 12_345, 2_156_072, -1000];
  expect(numbers.map(thousands)).toEqual(["0", "7", "999", "1,000", "12,345", "2,156,072", "-1,000"]);
});

test("one is one, all others are many, by name where an s does not do", () => {
  expect([0, 1, 2, 5408].map((n) => counted(n, "number"))).toEqual([
    "0 numbers",
    "1 number",
    "2 numbers",
    "5,408 numbers",
  ]);
  expect([1, 3].map((n) => counted(n, "class", "classes"))).toEqual(["1 class", "3 classes"]);
});
