// The package as npm would publish it, from the built dist/: a tarball, and a folder that has it installed.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { root } from "../../scripts/tree.ts";

export interface Packed {
  /** A temporary folder, removed by `remove`. */
  readonly folder: string;
  readonly tarball: string;
  /** Paths inside the package. */
  readonly files: readonly string[];
  remove(): void;
}

/** The environment for npm and the programs it installs: they run under the same Node as the tests. */
export const environment = {
  ...process.env,
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
  NO_COLOR: "1",
};

/** Packs the repository as it stands; nothing is built. */
export function pack(): Packed {
  const folder = mkdtempSync(join(tmpdir(), "cutaway-pack-"));
  const given = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const printed = execFileSync("npm", given, { cwd: root, env: environment, encoding: "utf8", stdio: "pipe" });
  const [{ filename, files }] = JSON.parse(printed) as [{ filename: string; files: { path: string }[] }];
  return {
    folder,
    tarball: join(folder, filename),
    files: files.map(({ path }) => path),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Unpacks the tarball where `import … from "cutaway"` in `packed.folder` finds it, without its dependencies. */
export function unpack(packed: Packed): string {
  const home = join(packed.folder, "node_modules", "cutaway");
  mkdirSync(home, { recursive: true });
  execFileSync("tar", ["-xzf", packed.tarball, "-C", home, "--strip-components=1"]);
  return home;
}

/** package.json of the repository. */
export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
};
