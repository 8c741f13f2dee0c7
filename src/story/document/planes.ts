// Tensors as planes to draw: a map a channel, a kernel a filter and channel, a matrix, a line.
import { type Block, isNumbered, type Maps, type Plane, strongestPlanes } from "./blocks.ts";
import type { StoryMap, StoryTensor } from "./story.ts";

/** More numbers than this of one tensor are not drawn: a page would not show them. */
const mostCells = 6000;

interface Layout {
  readonly planes: readonly Plane[];
  readonly note: string;
}

/** The planes of a tensor; nothing where it is a single number, or where one plane is too large to draw. */
export function mapsOf(tensor: StoryTensor): Block[] {
  const { planes, note } = layoutOf(tensor);
  const { name, role, gradient, domain } = tensor;
  return blockOf({ title: name, scale: { role, gradient, domain }, planes, count: planes.length, note });
}

/** A map of attention as a block. */
export function attentionBlock({ kind, target, shape, values, role, gradient, domain }: StoryMap): Block[] {
  const planes = [{ caption: "", short: "", rows: rowsOf(shape[0], shape[1], (i, j) => values[i * shape[1] + j]) }];
  return blockOf({ title: `${kind}, ${target}`, scale: { role, gradient, domain }, planes, count: 1, note: "" });
}

function blockOf(maps: Maps): Block[] {
  const planes = chosen(maps.planes);
  return planes.length === 0 ? [] : [{ kind: "maps", maps: { ...maps, planes } }];
}

/** All planes where there is room for them, else the strongest. */
function chosen(planes: readonly Plane[]): readonly Plane[] {
  if (planes.length === 0) return [];
  return strongestPlanes(planes, Math.floor(mostCells / (planes[0].rows.length * planes[0].rows[0].length)));
}

function layoutOf({ shape, values }: StoryTensor): Layout {
  switch (shape.length) {
    case 1:
      return { planes: [{ caption: "", short: "", rows: [values] }], note: "" };
    case 2:
      return matrixLayout(shape[0], shape[1], values);
    case 3:
      return { planes: channelPlanes(shape, values), note: "" };
    case 4:
      return { planes: kernelPlanes(shape, values), note: "" };
    default:
      return { planes: [], note: "" };
  }
}

/** Weights (in, out) as they are stored; those of many inputs with one row an output, as wide as a page. */
function matrixLayout(inputs: number, outputs: number, values: readonly number[]): Layout {
  const stored = rowsOf(inputs, outputs, (from, out) => values[from * outputs + out]);
  if (isNumbered({ rows: stored }))
    return { planes: [{ caption: "", short: "", rows: stored }], note: "one row an input" };
  const rows = rowsOf(outputs, inputs, (out, from) => values[from * outputs + out]);
  return { planes: [{ caption: "", short: "", rows }], note: "one row an output" };
}

function channelPlanes([height, width, channels]: readonly number[], values: readonly number[]): Plane[] {
  return Array.from({ length: channels }, (_, c) => ({
    caption: channels === 1 ? "" : `channel ${c}`,
    short: channels === 1 ? "" : String(c),
    rows: rowsOf(height, width, (i, j) => values[(i * width + j) * channels + c]),
  }));
}

/** (kh, kw, in, out): the channels of a filter follow one another. */
function kernelPlanes([height, width, channels, filters]: readonly number[], values: readonly number[]): Plane[] {
  return Array.from({ length: filters * channels }, (_, k) => {
    const [filter, channel] = [Math.floor(k / channels), k % channels];
    return {
      caption: channels === 1 ? `filter ${filter}` : `filter ${filter}, channel ${channel}`,
      short: channels === 1 ? String(filter) : `${filter}, ${channel}`,
      rows: rowsOf(height, width, (i, j) => values[((i * width + j) * channels + channel) * filters + filter]),
    };
  });
}

function rowsOf(height: number, width: number, value: (row: number, column: number) => number): number[][] {
  return Array.from({ length: height }, (_, i) => Array.from({ length: width }, (_, j) => value(i, j)));
}
