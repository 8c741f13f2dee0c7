// Which cells win the windows of a pool: its accounts say so.

import type { SceneTensor } from "../../engine/scene.ts";
import { store } from "../../engine/store.svelte.ts";

/** Addresses of the winners of one channel, by address of the pooled cell; what has not been told is left out. */
export function winnersOf(name: string, { shape }: SceneTensor, channel: number): ReadonlyMap<string, string> {
  const [rows = 0, columns = 0] = shape;
  const found = new Map<string, string>();
  for (let k = 0; k < rows * columns; k++) {
    const address = `${name}[${Math.floor(k / columns)},${k % columns},${channel}]`;
    const told = store.account(address);
    const winner = told.state === "told" ? told.value.choice?.address : undefined;
    if (winner) found.set(address, winner);
  }
  return found;
}
