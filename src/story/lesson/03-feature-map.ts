// Step 3: the feature map, and how large it is with strides, padding and dilation.
import { counted } from "../../base/counted.ts";
import { shapeAt } from "../../graph/network.ts";
import { lesson } from "../../nn/presets/lesson.ts";
import { examples } from "../../ops/examples.ts";
import { padding as paddingName } from "../../trace/terms.ts";
import {
  type Block,
  formula,
  type LessonContent,
  planeOf,
  row,
  suggestion,
  table,
  text,
  windowCells,
} from "./blocks.ts";
import { arithmetic, cells, n } from "./numbers.ts";
import type { Setting } from "./setting.ts";
import { openWorked, type Worked } from "./worked.ts";

interface Slide {
  readonly image: number;
  readonly strides: number;
  readonly padding: number;
  readonly dilationRate: number;
}

const plain: Slide = { image: 5, strides: 1, padding: 0, dilationRate: 1 };

/** Ways to slide a 3×3 kernel. */
const slides: readonly Slide[] = [
  plain,
  { ...plain, strides: 2 },
  { ...plain, padding: 1 },
  { ...plain, padding: 1, strides: 2 },
  { ...plain, dilationRate: 2 },
  { ...plain, image: 6 },
  { ...plain, image: 6, strides: 2 },
];

export async function featureMap(setting: Setting): Promise<LessonContent> {
  const made = await Promise.all(slides.map((slide) => slideOver(setting, slide)));
  const [still, strided, padded] = made;
  return {
    values: {
      ...Object.fromEntries(slides.map((slide, k) => [nameOf(slide), sizeOf(made[k])])),
      ...cells(still.opened, "conv1.out", "example."),
      ...cells(strided.opened, "conv1.out", "strides2."),
      ...cells(padded.opened, "conv1.out", "padding1."),
      ...presetSizes(),
    },
    accounts: [still.accounts[0], strided.opened.at("conv1.out[1,1,0]"), padded.accounts[0]],
    blocks: [
      ...sizes(made),
      ...drawn(still, strided, padded),
      ...compared(strided, padded),
      text(
        `In the 6×6 network: ${shapesOf(setting.opened.places())}.`,
        `In the preset "lesson", on 28×28 pictures: ${Object.values(presetSizes()).join(" → ")}.`,
      ),
      suggestion(3, "input[0,0,0]=9"),
    ],
  };
}

/** The example's kernel over its 5×5 image, or over the lesson's 6×6 one. */
function slideOver({ opened, image, changes }: Setting, { image: size, ...options }: Slide): Promise<Worked> {
  const six = { name: "image", shape: opened.tensor("input").shape, values: image };
  const given = size === six.shape[0] ? six : examples.conv2d.cases[0].inputs[0];
  return openWorked("conv2d", changes, { options, image: given, addresses: ["conv1.out[0,0,0]"] });
}

const nameOf = ({ image, strides, padding, dilationRate }: Slide) =>
  `size[n=${image},s=${strides},p=${padding},d=${dilationRate}]`;

const sizeOf = ({ opened }: Worked) => opened.tensor("conv1.out").shape[0];

function sizes(made: readonly Worked[]): Block[] {
  const rows = slides.map(({ image, strides, padding, dilationRate }, k) => {
    const kernel = made[k].opened.tensor("conv1.kernel").shape[0];
    return [...[image, kernel, strides, padding, dilationRate].map(String), `${sizeOf(made[k])}×${sizeOf(made[k])}`];
  });
  return [
    text(
      "The kernel slides over the whole picture; the numbers that it finds are the feature map. An image of n cells, a kernel of k, a stride of s from one window to the next, a border of p zeros on every side and a dilation of d between the kernel's weights give a map of this size:",
    ),
    formula("⌊(n + 2p − d·(k − 1) − 1) ÷ s⌋ + 1"),
    table([["n", "k", "s", "p", "d", "map"], ...rows], []),
    text("What does not fit is dropped: with stride 2 on 6 columns the last column is never read."),
  ];
}

function drawn(still: Worked, strided: Worked, padded: Worked): Block[] {
  const map = ({ opened }: Worked) => planeOf(opened.tensor("conv1.out"), 0);
  const [height, width] = still.opened.tensor("conv1.out").shape;
  const [kh, kw] = still.opened.tensor("conv1.kernel").shape;
  const picture = planeOf(padded.opened.tensor("input"), 0);
  const border = new Array<number>(picture[0].length + 2).fill(0);
  const withBorder = [border, ...picture.map((line) => [0, ...line, 0]), border];
  const everyOther = windowCells(height, width).filter(([i, j]) => i % 2 === 0 && j % 2 === 0);
  return [
    row(
      { title: "stride 1", values: map(still), marked: everyOther },
      { title: "stride 2", values: map(strided) },
      { title: "padding 1", values: map(padded), marked: windowCells(height, width, 1, 1) },
    ),
    row({
      title: "the picture with its border, and the first window",
      values: withBorder,
      first: -1,
      marked: windowCells(kh, kw),
    }),
  ];
}

function compared(strided: Worked, { accounts: [corner] }: Worked): Block[] {
  const zeros = corner.terms.filter(({ factors }) => factors[0].constant === paddingName).length;
  return [
    text(
      `Stride 2 takes every other window: its (1,1) is the plain map's (2,2), ${n(strided.opened.value("conv1.out[1,1,0]"))}.`,
      "Padding 1 lays a border of zeros around the picture, so that the map keeps its size.",
      `Its corner (0,0) reads ${counted(zeros, "zero")} of the border: ${arithmetic(corner)}.`,
    ),
  ];
}

/** "input 6×6×1 → conv1 4×4×3 → …" up to the logits. */
function shapesOf(places: readonly { readonly name: string; readonly shape: readonly number[] }[]): string {
  const outputs = places.filter(({ name }) => name === "input" || name === "logits" || name.endsWith(".out"));
  return outputs.map(({ name, shape }) => `${name.replace(".out", "")} ${shape.join("×")}`).join(" → ");
}

/** Height of every map of the preset, where it changes. */
function presetSizes(): Record<string, number> {
  const { network } = lesson();
  const shapes = network.nodes.map((node, k) => [`preset.${node.name}.height`, shapeAt(network, k)] as const);
  const maps = shapes.filter(([, shape]) => shape.length === 3).map(([name, [height]]) => [name, height] as const);
  return Object.fromEntries(maps.filter(([, height], k) => k === 0 || maps[k - 1][1] !== height));
}
