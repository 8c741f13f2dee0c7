// Bundles what a user would write, for one kind of machine, and tells what went in and what stayed outside.
import { gzipSync } from "node:zlib";
import { build, type ImportKind, type Platform, type Plugin } from "esbuild";

/** Under which condition of `exports` the package is resolved. */
export type Condition = "node" | "browser" | "default";

export interface Outside {
  readonly name: string;
  readonly from: string;
  readonly kind: ImportKind;
}

export interface Bundle {
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
    minify: true,
    format: "esm",
    platform: platforms[condition],
    plugins: [watch],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  return { code: outputFiles[0].contents, inputs: Object.keys(metafile.inputs), outside };
}

/** Bytes after gzip -9. */
export const gzipped = (code: Uint8Array) => gzipSync(code, { level: 9 }).length;
