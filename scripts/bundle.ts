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
  /** What is loaded: the entry and what it imports, and of what it may load later by import() only what was asked for. */
  readonly code: Uint8Array;
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

/** Minified ESM of a text that imports `cutaway`, resolved from `folder`: the repository itself or one with an installed package; with the
 * files loaded `later` whose paths end so. */
export async function bundle(
  text: string,
  condition: Condition,
  folder: string,
  later: readonly string[] = [],
): Promise<Bundle> {
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
  const entryOf = (path: string) => metafile.outputs[path].entryPoint ?? "";
  const first = Object.keys(metafile.outputs).filter((path) =>
    ["<stdin>", ...later].some((end) => entryOf(path).endsWith(end)),
  );
  const loaded = loadedAtOnce(metafile, first);
  const parts = outputFiles.filter(({ path }) => loaded.has(relative(folder, path)));
  return { code: Buffer.concat(parts.map(({ contents }) => contents)), inputs: Object.keys(metafile.inputs), outside };
}

/** Chunks and all that they import by statement, chunk by chunk. */
function loadedAtOnce({ outputs }: Metafile, first: readonly string[]): Set<string> {
  const loaded = new Set(first);
  for (const path of loaded) {
    for (const { path: next, kind, external } of outputs[path].imports) {
      if (kind === "import-statement" && !external) loaded.add(next);
    }
  }
  return loaded;
}

/** Bytes after gzip -9. */
export const gzipped = (code: Uint8Array) => gzipSync(code, { level: 9 }).length;
