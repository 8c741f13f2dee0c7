// The rules of the studio's page, as functions from its files to sentences about what breaks them.
import ts from "typescript6";
import { parse } from "../../scripts/functions.ts";
import { scriptOf } from "../../scripts/tree.ts";
import type { Import } from "./imports.ts";

/** Packages beside the library that the page is made with. */
const granted = ["svelte", "uplot"];

/** Imports of what is neither a public entry, nor granted, nor a file of the page itself. */
export function foreignImports(imports: readonly Import[], entries: readonly string[]): string[] {
  const isOwn = ({ to, bare }: Import) => !bare && to.startsWith("studio/src/");
  const isGranted = ({ to }: Import) => granted.some((name) => to === name || to.startsWith(`${name}/`));
  return imports
    .filter((each) => !isOwn(each) && !entries.includes(each.to) && !isGranted(each))
    .map(
      ({ from, to }) =>
        `${from}: imports ${to}; the page has the package's public entries, ${granted.join(", ")}, itself`,
    );
}

/** Functions of Math that only mathematics or chance needs; those that place and round things may be used. */
const mathematics = /^(?:exp|expm1|log|log1p|log2|pow|sinh|cosh|tanh|random)$/;

/** Other ways than fetch() to reach a server. */
const connections =
  /^(?:XMLHttpRequest|WebSocket|EventSource|WebTransport|RTCPeerConnection|sendBeacon|importScripts)$/;

/** Mathematics, chance, and ways to another origin in a file of the page. */
export function pageWords(path: string, text: string): string[] {
  const script = /\.(?:ts|svelte)$/.test(path) ? scriptOf(path, text) : "";
  const source = parse(path, script);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const complaint = wordOf(node);
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    if (complaint) found.push(`${path}:${line}: ${complaint}`);
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return [...found, ...markupWords(path, text, script), ...addresses(path, text)];
}

function wordOf(node: ts.Node): string | undefined {
  if (ts.isCallExpression(node) && nameOf(node.expression) === "fetch" && !isOwnPath(node.arguments[0]))
    return 'calls fetch with something else than a path of its own, "/…"';
  if (!ts.isIdentifier(node)) return undefined;
  if (connections.test(node.text)) return `names ${node.text}; nothing leaves the machine`;
  const { parent } = node;
  const ofMath =
    ts.isPropertyAccessExpression(parent) && parent.name === node && parent.expression.getText() === "Math";
  return ofMath && mathematics.test(node.text) ? `calls Math.${node.text}; the package computes` : undefined;
}

/** "fetch" of `fetch`, `self.fetch`, but not of a method of one's own. */
function nameOf(called: ts.Expression): string | undefined {
  if (ts.isIdentifier(called)) return called.text;
  if (!ts.isPropertyAccessExpression(called) || !ts.isIdentifier(called.expression)) return undefined;
  return /^(?:globalThis|window|self)$/.test(called.expression.text) ? called.name.text : undefined;
}

function isOwnPath(given: ts.Expression | undefined): boolean {
  return given !== undefined && ts.isStringLiteral(given) && /^\/(?!\/)/.test(given.text);
}

/** The same in the expressions of a component's markup, by their spelling. */
function markupWords(path: string, text: string, script: string): string[] {
  if (!path.endsWith(".svelte")) return [];
  const inScript = script.split("\n");
  return text.split("\n").flatMap((line, k) => {
    if (inScript[k] !== "") return [];
    const [, name] = /\bMath\.(\w+)/.exec(line) ?? [];
    const calls = /\bfetch\(/.test(line) ? [`${path}:${k + 1}: calls fetch in its markup`] : [];
    return name && mathematics.test(name)
      ? [`${path}:${k + 1}: calls Math.${name}; the package computes`, ...calls]
      : calls;
  });
}

/** Addresses of other origins; names of XML's dialects are none. */
function addresses(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, k) => {
    const [address] = /(?:https?|wss?):\/\/(?!www\.w3\.org\/)[^\s"'`)]*|["'(]\/\/\w[^\s"'`)]*/.exec(line) ?? [];
    return address === undefined ? [] : [`${path}:${k + 1}: names ${address}, which is not its own origin`];
  });
}
