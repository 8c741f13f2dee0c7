// What texts of the repository may not contain, and how a file must begin.
import { firstComment, isCode, isTest } from "../../scripts/tree.ts";

interface Ban {
  readonly pattern: RegExp;
  readonly why: string;
  readonly where: (path: string) => boolean;
}

const everywhere = () => true;

const bans: readonly Ban[] = [
  { pattern: /\b(?:T[O]DO|F[I]XME)\b/, why: "an unfinished thing; finish it or leave it out", where: everywhere },
  { pattern: /\.[o]nly\(/, why: "switches all other tests off", where: everywhere },
  {
    pattern: /(?<![\w.-])\/(?:h[o]me|r[o]ot|U[s]ers)\/|\bC:\\U[s]ers\b/,
    why: "a path of one machine",
    where: everywhere,
  },
  {
    pattern: /\bs[h]ared\//,
    why: "a folder that the public does not have",
    where: (path) => !path.startsWith("test/"),
  },
  { pattern: /<{7} |>{7} /, why: "a merge that was not ended", where: everywhere },
];

/** Sentences about forbidden words in a text file. */
export function bannedWords(path: string, text: string): string[] {
  const due = bans.filter(({ where }) => where(path));
  return text.split("\n").flatMap((line, k) =>
    due.flatMap(({ pattern, why }) => {
      const [word] = pattern.exec(line) ?? [];
      return word === undefined ? [] : [`${path}:${k + 1}: has "${word}", ${why}`];
    }),
  );
}

/** A complaint where a file does not begin with a comment that says what it is. */
export function badFirstLine(path: string, text: string): string[] {
  const first = firstComment(text);
  if (first !== undefined && /^\S.*\s.*\s\S/.test(first)) return [];
  return [`${path}: begins without a comment of a few words that says what it is`];
}

/** Whether the budget of lines holds for a file. */
export const hasBudget = (path: string) => isCode(path) && !path.startsWith("fixtures/");

/** Sentences about files that are too long. */
export function longFiles(files: ReadonlyMap<string, string>, most: number): string[] {
  return [...files].flatMap(([path, text]) => {
    const lines = text.replace(/\n$/, "").split("\n").length;
    return lines > most ? [`${path}: has ${lines} lines; at most ${most}`] : [];
  });
}

/** Library code whose arithmetic must give the same bits on every machine. */
export const isExact = (path: string) =>
  path.startsWith("src/") && path.endsWith(".ts") && !isTest(path) && !path.startsWith("src/cli/");
