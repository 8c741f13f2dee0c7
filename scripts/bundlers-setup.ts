// Installs vite and webpack, which the bundlers' tests need, into test/bundlers/.tools, which git ignores; nothing happens where they are there.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tree.ts";

/** Pinned, so that a change of theirs is noticed when it is looked for. */
export const tools = { vite: "8.3.4", webpack: "5.112.2" };

/** Where they are. */
export const toolsFolder = join(root, "test/bundlers/.tools");

/** Whether they are there, in these versions. */
export const toolsInstalled = () =>
  Object.entries(tools).every(([name, version]) => {
    const manifest = join(toolsFolder, "node_modules", name, "package.json");
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version === version;
  });

function install(): void {
  mkdirSync(toolsFolder, { recursive: true });
  const manifest = {
    name: "bundlers",
    private: true,
    description: "What the package is bundled with",
    dependencies: tools,
  };
  writeFileSync(join(toolsFolder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const flags = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  try {
    execFileSync("npm", flags, { cwd: toolsFolder, stdio: "inherit" });
  } catch (error) {
    // The tests say which of them are skipped for it.
    process.stderr.write(`vite and webpack could not be installed: ${String(error)}\n`);
  }
}

if (import.meta.main && !toolsInstalled()) install();
