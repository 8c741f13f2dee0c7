// Drawings in characters, by hand.
import { describe, expect, test } from "vitest";
import { bar, halfShades, plot, shades } from "./draw.ts";

describe("shades", () => {
  test("five inks from black to white, two characters a cell", () => {
    expect(shades([[0, 64, 128, 191, 255]])).toEqual(["  ░░▒▒▓▓██"]);
    expect(shades([[-9, 999]])).toEqual(["  ██"]);
  });

  test("half the rows, one character a cell, empty lines left out", () => {
    expect(
      halfShades([
        [0, 255],
        [0, 255],
        [0, 0],
        [0, 0],
        [255, 0],
        [0, 0],
      ]),
    ).toEqual([" █", "▒ "]);
  });
});

describe("plot", () => {
  test("points lie between the least and the greatest, later series on top", () => {
    const drawn = plot(
      [
        {
          mark: "•",
          points: [
            [0, 0],
            [1, 1],
            [2, 2],
          ],
        },
        { mark: "◆", points: [[1, 1]] },
      ],
      { width: 5, height: 3 },
    );
    expect(drawn).toEqual(["2 ┤    •", "  ┤  ◆", "0 ┤•", "  └─────", "   0   2"]);
  });

  test("a level line, points that are not finite, and nothing at all", () => {
    expect(
      plot(
        [
          {
            mark: "•",
            points: [
              [0, 3],
              [1, 3],
            ],
          },
        ],
        { width: 3, height: 2 },
      )[1],
    ).toBe("3 ┤• •");
    const odd = plot(
      [
        {
          mark: "•",
          points: [
            [0, 1],
            [1, Number.NaN],
            [2, Number.POSITIVE_INFINITY],
            [3, 2],
          ],
        },
      ],
      {
        width: 4,
        height: 2,
      },
    );
    expect(odd.slice(0, 2)).toEqual(["2 ┤   •", "1 ┤•"]);
    expect(plot([{ mark: "•", points: [] }], { width: 3, height: 2 }).join("")).not.toContain("•");
  });
});

test("a bar to an eighth of a character, never shorter than nothing or longer than full", () => {
  expect([0, 0.5, 1, 0.3125, -1, 2].map((share) => bar(share, 4))).toEqual(["", "██", "████", "█▎", "", "████"]);
});
