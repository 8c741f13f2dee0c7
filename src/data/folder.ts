// A folder of class folders: <folder>/<class>/<picture>, or the same under <folder>/train and <folder>/test.

import type { DecodeImage, Files } from "../base/host.ts";
import { sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/source.ts";
import { type Dataset, dataset, defaultForm, type InputForm } from "./dataset.ts";
import { toForm } from "./picture-form.ts";
import type { Found } from "./split.ts";

const PICTURE = /\.(?:png|jpe?g|webp)$/i;
/** What systems and people leave beside pictures; every other file that is no picture is an error. */
const IGNORED = /^\..*|^Thumbs\.db$|\.txt$/i;
/** All pixels of one set, in bytes. */
const LIMIT = 0x80000000;

export interface PictureTools {
  readonly files: Files;
  readonly decodeImage: DecodeImage;
}

/**
 * Reads PNG, JPEG and WebP files, sorted by class and name (UTF-16 units); the class is the name of the folder. All pictures are
 * brought to `form`; without it to RGB at the size of the first picture. Dotfiles, Thumbs.db and .txt files are left alone.
 * Errors: `folder.empty`, `folder.oneClass`, `folder.stray`, `folder.class` (a test class that is not trained), `folder.large`,
 * and those of the decoder and the host, which name the file.
 */
export async function readPictureFolder(folder: string, tools: PictureTools, form?: InputForm): Promise<Found> {
  const { files } = tools;
  const names = await foldersIn(folder, files);
  if (!names.every((name) => name === "train" || name === "test"))
    return { train: await readClasses(folder, checkedClasses(folder, names), names, tools, form) };
  const [trainFolder, testFolder] = [files.join(folder, "train"), files.join(folder, "test")];
  const trainNames = names.includes("train")
    ? checkedClasses(trainFolder, await foldersIn(trainFolder, files))
    : undefined;
  const train = trainNames && (await readClasses(trainFolder, trainNames, trainNames, tools, form));
  if (!names.includes("test")) return { train: train! };
  const testNames = await foldersIn(testFolder, files);
  const test = await readClasses(testFolder, trainNames ?? testNames, testNames, tools, train?.input ?? form);
  return train ? { train, test } : { test };
}

function checkedClasses(folder: string, names: readonly string[]): readonly string[] {
  if (names.length < 2) fail("folder.oneClass", { where: folder, received: names[0] });
  return names;
}

/** The folders in a folder; anything else that is not ignored is an error. */
async function foldersIn(folder: string, files: Files): Promise<string[]> {
  const names = (await files.list(folder)).filter((name) => !IGNORED.test(name));
  if (names.length === 0)
    fail("folder.empty", { where: folder, expected: "a folder of pictures for each class, or IDX files" });
  for (const name of names) {
    const where = files.join(folder, name);
    if ((await files.kind(where)) === "folder") continue;
    fail("folder.stray", { where, expected: "a folder with the pictures of one class", received: "a file" });
  }
  return names;
}

async function picturesIn(folder: string, files: Files): Promise<string[]> {
  const names = (await files.list(folder)).filter((name) => !IGNORED.test(name));
  if (names.length === 0) fail("folder.empty", { where: folder, expected: "pictures of one class" });
  for (const name of names) {
    const [where, expected] = [files.join(folder, name), "a PNG, JPEG or WebP file"];
    if (!PICTURE.test(name)) fail("folder.stray", { where, expected, received: `the name ${name}` });
  }
  return names.map((name) => files.join(folder, name));
}

/** Reads the class folders `names`, each of which must be one of `classes`. */
async function readClasses(
  folder: string,
  classes: readonly string[],
  names: readonly string[],
  tools: PictureTools,
  form: InputForm | undefined,
): Promise<Dataset> {
  const paths: string[] = [];
  const labels: number[] = [];
  for (const name of names) {
    const label = classes.indexOf(name);
    if (label < 0) fail("folder.class", { where: folder, known: classes, received: name });
    for (const path of await picturesIn(tools.files.join(folder, name), tools.files)) {
      paths.push(path);
      labels.push(label);
    }
  }
  const { images, input } = await readPictures(folder, paths, tools, form);
  return dataset({ images, shape: input.shape, labels, classes, input, where: folder });
}

/** Decodes one picture after the other into one array; the first sets the form where none is given. */
async function readPictures(
  folder: string,
  paths: readonly string[],
  tools: PictureTools,
  given: InputForm | undefined,
) {
  const decode = async (path: string) => tools.decodeImage(await tools.files.read(path), path);
  const first = await decode(paths[0]);
  const input = given ?? defaultForm([first.height, first.width, 3]);
  const size = sizeOf(input.shape);
  if (size * paths.length > LIMIT)
    fail("folder.large", { where: folder, pictures: paths.length, shape: input.shape, limit: LIMIT });
  const images = new Uint8Array(size * paths.length);
  for (let k = 0; k < paths.length; k++)
    images.set(toForm(k === 0 ? first : await decode(paths[k]), input, paths[k]).pixels, k * size);
  return { images, input };
}
