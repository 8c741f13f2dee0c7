// The cells of a matrix: what each says, and that one that is as it was stays the same object, so that nothing is drawn anew for it.
import { describe, expect, test } from "vitest";
import {
  cellIn,
  longestIn,
  type Mark,
  matrixCells,
  numberCells,
  placeIn,
  type Standing,
  sidesOf,
  valueIn,
} from "../../studio/src/widgets/matrix-cells.ts";

const tensorOf = (shape: readonly number[], data: readonly number[]) => ({ shape, data: Float64Array.from(data) });
const plane = { name: "conv1.out", tensor: tensorOf([2, 2, 2], [0.5, 9, -1, 9, 3, 9, 0, 9]), rest: [0] };
const look = (value: number) => ({ text: value.toFixed(1), spoken: `the ${value}`, paint: "", outside: value > 2 });
const standing: Standing = { written: () => true, mark: () => "", held: undefined, home: [0, 0] };
const places = [0, 1].flatMap((row) => [0, 1].map((column) => [row, column] as const));

describe("a plane", () => {
  test("of three axes, of two, of one, and a single number", () => {
    expect(places.map(([row, column]) => valueIn(plane, row, column))).toEqual([0.5, -1, 3, 0]);
    expect(cellIn(plane, 1, 0)).toEqual([1, 0, 0]);
    const flat = { name: "logits", tensor: tensorOf([3], [1, 2, 3]), rest: [] };
    expect([sidesOf(flat.tensor), cellIn(flat, 2, 0), valueIn(flat, 2, 0)]).toEqual([[3, 1], [2], 3]);
    const one = { name: "loss", tensor: tensorOf([], [7]), rest: [] };
    expect([sidesOf(one.tensor), cellIn(one, 0, 0), valueIn(one, 0, 0)]).toEqual([[1, 1], [], 7]);
    const weight = { name: "dense1.weight", tensor: tensorOf([2, 2], [1, 2, 3, 4]), rest: [] };
    expect([cellIn(weight, 1, 1), valueIn(weight, 1, 1)]).toEqual([[1, 1], 4]);
    expect([placeIn(flat, "logits[2]"), placeIn(one, "loss"), placeIn(weight, "dense1.weight[1,0]")]).toEqual([
      [2, 0],
      [0, 0],
      [1, 0],
    ]);
  });

  test("knows its own addresses, and no others", () => {
    expect(placeIn(plane, "conv1.out[1,0,0]")).toEqual([1, 0]);
    for (const other of ["conv1.out[1,0,1]", "conv2.out[1,0,0]", "conv1.out[2,0,0]", "conv1.out[1,0]", "conv1.out", ""])
      expect(placeIn(plane, other), other).toBeUndefined();
  });

  test("knows its longest number", () => {
    expect(longestIn(plane, String)).toBe(3);
    expect(longestIn({ ...plane, tensor: tensorOf([2], [1, -0.12345]), rest: [] }, (value) => value.toFixed(3))).toBe(
      "-0.123".length,
    );
  });
});

describe("cells", () => {
  const numbers = numberCells(plane, look, []);

  test("say their number", () => {
    const [address, spoken] = ["conv1.out[1,0,0]", "the 3"];
    expect(numbers[1]?.[0]).toEqual({
      row: 1,
      column: 0,
      address,
      value: 3,
      text: "3.0",
      spoken,
      paint: "",
      outside: true,
    });
    expect(numbers[0]?.[1]).toMatchObject({ address: "conv1.out[0,1,0]", value: -1, outside: false });
  });

  test("of another tensor: those with the same number stay", () => {
    const next = tensorOf([2, 2, 2], [0.5, 8, -1, 8, 4, 8, 0, 8]);
    const now = numberCells({ ...plane, tensor: next }, look, numbers);
    expect(places.filter(([row, column]) => now[row]?.[column] !== numbers[row]?.[column])).toEqual([[1, 0]]);
    expect([now[0] === numbers[0], now[1] === numbers[1]]).toEqual([true, false]);
    expect(now).toEqual(numberCells({ ...plane, tensor: next }, look, []));
    expect(numberCells(plane, look, numbers).every((row, k) => row === numbers[k])).toBe(true);
    // Cells that look otherwise are others, and so are those of another plane.
    const larger = numberCells(
      plane,
      (value) => ({ ...look(value), text: value < 0 ? "−" : look(value).text }),
      numbers,
    );
    expect(places.filter(([row, column]) => larger[row]?.[column] !== numbers[row]?.[column])).toEqual([[0, 1]]);
    const other = numberCells({ ...plane, rest: [1] }, look, numbers);
    expect(other.flat().some((cell) => numbers.flat().includes(cell))).toBe(false);
  });

  test("that are held, marked or written are others, and nothing else is", () => {
    const before = matrixCells(numbers, standing, []);
    const changes: readonly (readonly [Partial<Standing>, readonly (readonly number[])[]])[] = [
      [{ held: [0, 1] }, [[0, 1]]],
      [
        { home: [1, 1] },
        [
          [0, 0],
          [1, 1],
        ],
      ],
      [
        { mark: (row: number, column: number): Mark => (row + column === 1 ? "now" : "") },
        [
          [0, 1],
          [1, 0],
        ],
      ],
      [
        { written: (row: number) => row === 0 },
        [
          [1, 0],
          [1, 1],
        ],
      ],
      [{}, []],
    ];
    for (const [change, expected] of changes) {
      const now = matrixCells(numbers, { ...standing, ...change }, before);
      expect(places.filter(([row, column]) => now[row]?.[column] !== before[row]?.[column])).toEqual(expected);
    }
  });
});
