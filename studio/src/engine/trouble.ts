// An error on its way from a worker to the page: the library's own words, or those of a fault of the studio.
import { CutawayError } from "cutaway";
import type { Trouble } from "./scene.ts";

export function troubleOf(error: unknown): Trouble {
  if (error instanceof CutawayError) {
    const { code, where, expected, received, hint } = error;
    return { code, where, expected, received, hint };
  }
  const received = error instanceof Error ? error.message : String(error);
  return {
    code: "studio.fault",
    where: "the studio",
    expected: "an answer",
    received,
    hint: "Reload the page; what the address holds is kept.",
  };
}
