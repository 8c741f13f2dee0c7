// The presets by the names that the command line knows them by.
import type { ImageShape } from "../input-form.ts";
import type { Model } from "../model.ts";
import { lenet5 } from "./lenet5.ts";
import { lesson } from "./lesson.ts";
import { vggSmall } from "./vgg-small.ts";

export interface Preset {
  readonly make: (options: { readonly shape: ImageShape; readonly classes: number }) => Model;
  /** Picture files are brought to this shape: small enough to train on a processor. */
  readonly pictures: ImageShape;
}

export const presets: ReadonlyMap<string, Preset> = new Map([
  ["lesson", { make: (options) => lesson(options) as Model, pictures: [28, 28, 3] }],
  ["lenet5", { make: (options) => lenet5(options) as Model, pictures: [28, 28, 3] }],
  ["vgg-small", { make: (options) => vggSmall(options) as Model, pictures: [32, 32, 3] }],
] satisfies [string, Preset][]);

/** "lesson", "lenet5", "vgg-small" in quotes, as a sentence lists them. */
export const presetNames = [...presets.keys()].map((name) => `"${name}"`).join(", ");
