// Joins the built files that Node loads into a few: dist/joined/. Node opens and links every file of an import by itself, two hundred of them
// take longer than a whole step of training. Bundlers of pages take the files as they are.
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./tree.ts";

/** By the name of the joined file. What they share stands in chunks, so that a class is one class whichever entry it comes from. */
const entries = {
  node: "node.js",
  core: "core.js",
  digits: "digits.js",
  presets: "presets-node.js",
  story: "story.js",
  wasm: "wasm.js",
  worker: "host/node/worker.js",
  main: "cli/main.js",
};

const dist = join(root, "dist");
await build({
  entryPoints: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(dist, path)])),
  outdir: join(dist, "joined"),
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22",
  packages: "external",
  logLevel: "warning",
});
