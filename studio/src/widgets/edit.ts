// Editing a given number: a pixel, a cell of a parameter, the learning rate. The change is part of the page's address.
import { navigation } from "../navigation.svelte.ts";

/** Gives the cell a value; everything that follows from it is computed anew. */
export function edit(address: string, value: number): void {
  navigation.go({ set: { ...navigation.state.set, [address]: value }, at: address });
}

/** Takes all edits back. */
export function restore(): void {
  navigation.go({ set: {} });
}
