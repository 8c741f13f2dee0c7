// Direction is tested, not promised: the real imports of src, and small made-up ones that show each rule can fail.
import { describe, expect, test } from "vitest";
import { filesUnder, isTest, readText } from "../../scripts/tree.ts";
import { type Import, importsOf } from "./imports.ts";
import * as ladder from "./ladder.ts";
import { machineNames } from "./names.ts";

const files = filesUnder("src");
const code = files.filter((path) => path.endsWith(".ts"));
const imports = code.flatMap((path) => importsOf(path, readText(path)));
const manifest = JSON.parse(readText("package.json")) as ladder.Manifest;
const namesMachines = /^src\/(host|cli|backend\/webgpu)\//;

describe("src", () => {
  test("has imports to look at", () => {
    expect(code).toContain("src/base/errors.ts");
    expect(imports).toContainEqual({ from: "src/core.ts", to: "src/index.ts", bare: false });
    expect(imports.filter(({ from, bare, to }) => !bare && !isTest(from) && !code.includes(to))).toEqual([]);
  });

  test.each<[string, () => string[]]>([
    ["every file stands in a room of the ladder", () => ladder.unknownRooms(code)],
    ["imports go down the ladder only", () => ladder.upwardArrows(imports)],
    ["neither files nor folders import each other in a ring", () => ladder.cycles(imports)],
    ["operations do not import operations, and only the table imports them", () => ladder.operationBorders(imports)],
    ["within an operation only op.ts is imported", () => ladder.roleArrows(imports)],
    ["every operation has all its role files", () => ladder.missingRoles(files)],
    ["packages are imported by host and cli only", () => ladder.bareImports(imports, manifest)],
    [
      "machines are named by host, backend/webgpu and cli only",
      () => {
        const bound = code.filter((path) => !isTest(path) && !namesMachines.test(path));
        return machineNames(new Map(bound.map((path) => [path, readText(path)])));
      },
    ],
  ])("%s", (_, broken) => {
    expect(broken()).toEqual([]);
  });
});

/** "src/a/x.ts -> src/b/y.ts"; what does not begin with src/ is bare. */
const arrows = (...lines: string[]): Import[] =>
  lines.map((line) => {
    const [from, to] = line.split(" -> ");
    return { from, to, bare: !to.startsWith("src/") };
  });

describe("imports are found", () => {
  test("whatever their form, types too, but not in comments and strings", () => {
    const text = `import a from "./a.ts";
      import type { B } from "../b/b.ts";
      export * from "./c.ts";
      export type { D } from "./d.ts";
      const e = () => import("node:fs");
      type F = typeof import("sharp");
      // import g from "./g.ts"
      const h = 'import h from "./h.ts"';`;
    expect(importsOf("src/x/y.ts", text).map(({ to }) => to)).toEqual([
      "src/x/a.ts",
      "src/b/b.ts",
      "src/x/c.ts",
      "src/x/d.ts",
      "node:fs",
      "sharp",
    ]);
  });
});

describe("a file outside the ladder", () => {
  test("is named", () => {
    expect(ladder.unknownRooms(["src/base/x.ts", "src/index.ts", "src/utils/x.ts"])).toEqual([
      expect.stringMatching(/^src\/utils\/x\.ts: stands in no room/),
    ]);
  });
});

describe("an upward arrow", () => {
  test.each([
    ["src/base/x.ts -> src/tensor/y.ts"],
    ["src/ops/op.ts -> src/graph/y.ts"],
    ["src/nn/x.ts -> src/data/y.ts"],
    ["src/host/node/x.ts -> src/index.ts"],
    ["src/index.ts -> src/cli/main.ts"],
    ["src/story/x.ts -> src/host/node/y.ts"],
  ])("fails: %s", (line) => {
    const [from, to] = line.split(" -> ");
    const broken = ladder.upwardArrows(arrows(line));
    expect(broken).toEqual([expect.stringContaining(`${from}: imports ${to}, which is above it`)]);
  });

  test("leaving src fails", () => {
    const up = { from: "src/base/x.ts", to: "scripts/tree.ts", bare: false };
    expect(ladder.upwardArrows([up])).toHaveLength(1);
  });

  test.each([
    ["src/tensor/x.ts -> src/base/y.ts"],
    ["src/ops/conv2d/op.ts -> src/ops/op.ts"],
    ["src/node.ts -> src/host/node/host.ts"],
    ["src/node.ts -> src/index.ts"],
    ["src/cli/main.ts -> src/node.ts"],
    ["src/cli/main.ts -> commander"],
    ["src/base/x.test.ts -> src/train/fit.ts"],
  ])("is not: %s", (line) => {
    expect(ladder.upwardArrows(arrows(line))).toEqual([]);
  });
});

describe("a ring", () => {
  test("of files fails, with its imports", () => {
    const ring = arrows("src/a/x.ts -> src/a/y.ts", "src/a/y.ts -> src/a/z.ts", "src/a/z.ts -> src/a/x.ts");
    expect(ladder.cycles(ring)).toEqual([
      "src/a/x.ts: a ring of imports, src/a/x.ts → src/a/y.ts → src/a/z.ts → src/a/x.ts " +
        "(src/a/x.ts imports src/a/y.ts, src/a/y.ts imports src/a/z.ts, src/a/z.ts imports src/a/x.ts)",
    ]);
  });

  test("of folders fails, even where no file is in a ring", () => {
    const ring = arrows("src/a/x.ts -> src/b/y.ts", "src/b/z.ts -> src/a/w.ts");
    expect(ladder.cycles(ring)).toEqual([expect.stringContaining("src/a → src/b → src/a")]);
  });

  test("of a file and a folder beside it fails", () => {
    const ring = arrows("src/a/x.ts -> src/a/in/y.ts", "src/a/in/z.ts -> src/a/x.ts");
    expect(ladder.cycles(ring)).toEqual([expect.stringContaining("src/a/x.ts → src/a/in → src/a/x.ts")]);
  });

  test("is not made by two ways to one file, by a shared file of the folder above, or by tests", () => {
    const fan = ["src/a/x.ts -> src/a/y.ts", "src/a/x.ts -> src/a/z.ts", "src/a/y.ts -> src/a/z.ts"];
    const table = ["src/ops/index.ts -> src/ops/add/index.ts", "src/ops/add/index.ts -> src/ops/op.ts"];
    const tests = ["src/graph/x.ts -> src/ops/op.ts", "src/ops/op.test.ts -> src/graph/x.ts"];
    expect(ladder.cycles(arrows(...fan, ...table, ...tests))).toEqual([]);
  });
});

describe("the borders of operations", () => {
  test.each([
    ["src/ops/conv2d/op.ts -> src/ops/dense/op.ts", "never imports another"],
    ["src/ops/conv2d/conv2d.test.ts -> src/ops/dense/index.ts", "never imports another"],
    ["src/graph/x.ts -> src/ops/dense/index.ts", "only the tables"],
    ["src/ops/pooling.ts -> src/ops/maxPool2d/op.ts", "only the tables"],
  ])("%s fails", (line, why) => {
    expect(ladder.operationBorders(arrows(line))).toEqual([expect.stringContaining(why)]);
  });

  test("are kept by the table, by shared files and by what an operation has itself", () => {
    const kept = [
      "src/ops/index.ts -> src/ops/dense/index.ts",
      "src/ops/examples.ts -> src/ops/dense/example.ts",
      "src/ops/dense/op.ts -> src/ops/window.ts",
      "src/ops/dense/index.ts -> src/ops/dense/op.ts",
      "src/graph/x.ts -> src/ops/index.ts",
      "src/story/x.test.ts -> src/ops/dense/example.ts",
    ];
    expect(ladder.operationBorders(arrows(...kept))).toEqual([]);
  });

  test.each([
    ["src/ops/add/op.ts -> src/ops/add/reference.ts"],
    ["src/ops/add/reference.ts -> src/ops/add/explain.ts"],
    ["src/ops/add/explain.ts -> src/ops/add/reference.ts"],
    ["src/ops/add/wasm.ts -> src/ops/add/reference.ts"],
    ["src/ops/add/example.ts -> src/ops/add/index.ts"],
  ])("inside, %s fails", (line) => {
    expect(ladder.roleArrows(arrows(line))).toEqual([expect.stringContaining("only index.ts and the tests")]);
  });

  test("inside, all may import op.ts, and index.ts and the tests all", () => {
    const kept = [
      "src/ops/add/reference.ts -> src/ops/add/op.ts",
      "src/ops/add/explain.ts -> src/ops/add/op.ts",
      "src/ops/add/index.ts -> src/ops/add/explain.ts",
      "src/ops/add/add.test.ts -> src/ops/add/reference.ts",
      "src/ops/add/wasm.ts -> src/ops/add/wasm-tiles.ts",
    ];
    expect(ladder.roleArrows(arrows(...kept))).toEqual([]);
  });
});

describe("role files", () => {
  const roles = ["README.md", "op.ts", "reference.ts", "explain.ts", "example.ts", "index.ts", "add.test.ts"];
  const whole = roles.map((role) => `src/ops/add/${role}`);

  test.each(roles)("%s is missed", (role) => {
    const path = `src/ops/add/${role}`;
    const rest = [...whole.filter((other) => other !== path), "src/ops/op.ts"];
    expect(ladder.missingRoles(rest)).toEqual([`${path}: missing; every operation has this role file`]);
  });

  test("for a machine are due once the machine is there", () => {
    expect(ladder.missingRoles(whole)).toEqual([]);
    expect(ladder.missingRoles([...whole, "src/backend/wasm/memory.ts"])).toEqual([
      expect.stringMatching(/^src\/ops\/add\/wasm\.ts: missing/),
    ]);
    expect(ladder.missingRoles([...whole, "src/backend/webgpu/device.ts"])).toEqual([
      expect.stringMatching(/^src\/ops\/add\/webgpu\.ts: missing/),
    ]);
  });
});

describe("packages", () => {
  const granted = { dependencies: { commander: "^15" }, peerDependencies: { "@scope/sharp": "*" } };

  test.each([
    ["src/base/x.ts -> node:fs", "only host and cli"],
    ["src/node.ts -> sharp", "only host and cli"],
    ["src/hosting/x.ts -> sharp", "only host and cli"],
    ["src/host/web/x.ts -> node:fs", "runs in browsers"],
    ["src/host/node/x.ts -> commander", "does not grant"],
    ["src/cli/x.ts -> chalk", "does not grant"],
  ])("%s fails", (line, why) => {
    expect(ladder.bareImports(arrows(line), granted)).toEqual([expect.stringContaining(why)]);
  });

  test.each([
    ["src/host/node/x.ts -> node:fs"],
    ["src/host/node/x.ts -> @scope/sharp/lib"],
    ["src/cli/x.ts -> commander"],
    ["src/cli/x.ts -> node:util"],
    ["src/base/x.test.ts -> vitest"],
  ])("%s is granted", (line) => {
    expect(ladder.bareImports(arrows(line), granted)).toEqual([]);
  });
});

describe("names of machines", () => {
  test.each([
    ["process.exit(1);", "process"],
    ["setTimeout(() => 1, 0);", "setTimeout"],
    ["export const d = document.title;", "document"],
    ["export const g = navigator.gpu;", "navigator"],
    ["let timer: NodeJS.Timeout;", "NodeJS"],
    ["export const bytes = new TextEncoder();", "TextEncoder"],
    ["export const p = globalThis.process;", "globalThis.process"],
  ])("%s fails", (text, name) => {
    const broken = machineNames(new Map([["src/base/x.ts", `// x\n${text}\nexport {};`]]));
    expect(broken).toEqual([expect.stringContaining(`src/base/x.ts:2: uses ${name}, which belongs to a machine`)]);
  });

  test("are not members, options, or names of one's own", () => {
    const text = `import { fetch } from "./y.ts";
      const process = { document: 1 };
      export const all = [process.document, fetch, Math.sqrt(2), new Map<string, Promise<number>>()];`;
    expect(machineNames(new Map([["src/base/x.ts", text]]))).toEqual([]);
  });
});
