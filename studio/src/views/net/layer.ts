// The layers of a scene as Net shows them, the picture first: which of them an address belongs to, and which cell of one is looked at first.
import type { Account } from "cutaway";
import type { Scene, SceneTensor } from "../../engine/scene.ts";
import type { State } from "../../state.ts";
import { addressOf, splitAddress } from "../../widgets/numbers.ts";

export interface Layer {
  readonly name: string;
  /** "input" for the picture. */
  readonly op: string;
  /** Names of tensors. */
  readonly inputs: readonly string[];
  readonly parameters: readonly string[];
  readonly output: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What the view of an operation gets. */
export interface LayerProps {
  readonly scene: Scene;
  readonly layer: Layer;
  /** Stands before the names of tensors: "" or "grad:" or "next:", as the held address says. */
  readonly scope: string;
  /** The number whose window is shown: the held one, or the one that is being written. */
  readonly account: Account | undefined;
  /** The cell of the layer's output that it is about; undefined where it is about none. */
  readonly cell: readonly number[] | undefined;
  /** Which map of the output, and which of the input, stands in front. */
  readonly channel: number;
  readonly inner: number;
  /** Which cells of the output are there, by row and column. */
  readonly written: (row: number, column: number) => boolean;
  readonly width: number;
  readonly height: number;
  /** A narrow stage shows one map at a time. */
  readonly narrow: boolean;
  /** Whether a cell is being written. */
  readonly playing: boolean;
}

export function layersOf({ nodes }: Scene): readonly Layer[] {
  return [{ name: "input", op: "input", inputs: [], parameters: [], output: "input", options: {} }, ...nodes];
}

/** "grad:", "next:" or "", and the address behind it. */
export function scopeOf(address: string): readonly [scope: string, plain: string] {
  const found = /^((?:grad|next|state\.\w+)(?:\(.*\))?:)(.*)$/.exec(address);
  return found ? [found[1] ?? "", found[2] ?? ""] : ["", address];
}

/** Whether the layer's view shows the tensor of an address. */
export function shows({ inputs, parameters, output }: Layer, address: string): boolean {
  const { name } = splitAddress(scopeOf(address)[1]);
  return name === output || inputs.includes(name) || parameters.includes(name);
}

/** Where a tensor is made or kept. */
export function homeOf(layers: readonly Layer[], address: string): number {
  const { name } = splitAddress(scopeOf(address)[1]);
  return layers.findIndex(({ output, parameters }) => output === name || parameters.includes(name));
}

/** Which layer is shown: by time in play, else as said, else where the held number is made, else the first that learns. */
export function shownLayer({ t, layer, at }: State, layers: readonly Layer[]): number {
  if (t > 0) return Math.min(layers.length - 1, Math.floor(t));
  const said = layers.findIndex(({ name }) => name === layer);
  if (said >= 0) return said;
  const home = at === "" ? -1 : homeOf(layers, at);
  if (home >= 0) return home;
  return Math.max(
    0,
    layers.findIndex(({ parameters }) => parameters.length > 0),
  );
}

/** A cell in the middle of what the layer writes. */
export function middleOf({ tensors }: Scene, { output }: Layer, channel = 0): string {
  const shape = tensors[output]?.shape ?? [];
  return addressOf(
    output,
    shape.map((size, axis) =>
      axis < 2 && shape.length > 1 ? (size - 1) >> 1 : axis === 2 ? Math.min(channel, size - 1) : 0,
    ),
  );
}

export interface Scoped {
  readonly name: string;
  readonly tensor: SceneTensor | undefined;
}

/** By the tensors of a scene and scoped name: the same tensor is told as the same object, so that a view sees that nothing has changed. */
const scoped = new WeakMap<Scene["tensors"], Map<string, Scoped>>();

/** The tensor with the scope where the scene has it, and under which name. */
export function scopedTensor({ tensors }: Scene, scope: string, name: string): Scoped {
  const known = scoped.get(tensors) ?? new Map<string, Scoped>();
  scoped.set(tensors, known);
  const full = `${scope}${name}`;
  const called = tensors[full] ? full : name;
  const found = known.get(called) ?? { name: called, tensor: tensors[called] };
  known.set(called, found);
  return found;
}

export interface Box {
  readonly row: number;
  readonly column: number;
  readonly height: number;
  readonly width: number;
}

/** The rectangle of cells that an account reads in one plane of a tensor. */
export function boxIn(account: Account | undefined, name: string, rest: readonly number[]): Box | undefined {
  const cells = (account?.terms ?? []).flatMap(({ factors }) =>
    factors.flatMap(({ address = "" }) => {
      const own = splitAddress(address);
      return own.name === name && own.cell.length > 0 && own.cell.slice(2).join() === rest.join() ? [own.cell] : [];
    }),
  );
  if (cells.length === 0) return undefined;
  const rows = cells.map(([row = 0]) => row);
  const columns = cells.map(([, column = 0]) => column);
  const [row, column] = [Math.min(...rows), Math.min(...columns)];
  return { row, column, height: Math.max(...rows) - row + 1, width: Math.max(...columns) - column + 1 };
}

/** Which planes of a tensor an account reads, as the indices behind row and column, joined. */
export function planesRead(account: Account | undefined, name: string): readonly string[] {
  const found = (account?.terms ?? []).flatMap(({ factors }) =>
    factors.flatMap(({ address = "" }) => {
      const own = splitAddress(address);
      return own.name === name ? [own.cell.slice(2).join()] : [];
    }),
  );
  return [...new Set(found)];
}

/** The held map of a tensor: the held cell's own, else the one that was chosen. */
export function channelOf(tensor: SceneTensor | undefined, name: string, at: string, chosen: number): number {
  const held = splitAddress(scopeOf(at)[1]);
  const count = tensor?.shape[2] ?? 1;
  return Math.min(count - 1, held.name === name && held.cell.length === 3 ? (held.cell[2] ?? 0) : chosen);
}

export const mapsOf = (tensor: SceneTensor | undefined): number =>
  tensor?.shape.length === 3 ? (tensor.shape[2] ?? 1) : 1;
