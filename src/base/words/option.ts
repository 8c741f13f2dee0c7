// Words for errors about options; other rooms have them too.
import { list, show } from "./phrases.ts";

export const optionWords = {
  "option.value": (f: { where: string; option: string; expected: string; received: unknown }) => ({
    where: `${f.where}, option ${f.option}`,
    expected: f.expected,
    received: show(f.received),
    hint: `Change ${f.option}.`,
  }),
  "option.unknown": (f: { where: string; option: string; known: readonly string[] }) => ({
    where: f.where,
    expected: f.known.length ? `one of the options ${list(f.known)}` : "no options",
    received: `option ${f.option}`,
    hint: "Remove it or correct its spelling.",
  }),
  "option.missing": (f: { where: string; option: string; expected: string }) => ({
    where: `${f.where}, option ${f.option}`,
    expected: f.expected,
    received: "nothing",
    hint: `Give ${f.option}.`,
  }),
};
