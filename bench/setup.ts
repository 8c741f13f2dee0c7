// npm run bench:setup: installs the peers into bench/.peers, which git ignores, and writes the workloads there as ONNX models.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { onnxModel } from "./peers/onnx.ts";
import { peers, peersFolder } from "./peers.ts";
import { workloads } from "./workload.ts";

/** Pinned, so that figures can be compared. */
const dependencies = {
  "@tensorflow/tfjs": "4.22.0",
  "@tensorflow/tfjs-backend-wasm": "4.22.0",
  "onnxruntime-node": "1.30.0",
};

const folder = fileURLToPath(peersFolder);
mkdirSync(folder, { recursive: true });
const manifest = { name: "peers", private: true, description: "What the bench races against", dependencies };
writeFileSync(`${folder}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
// onnxruntime-node brings its processor build in the package; its install step would fetch builds for graphics cards.
const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip", ONNXRUNTIME_NODE_INSTALL_CUDA: "skip" };
const flags = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
execFileSync("npm", flags, { cwd: folder, env, stdio: "inherit" });
for (const [name, workload] of Object.entries(workloads)) {
  writeFileSync(`${folder}/${name}.onnx`, onnxModel(workload));
}
for (const peer of peers) {
  const state = peer.installed() ? "ready" : `not installed; to get it: ${peer.get}`;
  process.stdout.write(`${peer.name}: ${state}\n`);
}
