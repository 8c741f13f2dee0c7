// All words of all errors, by code; one table a room, so that a sentence is found and mended in one place.
import { graphWords } from "./graph.ts";

export interface Problem {
  readonly where: string;
  readonly expected: string;
  readonly received: string;
  readonly hint: string;
}

export const words = { ...graphWords };

export type Code = keyof typeof words;
export type Facts<C extends Code> = Parameters<(typeof words)[C]>[0];
