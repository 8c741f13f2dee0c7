// Measures functions: where each begins and how many lines it has.
import ts from "typescript6";

export interface FunctionSize {
  readonly name: string;
  /** Line of its first word, from 1. */
  readonly line: number;
  readonly lines: number;
}

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
}

/** All functions of a file that stand on more than one line, inner ones too. */
export function functionsOf(source: ts.SourceFile): FunctionSize[] {
  const found: FunctionSize[] = [];
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body) {
      const line = lineAt(node.getStart(source));
      const lines = lineAt(node.end) - line + 1;
      if (lines > 1) found.push({ name: nameOf(node, source), line, lines });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(node: ts.SignatureDeclaration, source: ts.SourceFile): string {
  if (node.name) return node.name.getText(source);
  const { parent } = node;
  const named = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent);
  return named ? parent.name.getText(source) : "(unnamed)";
}
