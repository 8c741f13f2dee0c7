// An answer that stays while the next one is computed, so that nothing flickers under a moving slider.
import type { Trouble } from "../../engine/scene.ts";
import type { Told } from "../../engine/store.svelte.ts";

export interface Kept<T> {
  /** The newest answer that has arrived for this subject. */
  readonly value: T | undefined;
  readonly trouble: Trouble | undefined;
}

/** `subject` says what the answer is about: an older answer about another subject is not shown. */
export function kept<T>(subject: () => string, read: () => Told<T> | undefined): Kept<T> {
  let last: { readonly about: string; readonly value: T } | undefined;
  const told = $derived(read());
  const value = $derived.by(() => {
    const about = subject();
    if (told?.state === "told") last = { about, value: told.value };
    return told?.state !== "refused" && last?.about === about ? last.value : undefined;
  });
  return {
    get value() {
      return value;
    },
    get trouble() {
      return told?.state === "refused" ? told.trouble : undefined;
    },
  };
}
