// A matrix as a picture: indices, numbers, fills, the form of gradients, the selection, and what is left out where there is no room.
import { describe, expect, test } from "vitest";
import { elementsOf, expectInside } from "../../../test/story/markup.ts";
import { lesson6Image } from "../lesson6.ts";
import { fillOf, inkOn, palettes } from "../look/colours.ts";
import { type Scale, scaleFor } from "../look/scales.ts";
import { type MatrixPicture, matrixToSvg } from "./matrix.ts";

const texts = (svg: string) => elementsOf(svg).flatMap(({ name, text }) => (name === "text" ? [text] : []));
const rects = (svg: string) => elementsOf(svg).filter(({ name }) => name === "rect");

const pixels: MatrixPicture = {
  name: "input",
  shape: [6, 6, 1],
  rows: 6,
  columns: 6,
  values: lesson6Image,
  rest: [0],
  scale: scaleFor("pixel", false, 255),
};
const signed = (domain: number, gradient = false): Scale => ({ role: "signed", gradient, domain });

describe("a matrix", () => {
  test("has indices, numbers, titles, a legend, and every cell the fill and ink of its value", () => {
    const svg = matrixToSvg(pixels);
    const found = texts(svg);
    expect(found.slice(0, 2)).toEqual(["input", "6×6×1"]);
    expect(found.slice(2, 14)).toEqual(["0", "1", "2", "3", "4", "5", "0", "1", "2", "3", "4", "5"]);
    expect(found.slice(14, 50)).toEqual(lesson6Image.map(String));
    expect(found.slice(50)).toEqual(["0", "255"]);
    const elements = elementsOf(svg);
    expect(elements.filter(({ name }) => name === "title").map(({ text }) => text)).toContain("input[2,2,0] = 102");
    const numbers = elements.filter(
      ({ name, attributes }) =>
        name === "text" && attributes["font-size"] === undefined && attributes["text-anchor"] === "middle",
    );
    expect(numbers.map(({ attributes }) => attributes.fill)).toEqual(
      lesson6Image.map((value) => inkOn(fillOf(pixels.scale, value, "light"))),
    );
    expectInside(elements);
  });

  test("small numbers are written times a power of ten that the legend states, with ≈ where digits are left out", () => {
    const values = [-0.527451, 0, 0.25, -0.0754];
    const small = { name: "∂L/∂K", rows: 2, columns: 2, values, scale: signed(1, true) };
    const found = texts(matrixToSvg(small));
    expect(found).toEqual(expect.arrayContaining(["−527", "0", "250", "−75", "≈ ×10⁻³", "∂"]));
    expect(texts(matrixToSvg({ ...small, values: [1, 2, -3, 0], scale: signed(5) })).at(-1)).toBe("+5");
  });

  test("numbers stand in all cells or in none, and in none under 24 pixels", () => {
    const numbers = (values: readonly number[], cell: number) =>
      texts(matrixToSvg({ name: "m", rows: 1, columns: values.length, values, cell, scale: signed(500) })).slice(
        3 + values.length,
        -2,
      );
    expect(numbers([1, -22, 333], 24)).toEqual(["1", "−22", "333"]);
    expect(numbers([1, -22, -333], 24)).toEqual([]);
    expect(numbers([1, -22, 333], 16)).toEqual([]);
    // One more text: behind the legend stands ≈.
    expect(numbers([1, 253.4], 24)).toEqual(["1", "253", "−500"]);
  });

  test("a gradient's cells are inset with a dashed edge; a zero has none, and in small cells it is a gap", () => {
    const drawn = (cell: number) => {
      const all = rects(
        matrixToSvg({ name: "g", rows: 1, columns: 2, values: [0.5, 0], cell, scale: signed(1, true) }),
      );
      const dashes = all.filter(({ attributes }) => "stroke-dasharray" in attributes).length;
      return {
        dashes,
        width: Number(
          all.find(({ attributes }) => attributes.fill === fillOf(signed(1), 0.5, "light"))?.attributes.width,
        ),
      };
    };
    expect(drawn(32)).toEqual({ dashes: 3, width: 26 });
    expect(drawn(16)).toEqual({ dashes: 2, width: 14 });
  });

  test("a selection is a ring that changes no fill", () => {
    const [plain, ringed] = [rects(matrixToSvg(pixels)), rects(matrixToSvg({ ...pixels, selected: [2, 2] }))];
    const ring = ringed.filter(({ attributes }) => attributes.stroke === palettes.light.accent);
    expect(ring).toHaveLength(1);
    expect(ringed.length).toBe(plain.length + 2);
    expect(ringed.filter(({ attributes }) => attributes.fill !== "none")).toEqual(
      plain.filter(({ attributes }) => attributes.fill !== "none"),
    );
  });

  test("for both themes writes both colours, for dark only those", () => {
    const values = [1, -1];
    const picture = { name: "m", rows: 1, columns: 2, values, scale: signed(1) };
    const { light, dark } = palettes;
    expect(matrixToSvg({ ...picture, themes: "both" })).toContain(
      `fill:light-dark(${light.negative}, ${dark.negative})`,
    );
    expect(matrixToSvg({ ...picture, themes: "dark" })).not.toContain(light.positive);
  });

  test("of many cells has no number, no title a cell, and the fewer indices", () => {
    const svg = matrixToSvg({
      name: "photo",
      rows: 96,
      columns: 96,
      values: new Float32Array(96 * 96),
      scale: signed(1),
    });
    expect(elementsOf(svg).filter(({ name }) => name === "title")).toHaveLength(1);
    expect(texts(svg).slice(2, 12)).toEqual(["0", "10", "20", "30", "40", "50", "60", "70", "80", "90"]);
  });
});
