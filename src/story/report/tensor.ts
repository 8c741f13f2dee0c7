// One tensor of the story: its name, shape and legend, and its planes as cells or pictures.
import type { StoryTensor } from "../document/story.ts";
import { fillOf, type Theme } from "../look/colours.ts";
import { shapeText } from "../look/numbers.ts";
import { legendOf, type Scale } from "../look/scales.ts";
import { escapeText } from "../picture/markup.ts";
import { type Content, cellList, cellTable } from "./cells.ts";
import { element, rangeText } from "./html.ts";
import { colourPicture, columnWidth, pictureOf } from "./pictures.ts";
import { addressOf, isSmall, planesOf, type Spread } from "./planes.ts";
import { powerText, type Writing, writingOf } from "./writing.ts";

export interface TensorOptions extends Spread {
  /** How wide a picture is to be, in CSS pixels. */
  readonly side?: number;
}

/** A figure with caption, legend and every number of the tensor. */
export function tensorFigure(tensor: StoryTensor, options: TensorOptions = {}): string {
  const small = isSmall(tensor);
  // What the step changes is seen in the fourth digit.
  const writing = small ? writingOf(tensor.values, tensor.name.startsWith("next:") ? 4 : 3) : undefined;
  const body = writing ? cellPlanes(tensor, writing, options) : picturePlanes(tensor, options);
  return element("figure", { class: small ? "tensor small" : "tensor" }, tensorCaption(tensor, writing), body);
}

/** Gradients are told from other numbers by a ∂ before their name as well as by their form. */
function tensorCaption(tensor: StoryTensor, writing: Writing | undefined): string {
  const { name, shape, least, greatest, gradient } = tensor;
  const facts = `${shapeText(shape)}, ${rangeText(least, greatest)}`;
  return element(
    "figcaption",
    {},
    element(
      "span",
      {},
      gradient ? element("abbr", { class: "tag", title: "gradient: how the loss changes with it" }, "∂") : "",
      element("b", {}, escapeText(name)),
      " ",
      element("span", { class: "facts" }, facts),
    ),
    legend(tensor, writing),
  );
}

/** What the colours stand for; "≈" and a power of ten where the cells' numbers need them. */
export function legend(scale: Scale, writing?: Writing): string {
  const exponent = writing?.exponent ?? 0;
  const domain = exponent === 0 ? scale.domain : Number((scale.domain / Number(`1e${exponent}`)).toPrecision(12));
  const { low, high } = legendOf({ ...scale, domain });
  const stops = scale.role === "signed" ? [-scale.domain, 0, scale.domain] : [0, scale.domain];
  const ramp = (theme: Theme) =>
    `linear-gradient(90deg${scale.role === "pixel" ? "" : " in oklab"},${stops.map((value) => fillOf(scale, value, theme)).join(",")})`;
  const style = `--l:${ramp("light")};--d:${ramp("dark")}`;
  const unit = [...(writing?.rounded ? ["≈"] : []), ...(exponent === 0 ? [] : [powerText(exponent)])].join(" ");
  const bar = element("i", { style, class: scale.role });
  return element("span", { class: "legend" }, low, bar, high, unit === "" ? "" : element("span", {}, unit));
}

function cellPlanes(tensor: StoryTensor, writing: Writing, options: TensorOptions): string {
  const { name, values, shape } = tensor;
  const address = (position: number) => addressOf(tensor, position);
  const content: Content = { scale: tensor, values, writing, address };
  if (shape.length < 2) return cellList(content, `${name}, ${shapeText(shape)}`);
  const figures = planesOf(tensor, options).map((plane) => {
    const label = [name, plane.caption, shapeText([plane.rows, plane.columns])]
      .filter((part) => part !== "")
      .join(", ");
    const caption =
      plane.caption === "" ? "" : element("figcaption", { "aria-hidden": "true" }, escapeText(plane.caption));
    return element("figure", { class: "plane" }, caption, cellTable(plane, content, label));
  });
  return element("div", { class: "planes" }, ...figures);
}

function picturePlanes(tensor: StoryTensor, { side, ...spread }: TensorOptions): string {
  const drawn = { name: tensor.name, scale: tensor, values: tensor.values };
  const planes = planesOf(tensor, spread);
  const maps = planes.map((plane, index) => pictureOf(plane, drawn, index, side));
  const coloured = tensor.role === "pixel" && tensor.domain === 255 && tensor.shape[2] === 3;
  if (coloured) maps.unshift(colourPicture(tensor.shape, tensor.values, tensor.name, side));
  return element("div", { class: "planes maps", style: `--col:${columnWidth(planes[0], side)}px` }, ...maps);
}
