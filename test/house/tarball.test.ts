// The packed tarball, installed elsewhere: the command and the library work from it, and an old Node is told what is needed.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../scripts/tree.ts";
import { missing } from "../data.ts";
import { startStudio } from "../studio/command.ts";
import { environment, manifest, type Packed, pack } from "./pack.ts";

let packed: Packed;
let home: string;
beforeAll(() => {
  if (!existsSync(join(root, "dist/cli/main.js"))) throw new Error("dist/ is missing. Run: npm run build");
  packed = pack();
  home = join(packed.folder, "elsewhere");
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), "{}");
  run("npm", "install", "--prefer-offline", "--no-audit", "--no-fund", packed.tarball);
}, 300_000);
afterAll(() => packed?.remove());

/** Standard output of a program run in the folder where the tarball is installed; throws where it fails. */
const run = (program: string, ...given: string[]) =>
  execFileSync(program, given, { cwd: home, env: environment, encoding: "utf8", stdio: "pipe" });

describe("installed from the tarball", () => {
  test("it brings what package.json names and what that needs, and no decoder of pictures", () => {
    const installed = readdirSync(join(home, "node_modules")).filter((name) => !name.startsWith("."));
    const ofServer = ["@polka", "mrmime", "totalist"];
    expect(installed).toEqual(["cutaway", ...Object.keys(manifest.dependencies), ...ofServer].sort());
  });

  test("npx cutaway --version", () => {
    expect(run("npx", "cutaway", "--version").trim()).toBe(manifest.version);
  });

  test("npx cutaway example conv2d --json", () => {
    const lines = run("npx", "cutaway", "example", "conv2d", "--json").trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    const { op, outputs, accounts } = JSON.parse(lines[0]);
    expect([op, outputs.out.shape, accounts[0].value, accounts[1].value]).toEqual(["conv2d", [3, 3, 1], -6, 6]);
  });

  test("npx cutaway studio serves the page", async () => {
    const { told, fetch, interrupt } = await startStudio(["npx", "cutaway"], home, "--port", "0");
    const page = await (await fetch("/learn/2")).text();
    const [, script] = /<script[^>]* src="([^"]+)"/.exec(page) ?? [];
    expect(told.model).toBeNull();
    expect(page).toContain("<title>Cutaway</title>");
    expect((await fetch(script)).headers.get("content-type")).toBe("text/javascript");
    await interrupt();
    await expect(fetch("/")).rejects.toThrow();
  });

  test("a script imports it and predicts", () => {
    const script = `import { lesson, saveModel, loadModel } from "cutaway";
      import { digits } from "cutaway/digits";
      const model = loadModel(saveModel(lesson()));
      const { images } = digits({ split: "test", count: 1 });
      const { probs, index } = await model.predict(images);
      const sum = probs.reduce((a, b) => a + b);
      process.stdout.write(JSON.stringify([probs.length, probs[index] === Math.max(...probs), Math.abs(sum - 1) < 1e-9]));`;
    writeFileSync(join(home, "predict.mjs"), script);
    expect(run(process.execPath, "predict.mjs")).toBe("[10,true,true]");
  });
});

const command = join(root, "bin/cutaway.cjs");
const sentence = (version: string) =>
  new RegExp(`^cutaway: needs Node 22\\.18 or newer, got ${version}\\. [^\\n]*\\n$`);

describe("under an old Node", () => {
  /** The command under this Node, which a module loaded first makes say that it is another. */
  const under = (version: string) => {
    const disguise = join(packed.folder, `${version}.cjs`);
    const versions = `{ ...process.versions, node: "${version}" }`;
    writeFileSync(disguise, `Object.defineProperty(process, "versions", { value: ${versions} });`);
    return spawnSync(process.execPath, ["-r", disguise, command, "--version"], { encoding: "utf8", env: environment });
  };

  test.each(["18.0.0", "20.20.2", "22.17.1"])("%s, one line says what is needed", (version) => {
    const { status, stdout, stderr } = under(version);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(sentence(version));
  });

  test.each(["22.18.0", "24.0.0"])("%s is new enough", (version) => {
    const { status, stdout } = under(version);
    expect([status, stdout.trim()]).toEqual([0, manifest.version]);
  });

  const older = olderNode();
  const because = "the first node outside node_modules on the PATH is new enough, or there is none";
  test.skipIf(missing(older, "the command under this machine's own old Node", because))("of this machine", () => {
    const { path, version } = older as NonNullable<typeof older>;
    const { status, stdout, stderr } = spawnSync(path, [command, "--version"], { encoding: "utf8" });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(sentence(version));
  });
});

/** The machine's own Node, where it is older than the package allows. */
function olderNode(): { path: string; version: string } | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  const path = folders.map((folder) => join(folder, "node")).find((candidate) => existsSync(candidate));
  if (path === undefined) return undefined;
  const version = execFileSync(path, ["--version"], { encoding: "utf8" }).trim().slice(1);
  const [major, minor] = version.split(".").map(Number);
  return major < 22 || (major === 22 && minor < 18) ? { path, version } : undefined;
}
