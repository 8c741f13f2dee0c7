// How a tensor is laid flat: one plane a channel, filter or unit; small ones become cells, large ones pictures.
import { cellAt, sizeOf } from "../../base/shape.ts";
import type { StoryTensor } from "../document/story.ts";

export interface Plane {
  /** "channel 3"; empty where there is only one plane. */
  readonly caption: string;
  readonly rows: number;
  readonly columns: number;
  /** How many equal pieces lie side by side: the channels of one filter, the maps that one unit reads. */
  readonly pieces: number;
  /** The flat position of a cell of the plane. */
  position(row: number, column: number): number;
}

export interface Spread {
  /** The maps that a flat vector was made of, so that it is laid out as they lie. */
  readonly maps?: readonly number[] | undefined;
  /** What the last axis of a dense weight stands for, where its units are classes. */
  readonly units?: readonly string[] | undefined;
}

/** Planes with at most this many rows and columns, in tensors of at most so many numbers, are drawn as cells. */
const [mostSide, mostCells, mostInList] = [12, 256, 64];
/** Flat vectors whose maps are unknown break into rows of at most this many. */
const widest = 40;

type Sized = Pick<StoryTensor, "shape">;

/** Whether a tensor is drawn as cells, each with its address and its number. */
export function isSmall({ shape }: Sized): boolean {
  if (shape.length < 2) return sizeOf(shape) <= mostInList;
  const sides = shape.length === 4 || shape.length === 3 ? shape.slice(0, 2) : shape;
  return sizeOf(shape) <= mostCells && sides.every((side) => side <= mostSide);
}

/** The address of one number of a tensor. */
export function addressOf({ name, shape }: Pick<StoryTensor, "name" | "shape">, position: number): string {
  return shape.length === 0 ? name : `${name}[${cellAt(shape, position).join(",")}]`;
}

/** The planes of a tensor, in the order of its last axes: H×W×C by channel, kernels (kh, kw, in, out) by filter. */
export function planesOf(tensor: Sized, spread: Spread = {}): readonly Plane[] {
  const { shape } = tensor;
  if (shape.length === 3) return channels(shape);
  if (shape.length === 4) return isSmall(tensor) ? smallKernels(shape) : filters(shape);
  if (shape.length === 2 && isSmall(tensor)) return [matrix(shape[0], shape[1])];
  if (shape.length === 2) return units(shape, spread);
  return [vector(sizeOf(shape), 0, 1, "", spread.maps)];
}

const range = (count: number) => Array.from({ length: count }, (_, k) => k);

/** One plane of rows and columns, row first. */
export function matrix(rows: number, columns: number): Plane {
  return { caption: "", rows, columns, pieces: 1, position: (row, column) => row * columns + column };
}

function channels([rows, columns, count]: readonly number[]): Plane[] {
  return range(count).map((channel) => ({
    caption: count === 1 ? "" : `channel ${channel}`,
    rows,
    columns,
    pieces: 1,
    position: (row, column) => (row * columns + column) * count + channel,
  }));
}

function smallKernels([rows, columns, inputs, outputs]: readonly number[]): Plane[] {
  const one = (filter: number, channel: number): Plane => ({
    caption: inputs === 1 ? `filter ${filter}` : `filter ${filter}, channel ${channel}`,
    rows,
    columns,
    pieces: 1,
    position: (row, column) => ((row * columns + column) * inputs + channel) * outputs + filter,
  });
  return range(outputs).flatMap((filter) => range(inputs).map((channel) => one(filter, channel)));
}

/** A filter's channels side by side. */
function filters([rows, columns, inputs, outputs]: readonly number[]): Plane[] {
  return range(outputs).map((filter) => ({
    caption: `filter ${filter}`,
    rows,
    columns: columns * inputs,
    pieces: inputs,
    position: (row, column) => {
      const channel = Math.floor(column / columns);
      return ((row * columns + (column % columns)) * inputs + channel) * outputs + filter;
    },
  }));
}

function units([inputs, outputs]: readonly number[], { maps, units: names }: Spread): Plane[] {
  return range(outputs).map((unit) => vector(inputs, unit, outputs, `to ${names?.[unit] ?? `unit ${unit}`}`, maps));
}

/** `count` numbers, `stride` apart from `start` on, laid out as the maps lie side by side, or in rows. */
function vector(count: number, start: number, stride: number, caption: string, maps: Spread["maps"]): Plane {
  const at = (k: number) => start + k * stride;
  if (maps?.length === 3 && sizeOf(maps) === count) {
    const [rows, width, pieces] = maps;
    const position = (row: number, column: number) =>
      at((row * width + (column % width)) * pieces + Math.floor(column / width));
    return { caption, rows, columns: width * pieces, pieces, position };
  }
  const columns = range(Math.min(widest, count)).findLast((k) => count % (k + 1) === 0) ?? 0;
  const { rows, columns: across } = { rows: count / (columns + 1), columns: columns + 1 };
  return { caption, rows, columns: across, pieces: 1, position: (row, column) => at(row * across + column) };
}
