// All words of all errors, by code; one table a room, so that a sentence is found and mended in one place.
import { cliWords } from "./cli.ts";
import { dataWords } from "./data.ts";
import { graphWords } from "./graph.ts";
import { ioWords } from "./io.ts";
import { modelWords } from "./model.ts";
import { pictureWords } from "./picture.ts";

export interface Problem {
  readonly where: string;
  readonly expected: string;
  readonly received: string;
  readonly hint: string;
}

export const words = { ...cliWords, ...dataWords, ...graphWords, ...ioWords, ...modelWords, ...pictureWords };

export type Code = keyof typeof words;
export type Facts<C extends Code> = Parameters<(typeof words)[C]>[0];
