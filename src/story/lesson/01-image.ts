// Step 1: a grey picture is a matrix of numbers, a colour picture is three of them.
import { offsetOf } from "../../base/shape.ts";
import type { NamedTensor } from "../../ops/op.ts";
import type { Opened } from "../opened.ts";
import { type Block, type LessonContent, planeOf, row, suggestion, table, text } from "./blocks.ts";
import { shades } from "./draw.ts";
import { cells, equals, n } from "./numbers.ts";
import type { Setting } from "./setting.ts";
import { openWorked } from "./worked.ts";

/** A colour picture of six pixels, H×W×C: red, green, blue; yellow, white, black. */
export const lessonColour: NamedTensor = {
  name: "colour",
  shape: [2, 3, 3],
  values: [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0, 255, 255, 255, 0, 0, 0],
};

const channels = ["R (channel 0)", "G (channel 1)", "B (channel 2)"];

/** The pixel that the lesson follows. */
const pixel = "[2,2,0]";

export async function image({ opened }: Setting): Promise<LessonContent> {
  const picture = (await openWorked("rescale", [], { image: lessonColour, addresses: [] })).opened;
  const positions = positionsIn(picture).map(([cell, position]) => [`colour.position${cell}`, position]);
  return {
    values: {
      ...cells(opened, "input"),
      ...cells(opened, "rescale1.out"),
      ...cells(picture, "input", "colour."),
      ...Object.fromEntries(positions),
    },
    accounts: [opened.at(`input${pixel}`), opened.at(`rescale1.out${pixel}`), picture.at("input[1,0,0]")],
    blocks: [...grey(opened), ...inColour(picture), suggestion(1, `input${pixel}=153`)],
  };
}

/** Where the three numbers of the yellow pixel stand in memory. */
function positionsIn(picture: Opened): [cell: string, position: number][] {
  const { shape } = picture.tensor("input");
  return channels.map((_, c) => [`[1,0,${c}]`, offsetOf(shape, [1, 0, c])]);
}

function grey(opened: Opened): Block[] {
  const stored = opened.tensor("input");
  const x = opened.at(`rescale1.out${pixel}`);
  const [value, divisor] = x.terms.map(({ factors }) => factors[0].value);
  const [height, width] = stored.shape;
  return [
    text(
      `A grey picture is a matrix of H×W numbers, here ${height}×${width}, from 0 (black) to 255 (white).`,
      `The origin is top left and the row comes first: pixel (2,2) is the one in row 2 and column 2, counted from 0; it is ${n(value)}.`,
    ),
    row(
      { title: "seen", lines: ["", ...shades(planeOf(stored, 0))] },
      { title: "stored: input", values: planeOf(stored, 0), marked: [[2, 2]] },
    ),
    text(
      `The network's first layer divides every pixel by ${n(divisor)}, so that the numbers stay small. With 255 they would lie in 0…1; here they are short.`,
      `Pixel (2,2) becomes x(2,2) = ${n(value)} ÷ ${n(divisor)} ${equals(x.value)}.`,
    ),
    row({ title: "x: rescale1.out", values: planeOf(opened.tensor("rescale1.out"), 0), marked: [[2, 2]] }),
  ];
}

function inColour(picture: Opened): Block[] {
  const stored = picture.tensor("input");
  const marked = [[1, 0]] as const;
  return [
    text(
      `A colour picture has three numbers a pixel, for red, green and blue: H×W×C, here ${stored.shape.join("×")}. It is three matrices of the same size, its channels.`,
      "These six pixels are red, green, blue, then yellow, white, black:",
    ),
    row(...channels.map((title, c) => ({ title, values: planeOf(stored, c), marked }))),
    text("In memory the channels of a pixel stand side by side: cell (i,j,c) is number (i·W + j)·C + c."),
    table([
      ["cell of the yellow pixel", "position", "value"],
      ...positionsIn(picture).map(([cell, position]) => [cell, String(position), n(stored.data[position])]),
    ]),
  ];
}
