// Data as Node finds it: folders of pictures or IDX files, and single picture files in a model's form.
import type { InputForm } from "../../data/dataset.ts";
import { type FormedPicture, toForm } from "../../data/picture-form.ts";
import { openSource, type Source } from "../../data/source.ts";
import { createNodeFiles } from "./files.ts";
import { gunzip } from "./gunzip.ts";
import { decodeImage } from "./images.ts";

export interface LoadDataOptions {
  /** Seed of the training digits, 0…2³² − 1; default 0. Nothing else depends on it. */
  readonly seed?: number;
  /** The form that picture files are brought to, such as `model.input`; default: RGB at the size of the first picture. */
  readonly form?: InputForm | undefined;
}

/** Opens "digits" or a folder: IDX files under the names MNIST uses, or one folder of pictures a class. Gives a training part and a
 * test part: the test files where there are any, else a stratified sixth. Pictures need the package sharp. */
export function loadData(source: string, { seed = 0, form }: LoadDataOptions = {}): Promise<Source> {
  return openSource(source, { files: createNodeFiles(), gunzip, decodeImage, seed, ...(form && { form }) });
}

/** Reads a PNG, JPEG or WebP file and brings it to a form, such as `model.input`; `steps` says what was done. */
export async function readPicture(path: string, form: InputForm): Promise<FormedPicture> {
  const bytes = await createNodeFiles().read(path);
  return toForm(await decodeImage(bytes, path), form, path);
}
