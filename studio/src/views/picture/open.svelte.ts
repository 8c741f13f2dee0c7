// Keeps the network open that the page's state asks for, while a screen is there. While one is being opened only the newest of the others waits,
// so that drawing is never ahead of the network by more than one picture.
import { onDestroy } from "svelte";
import type { SceneRequest } from "../../engine/scene.ts";
import { store } from "../../engine/store.svelte.ts";
import { navigation } from "../../navigation.svelte.ts";
import { Newest } from "../../newest.ts";
import { requestOf } from "./request.ts";

/** To be called once by the screen's component. */
export function keepOpen(): void {
  const opening = new Newest<SceneRequest>(async (request) => {
    await store.open(request);
    // What the views ask about this picture goes before the next picture, or none would ever be answered in time.
    await new Promise((go) => setTimeout(go));
  });
  // As text: what changes in the state and is not part of the request opens nothing anew.
  const text = $derived(JSON.stringify(requestOf(navigation.state)));
  $effect(() => void opening.put(JSON.parse(text)));
  // Another screen opens what it needs.
  onDestroy(() => opening.drop());
}
