// The rules of direction, as functions from files and imports to sentences about what breaks them.
import { folderOf, isTest } from "../../scripts/tree.ts";
import type { Import } from "./imports.ts";

/** From the ground up; a file imports from its own room and the rooms before it. Entries are the files directly in src. */
export const ladder: readonly string[] = [
  "base",
  "tensor",
  "trace",
  "backend",
  "ops",
  "graph",
  "nn",
  "data",
  "io",
  "train",
  "story",
  "host",
  "entries",
  "cli",
];

/** "src/ops/conv2d/op.ts" stands in "ops", "src/index.ts" in "entries". */
export function roomOf(path: string): string {
  const [, room, inside] = path.split("/");
  return inside === undefined ? "entries" : room;
}

/** "conv2d" for a file in that operation's folder; undefined for what all operations share. */
export function operationOf(path: string): string | undefined {
  return /^src\/ops\/([^/]+)\//.exec(path)?.[1];
}

export function unknownRooms(files: readonly string[]): string[] {
  const strangers = files.filter((file) => !ladder.includes(roomOf(file)));
  return strangers.map((file) => `${file}: stands in no room of the ladder (${ladder.join(" → ")})`);
}

export function upwardArrows(imports: readonly Import[]): string[] {
  const level = (path: string) => ladder.indexOf(roomOf(path));
  return imports
    .filter(({ from, to, bare }) => !bare && !isTest(from) && (level(to) > level(from) || !to.startsWith("src/")))
    .map(({ from, to }) => `${from}: imports ${to}, which is above it on the ladder (${ladder.join(" → ")})`);
}

/**
 * Cycles among files and among folders. An import joins the two neighbours, files or folders, under which its ends lie in their
 * nearest common folder; in no folder may neighbours import each other in a ring. Nobody imports tests, so they close no ring.
 */
export function cycles(imports: readonly Import[]): string[] {
  const arrows = new Map<string, Map<string, Import>>();
  for (const each of imports) {
    if (each.bare || isTest(each.from)) continue;
    const [from, to] = neighbours(each);
    if (from === to) continue;
    const leaving = arrows.get(from) ?? new Map<string, Import>();
    leaving.set(to, leaving.get(to) ?? each);
    arrows.set(from, leaving);
  }
  return rings(arrows).map((ring) => {
    const steps = ring.map((from, k) => arrows.get(from)?.get(ring[(k + 1) % ring.length]) as Import);
    const because = steps.map(({ from, to }) => `${from} imports ${to}`).join(", ");
    return `${ring[0]}: a ring of imports, ${[...ring, ring[0]].join(" → ")} (${because})`;
  });
}

/** src/a/x.ts → src/a/b/y.ts joins src/a/x.ts and src/a/b. */
function neighbours({ from, to }: Import): [string, string] {
  const [a, b] = [from.split("/"), to.split("/")];
  let shared = 0;
  while (a[shared] === b[shared] && shared < a.length - 1) shared++;
  return [a.slice(0, shared + 1).join("/"), b.slice(0, shared + 1).join("/")];
}

/** One ring for every arrow that closes one on a walk in depth. */
function rings(arrows: ReadonlyMap<string, ReadonlyMap<string, unknown>>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const walk = (node: string, path: readonly string[]): void => {
    if (path.includes(node)) found.push(path.slice(path.indexOf(node)));
    if (done.has(node) || path.includes(node)) return;
    for (const next of arrows.get(node)?.keys() ?? []) walk(next, [...path, node]);
    done.add(node);
  };
  for (const node of arrows.keys()) walk(node, []);
  return found;
}

/** What lists all operations, all worked examples, all kernels. */
const tables = ["src/ops/index.ts", "src/ops/examples.ts", "src/ops/wasm.ts"];

/** An operation reaches no other; what stands above the operations reaches them through the table. */
export function operationBorders(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to, bare }) => {
    const [own, other] = [operationOf(from), operationOf(to)];
    if (bare || other === undefined || own === other) return [];
    if (own !== undefined) return [`${from}: imports ${to}; an operation never imports another`];
    if (tables.includes(from) || isTest(from)) return [];
    return [`${from}: imports ${to}; only the tables ${tables.join(" and ")} import the folders of operations`];
  });
}

const roles = ["op.ts", "reference.ts", "wasm.ts", "webgpu.ts", "explain.ts", "example.ts", "index.ts"];

/** Within an operation: op.ts ← every other role; index.ts and the tests put them together; the others do not know each other. */
export function roleArrows(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to, bare }) => {
    const operation = operationOf(from);
    if (bare || operation === undefined || operation !== operationOf(to) || isTest(from)) return [];
    const [role, other] = [from, to].map((path) => path.slice(`src/ops/${operation}/`.length));
    if (role === "index.ts" || !roles.includes(other) || (other === "op.ts" && role !== "op.ts")) return [];
    return [`${from}: imports ${to}; within an operation only index.ts and the tests import more than op.ts`];
  });
}

/** Role files that each operation owes, given all files of the repository. */
export function missingRoles(files: readonly string[]): string[] {
  const has = new Set(files);
  const exists = (folder: string) => files.some((file) => file.startsWith(`${folder}/`));
  const due = ["README.md", "op.ts", "reference.ts", "explain.ts", "example.ts", "index.ts"];
  for (const machine of ["wasm", "webgpu"]) if (exists(`src/backend/${machine}`)) due.push(`${machine}.ts`);
  const operations = [...new Set(files.map(operationOf))].filter((name) => name !== undefined);
  return operations.flatMap((name) =>
    [...due, `${name}.test.ts`]
      .map((role) => `src/ops/${name}/${role}`)
      .filter((path) => !has.has(path))
      .map((path) => `${path}: missing; every operation has this role file`),
  );
}

/** What package.json grants. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Packages and Node's modules stay in cli and host; there only what package.json names, and the library's own host only peers. */
export function bareImports(
  imports: readonly Import[],
  { dependencies = {}, peerDependencies = {} }: Manifest,
): string[] {
  return imports.flatMap(({ from, to, bare }) => {
    if (!bare || isTest(from)) return [];
    const folder = folderOf(from);
    const inside = (room: string) => folder === room || folder.startsWith(`${room}/`);
    if (!inside("src/host") && !inside("src/cli"))
      return [`${from}: imports "${to}"; only host and cli import packages`];
    if (to.startsWith("node:")) {
      return inside("src/host/web") ? [`${from}: imports "${to}"; host/web runs in browsers`] : [];
    }
    const granted = inside("src/cli") ? { ...dependencies, ...peerDependencies } : peerDependencies;
    const name = to.split("/", to.startsWith("@") ? 2 : 1).join("/");
    return Object.hasOwn(granted, name) ? [] : [`${from}: imports "${to}", which package.json does not grant to it`];
  });
}
