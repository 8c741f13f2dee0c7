// The real imports of source files as a graph: what the rules of the house look at.
import { dirname, join } from "node:path/posix";
import ts from "typescript6";

export interface Import {
  /** Path from the root. */
  readonly from: string;
  /** Path from the root, or the bare name: "node:fs", "sharp". */
  readonly to: string;
  readonly bare: boolean;
}

/** Every import of a file: static, dynamic, re-exports, and types, in the order of the text. */
export function importsOf(from: string, text: string): Import[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    const bare = !fileName.startsWith(".");
    return { from, to: bare ? fileName : join(dirname(from), fileName), bare };
  });
}
