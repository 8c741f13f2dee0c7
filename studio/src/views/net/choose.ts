// Choosing on Net: a layer, a map of it. The held number goes along, so that what is open and what is explained are one thing.
import type { Scene } from "../../engine/scene.ts";
import { navigation } from "../../navigation.svelte.ts";
import { addressOf, splitAddress } from "../../widgets/numbers.ts";
import { type Layer, middleOf, shows } from "./layer.ts";

/** Opens a layer; a number of it is held where none was. */
export function chooseLayer(scene: Scene, layers: readonly Layer[], index: number): void {
  const layer = layers[index];
  if (!layer) return;
  const { at, channel } = navigation.state;
  const held = shows(layer, at) ? at : middleOf(scene, layer, channel);
  navigation.go({ t: index, layer: index === 0 ? layer.name : "", at: held });
}

/** Puts a map of the output or of the input in front; a held cell of the tensor moves to the same place in it. */
export function chooseMap(tensor: string, field: "channel" | "inner", map: number): void {
  const { at } = navigation.state;
  const { name, cell } = splitAddress(at);
  const moved = name === tensor && cell.length === 3 ? addressOf(name, [cell[0] ?? 0, cell[1] ?? 0, map]) : at;
  navigation.go({ [field]: map, at: moved });
}
