// The studio's page: built into dist/studio of the package, from the package's public entries as a browser would load them.

import { resolve } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { pageHeaders } from "../src/cli/page-headers.ts";

const built = (file: string) => resolve(import.meta.dirname, "../dist", file);

/** What package.json's exports give a browser. */
const entries = {
  "cutaway/story": built("story.js"),
  "cutaway/presets": built("presets-web.js"),
  "cutaway/digits": built("digits.js"),
  "cutaway/wasm": built("wasm.js"),
  cutaway: built("web.js"),
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte()],
  resolve: {
    alias: Object.entries(entries).map(([name, file]) => ({ find: new RegExp(`^${name}$`), replacement: file })),
  },
  build: {
    outDir: "../dist/studio",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: "licences/packages.md" },
  },
  worker: { format: "es" },
  server: { headers: pageHeaders, port: 5173 },
  preview: { headers: pageHeaders },
});
