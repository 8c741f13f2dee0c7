// Where data comes from: the embedded digits, a folder of IDX files, or a folder of class folders.

import type { Gunzip } from "../base/host.ts";
import { fail } from "../base/words/source.ts";
import type { Dataset, InputForm } from "./dataset.ts";
import { digits } from "./digits/digits.ts";
import { type PictureTools, readPictureFolder } from "./folder.ts";
import { isIdxName, readIdxFolder } from "./idx-folder.ts";
import { type Parts, splitDataset } from "./split.ts";

export interface SourceOptions extends PictureTools {
  readonly gunzip: Gunzip;
  /** Seed of the training digits; nothing else depends on it. */
  readonly seed: number;
  /** The form that picture files are brought to, such as a model's; without it RGB at the size of the first picture. */
  readonly form?: InputForm;
}

/** The pictures of a source and the short name that it is called by. */
export interface Source extends Parts {
  readonly name: string;
}

/**
 * Opens `"digits"` or a folder: IDX files where there are any, else class folders. Tests are the test files where there are any,
 * else a stratified sixth; a folder that has only test files has no `train`.
 * Errors: `source.nothing`, `source.file`, and those of `readIdxFolder`, `readPictureFolder` and `splitDataset`.
 */
export async function openSource(source: string, options: SourceOptions): Promise<Source> {
  if (source === "digits") return drawnDigits(options.seed);
  const { files } = options;
  const kind = await files.kind(source);
  if (kind === undefined) fail("source.nothing", { where: source });
  if (kind === "file") fail("source.file", { where: source });
  const names = await files.list(source);
  const found = names.some(isIdxName)
    ? await readIdxFolder(source, names, options)
    : await readPictureFolder(source, options, options.form);
  return { name: nameOf(source), ...splitDataset(found) };
}

/** The embedded digits; each part is drawn when it is first asked for. */
function drawnDigits(seed: number): Source {
  const drawn: { train?: Dataset; test?: Dataset } = {};
  return {
    name: "digits",
    get train() {
      drawn.train ??= digits({ split: "train", seed });
      return drawn.train;
    },
    get test() {
      drawn.test ??= digits({ split: "test" });
      return drawn.test;
    },
  };
}

/** The last part of a path that is a name; "data" where there is none, as in "..". */
function nameOf(path: string): string {
  return path.split(/[/\\]/).findLast((part) => /[^.]/.test(part)) ?? "data";
}
