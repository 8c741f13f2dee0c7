// A folder of IDX files under the names that MNIST uses, plain or packed by gzip, with class names beside them.

import type { Files, Gunzip } from "../base/host.ts";
import { sameShape } from "../base/shape.ts";
import { decodeUtf8 } from "../base/text.ts";
import { fail } from "../base/words/source.ts";
import { type Dataset, dataset } from "./dataset.ts";
import { type Idx, idxImages, idxLabels, parseIdx } from "./idx.ts";
import type { Found } from "./split.ts";

/** `train-images-idx3-ubyte`, `t10k-labels.idx1-ubyte.gz` …: prefix, then images or labels, then number of dimensions and type. */
const IDX_NAME = /^(?:(.*)[-_.])?(images|labels)[-.]idx[1-4]-[a-z]+(?:\.gz)?$/i;
/** A prefix that ends so means test files; every other one means training files. */
const TEST_PREFIX = /(?:^|[-_.])(?:t10k|test)$/i;

interface IdxName {
  readonly name: string;
  readonly prefix: string;
  readonly role: "images" | "labels";
  readonly set: "train" | "test";
}

export const isIdxName = (name: string): boolean => IDX_NAME.test(name);

/**
 * Reads the IDX files among `names`, the content of `folder`; other files are left alone. Class names come from `classes.txt`
 * beside them (one a line, or separated by commas), else they are "0" … up to the greatest label of both sets.
 * Errors: `idx.twice`, `idx.partner`, `idx.role`, `folder.classNames`, `source.shapes`, and those of `parseIdx`, `dataset`
 * and the host.
 */
export async function readIdxFolder(
  folder: string,
  names: readonly string[],
  tools: { readonly files: Files; readonly gunzip: Gunzip },
): Promise<Found> {
  const found = checkedNames(folder, names);
  const classes = names.includes("classes.txt")
    ? await classNames(tools.files.join(folder, "classes.txt"), tools.files)
    : undefined;
  const read = async (set: "train" | "test"): Promise<Dataset | undefined> => {
    const images = found.find((file) => file.set === set && file.role === "images");
    const labels = found.find((file) => file.set === set && file.role === "labels");
    if (!images || !labels) return undefined;
    return readPair(tools.files.join(folder, images.name), tools.files.join(folder, labels.name), classes, tools);
  };
  const [train, test] = [await read("train"), await read("test")];
  if (!test) return { train: train! };
  if (!train) return { test };
  if (!sameShape(train.shape, test.shape))
    fail("source.shapes", { where: folder, train: train.shape, test: test.shape });
  const shared = train.classes.length > test.classes.length ? train.classes : test.classes;
  return { train: { ...train, classes: shared }, test: { ...test, classes: shared } };
}

/** The IDX names: for each set at most one file of images and one of labels, which have the same prefix. */
function checkedNames(folder: string, names: readonly string[]): IdxName[] {
  const found = names.flatMap((name): IdxName[] => {
    const match = IDX_NAME.exec(name);
    if (!match) return [];
    const prefix = match[1] ?? "";
    const role = match[2].toLowerCase() === "images" ? "images" : "labels";
    return [{ name, prefix, role, set: TEST_PREFIX.test(prefix) ? "test" : "train" }];
  });
  for (const { name, prefix, role, set } of found) {
    const rivals = found.filter((other) => other.role === role && other.set === set);
    if (rivals.length > 1) fail("idx.twice", { where: folder, files: rivals.map((rival) => rival.name) });
    if (!found.some((other) => other.role !== role && other.prefix === prefix))
      fail("idx.partner", { where: folder, role: role === "images" ? "labels" : "images", present: name });
  }
  return found;
}

async function readPair(
  imagesPath: string,
  labelsPath: string,
  classes: readonly string[] | undefined,
  tools: { readonly files: Files; readonly gunzip: Gunzip },
): Promise<Dataset> {
  const { images, shape } = idxImages(await readIdx(imagesPath, tools), imagesPath);
  const labels = idxLabels(await readIdx(labelsPath, tools), labelsPath);
  return dataset({ images, shape, labels, classes, where: `${imagesPath} with ${labelsPath}` });
}

/** Whether a file is packed is seen by its first bytes, 1f 8b, which no IDX file has; names and browsers are not reliable here. */
async function readIdx(path: string, tools: { readonly files: Files; readonly gunzip: Gunzip }): Promise<Idx> {
  const bytes = await tools.files.read(path);
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return parseIdx(packed ? await tools.gunzip(bytes, path) : bytes, path);
}

async function classNames(path: string, files: Files): Promise<string[]> {
  const text = decodeUtf8(await files.read(path));
  if (text === undefined) return fail("folder.classNames", { where: path, received: "bytes that are not UTF-8" });
  const lines = text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  if (lines.length === 0) fail("folder.classNames", { where: path, received: "no names" });
  return (lines.length === 1 ? lines[0].split(",") : lines).map((name) => name.trim());
}
