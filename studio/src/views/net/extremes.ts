// The smallest and the largest number of every map of a tensor, with the cells where they stand.
import { cellOf } from "../../cells.ts";
import type { SceneTensor } from "../../engine/scene.ts";

export interface Extreme {
  readonly value: number;
  readonly cell: readonly number[];
}

export interface Range {
  readonly least: Extreme;
  readonly greatest: Extreme;
}

const known = new WeakMap<SceneTensor, readonly Range[]>();

export function extremesOf(tensor: SceneTensor): readonly Range[] {
  const found = known.get(tensor) ?? search(tensor);
  known.set(tensor, found);
  return found;
}

function search({ shape, data }: SceneTensor): readonly Range[] {
  const maps = shape.length === 3 ? (shape[2] ?? 1) : 1;
  return Array.from({ length: maps }, (_, map) => {
    let [least, greatest] = [map, map];
    for (let place = map; place < data.length; place += maps) {
      const value = data[place] ?? 0;
      if (value < (data[least] ?? 0)) least = place;
      if (value > (data[greatest] ?? 0)) greatest = place;
    }
    return {
      least: { value: data[least] ?? 0, cell: cellOf(shape, least) },
      greatest: { value: data[greatest] ?? 0, cell: cellOf(shape, greatest) },
    };
  });
}
