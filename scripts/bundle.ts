// Bundles what a user would write, for one kind of machine, and tells what went in and what stayed outside.
import { relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type ImportKind, type Metafile, type Platform, type Plugin } from "esbuild";

/** Under which condition of `exports` the package is resolved. */
export type Condition = "node" | "browser" | "default";

export interface Outside {
  readonly name: string;
  readonly from: string;
  readonly kind: ImportKind;
}

export interface Bundle {
  /** What is loaded at once: the entry and what it imports, without what it may load later by import(). */
  readonly code: Uint8Array;
  /** That and all that it may load later. */
  readonly whole: Uint8Array;
  /** Paths of the files that went in. */
  readonly inputs: readonly string[];
  /** Bare imports, which stay outside. */
  readonly outside: readonly Outside[];
}

const platforms: Readonly<Record<Condition, Platform>> = {
  node: "node",
  browser: "browser",
  default: "neutral",
};

/** Minified ESM of a text that imports `cutaway`, resolved from `folder`: the repository itself or one with an installed package. */
export async function bundle(text: string, condition: Condition, folder: string): Promise<Bundle> {
  const outside: Outside[] = [];
  const watch: Plugin = {
    name: "watch",
    setup(given) {
      given.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
        if (importer === "<stdin>") return undefined;
        outside.push({ name: path, from: importer, kind });
        return { path, external: true };
      });
    },
  };
  const { outputFiles, metafile } = await build({
    stdin: { contents: text, resolveDir: folder },
    absWorkingDir: folder,
    bundle: true,
    splitting: true,
    outdir: "bundle",
    minify: true,
    format: "esm",
    platform: platforms[condition],
    plugins: [watch],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const entry = Object.keys(metafile.outputs).find((path) => metafile.outputs[path].entryPoint === "<stdin>") as string;
  const loaded = loadedAtOnce(metafile, entry);
  const parts = outputFiles.filter(({ path }) => loaded.has(relative(folder, path)));
  const joined = (files: typeof outputFiles) => Buffer.concat(files.map(({ contents }) => contents));
  return { code: joined(parts), whole: joined(outputFiles), inputs: Object.keys(metafile.inputs), outside };
}

/** A chunk and all that it imports by statement, chunk by chunk. */
function loadedAtOnce({ outputs }: Metafile, entry: string): Set<string> {
  const loaded = new Set([entry]);
  for (const path of loaded) {
    for (const { path: next, kind, external } of outputs[path].imports) {
      if (kind === "import-statement" && !external) loaded.add(next);
    }
  }
  return loaded;
}

/** Bytes after gzip -9. */
export const gzipped = (code: Uint8Array) => gzipSync(code, { level: 9 }).length;
