// What the parts of Trace share: the scene, the ends, the chosen way, and what else is known of the ways.
import type { Account } from "cutaway";
import type { LayerReach, Way } from "cutaway/story";
import type { Scene, SceneTensor } from "../../engine/scene.ts";
import { thousands } from "../../messages/counted.en.ts";
import { trace as words } from "../../messages/trace.en.ts";
import { short, splitAddress } from "../../widgets/numbers.ts";
import { type Ends, type HopView, hopsOf } from "./way.ts";

/** All live ways together. */
export interface Merged {
  readonly total: number;
  readonly paths: number;
  readonly pathsExact: boolean;
}

export interface TraceModel {
  readonly scene: Scene;
  readonly ends: Ends;
  readonly merged: Merged;
  readonly live: readonly Way[];
  readonly stopped: readonly Way[];
  readonly moreStopped: boolean;
  /** Forward: what each layer reads of the number. */
  readonly layers: readonly LayerReach[];
  /** The chosen one of the live and then the stopped ways. */
  readonly chosen: number;
  readonly hops: readonly HopView[];
  /** Where the way begins, as stored: the pixel, or the loss. */
  readonly start: string;
}

export interface Found {
  readonly merged: Merged;
  readonly stopped: readonly Way[];
  readonly moreStopped: boolean;
  readonly layers: readonly LayerReach[];
}

export function modelOf(scene: Scene, ends: Ends, found: Found, live: readonly Way[], way: number): TraceModel {
  const { merged, stopped, moreStopped, layers } = found;
  const listed = [...live, ...stopped];
  const chosen = listed[way] ? way : 0;
  const shown = listed[chosen];
  const hops = shown ? hopsOf(shown, ends, scene) : [];
  const start = shown?.from ?? ends.followed;
  return { scene, ends, merged, live, stopped, moreStopped, layers, chosen, hops, start };
}

/** "1 000 or so" where there are more than can be counted. */
export function pathsText({ paths, pathsExact }: Merged): string {
  return pathsExact ? thousands(paths) : words.ways.about(short(paths));
}

/** Rows, columns and the framed cell of a tensor's plane; a flat one is a column. */
export function planeOf(tensor: SceneTensor, address: string) {
  const { cell } = splitAddress(address);
  const flat = tensor.shape.length < 2;
  return {
    rows: tensor.shape[0] ?? 1,
    columns: flat ? 1 : (tensor.shape[1] ?? 1),
    row: cell[0] ?? 0,
    column: flat ? 0 : (cell[1] ?? 0),
    rest: cell.slice(2),
  };
}

/** The cells of one tensor that an account's terms read in the plane of one of them. */
export interface Read {
  readonly name: string;
  readonly rest: readonly number[];
  readonly cells: readonly { readonly row: number; readonly column: number; readonly live: boolean }[];
  readonly box: { readonly row: number; readonly column: number; readonly height: number; readonly width: number };
}

/** What the terms read of a tensor, in the plane that is asked for or, else, the one of the first live term. */
export function readOf(account: Account, name: string, plane?: readonly number[]): Read | undefined {
  const found = account.terms.flatMap(({ factors, live }) =>
    factors.flatMap(({ address = "" }) => {
      const { name: own, cell } = splitAddress(address);
      return own === name && cell.length > 1 ? [{ cell, live }] : [];
    }),
  );
  const rest = plane ?? (found.find(({ live }) => live) ?? found[0])?.cell.slice(2) ?? [];
  const cells = found
    .filter(({ cell }) => cell.slice(2).join() === rest.join())
    .map(({ cell: [row = 0, column = 0], live }) => ({ row, column, live }));
  if (cells.length === 0) return undefined;
  const rows = cells.map(({ row }) => row);
  const columns = cells.map(({ column }) => column);
  const [row, column] = [Math.min(...rows), Math.min(...columns)];
  return {
    name,
    rest,
    cells,
    box: { row, column, height: Math.max(...rows) - row + 1, width: Math.max(...columns) - column + 1 },
  };
}

/** Which tensor a sum is pictured on: a map that it reads cell by cell, values before gradients; parameters do not count. */
export function picturedOf(account: Account, { nodes }: Scene): string | undefined {
  const parameters = new Set(nodes.flatMap((node) => node.parameters));
  const names = new Set(
    account.terms.flatMap(({ factors }) =>
      factors.flatMap(({ address = "" }) =>
        splitAddress(address).cell.length > 1 ? [splitAddress(address).name] : [],
      ),
    ),
  );
  const maps = [...names].filter((name) => !parameters.has(name.replace(/^grad(\(.*\))?:/, "")));
  return maps.find((name) => !name.startsWith("grad")) ?? maps[0];
}
