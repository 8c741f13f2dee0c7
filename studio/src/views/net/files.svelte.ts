// Opening a model file on Net: chosen or dropped. What is wrong with one is told, and what was open stays open.
import { known } from "../../engine/known.svelte.ts";
import type { Trouble } from "../../engine/scene.ts";
import { troubleOf } from "../../engine/store.svelte.ts";
import { navigation } from "../../navigation.svelte.ts";

class ModelFiles {
  trouble: Trouble | undefined = $state.raw(undefined);

  /** The largest file that is read into memory. */
  readonly #most = 256 * 1024 * 1024;

  async open(file: File): Promise<void> {
    try {
      if (file.size > this.#most) throw new RangeError(`${file.name} is larger than ${this.#most} bytes`);
      const { name } = await known.open(file.name, new Uint8Array(await file.arrayBuffer()));
      this.trouble = undefined;
      navigation.go({ model: name, at: "", set: {}, from: "", to: "", layer: "", channel: 0, inner: 0, t: 0 });
    } catch (error) {
      this.trouble =
        error instanceof RangeError || error instanceof DOMException
          ? unreadable(file, error.message)
          : troubleOf(error);
    }
  }
}

function unreadable(file: File, received: string): Trouble {
  return {
    code: "studio.file",
    where: file.name,
    expected: "a model file that this browser can read",
    received,
    hint: "Choose a model.safetensors that Cutaway wrote.",
  };
}

export const modelFiles = new ModelFiles();
