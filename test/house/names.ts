// What source code may not say: names of a machine outside the hosts, and arithmetic whose last bits differ between engines.
import ts from "typescript6";
import { parse } from "../../scripts/functions.ts";

/**
 * Names that neither the files nor the language itself declare: `process`, `document`, `setTimeout`, `NodeJS.Timeout` …
 * The files, texts by path, are checked against the bare language; what they import is not looked at.
 */
export function machineNames(files: ReadonlyMap<string, string>): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    lib: ["lib.es2023.d.ts"],
    types: [],
    strict: true,
    noResolve: true,
    noEmit: true,
    allowImportingTsExtensions: true,
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (path, ...rest) => {
    const text = files.get(path);
    return text === undefined ? read(path, ...rest) : parse(path, text);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((path) =>
    program.getSemanticDiagnostics(program.getSourceFile(path)).flatMap((found) => complaint(path, found)),
  );
}

function complaint(path: string, { code, file, start = 0, length = 0, messageText }: ts.Diagnostic): string[] {
  const sentence = ts.flattenDiagnosticMessageText(messageText, " ");
  const ofGlobalThis = code === 7017;
  if (!file || !(/^Cannot find (name|namespace) /.test(sentence) || ofGlobalThis)) return [];
  const name = `${ofGlobalThis ? "globalThis." : ""}${file.text.slice(start, start + length)}`;
  const line = file.getLineAndCharacterOfPosition(start).line + 1;
  return [`${path}:${line}: uses ${name}, which belongs to a machine; only host, backend/webgpu and cli name one`];
}

/** Those whose every bit the language fixes; all other functions of Math are approximations that differ between engines. */
const exact = ["abs", "ceil", "clz32", "floor", "fround", "imul", "max", "min", "round", "sign", "sqrt", "trunc"];
const constants = ["E", "LN10", "LN2", "LOG10E", "LOG2E", "PI", "SQRT1_2", "SQRT2"];

/** Arithmetic, dates and chance that would make the same seed give other bits elsewhere, and printing. */
export function forbiddenWords(path: string, text: string): string[] {
  const source = parse(path, text);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const sentence = forbidden(node);
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    if (sentence) found.push(`${path}:${line}: uses ${sentence}`);
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return found;
}

function forbidden(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AsteriskAsteriskToken || node.kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken)
    return "**, whose last bits differ between engines; multiply instead";
  if (!ts.isIdentifier(node) || isMember(node)) return undefined;
  if (node.text === "Date") return "Date, which makes two equal runs differ; a host gives the clock";
  if (node.text === "console") return "console; who calls the library decides what is printed";
  if (node.text !== "Math") return undefined;
  const { parent } = node;
  const member = ts.isPropertyAccessExpression(parent) ? parent.name.text : "[…]";
  if (exact.includes(member) || constants.includes(member)) return undefined;
  return `Math.${member}, whose bits differ between engines; base/math.ts and base/random.ts have what may be used`;
}

/** Whether the identifier is the name after a dot or of a field. */
function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  return (ts.isPropertyAssignment(parent) || ts.isTypeElement(parent)) && parent.name === node;
}
