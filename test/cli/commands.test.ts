// Every command as its user meets it: help, text, JSON with the documented keys and nothing beside it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { classes, graph, modelBytes, pixelsOf, pngOf, SIDE, writeClassFolders } from "./material.ts";
import { type Json, linesOf, userFolder } from "./run.ts";

const place = userFolder();
const { run } = place;
const commands = [
  "start",
  "train",
  "eval",
  "predict",
  "explain",
  "example",
  "lesson",
  "why",
  "export",
  "check",
  "info",
];
const operations = "rescale conv2d relu maxPool2d avgPool2d flatten dense add softmax crossEntropy".split(" ");
const parameters = 3 * 3 * 3 + 3 + 75 * 3 + 3;

beforeAll(async () => {
  await writeClassFolders(join(place.folder, "shapes"));
  place.write("model.safetensors", modelBytes());
  place.write("steep.safetensors", modelBytes({ scale: 1e6 }));
  place.write("disc.png", await pngOf(pixelsOf("disc", 3)));
  const large = Uint8Array.from({ length: 900 }, (_, k) => k % 256);
  place.write("large.png", await pngOf(large, 30));
});

const keys = (value: unknown) => Object.keys(value as Json).sort();
const control = String.fromCharCode(27);

/** What a command prints well: exit code 0, nothing on standard error, no colours, lines that fit a wide terminal. */
async function text(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).not.toContain(control);
  return stdout;
}

/** Exactly one JSON object on standard output. */
async function json(...args: string[]): Promise<Json> {
  const found = await run(...args, "--json");
  expect(found.stderr).toBe("");
  expect(found.code).toBe(0);
  expect(found.json).toHaveLength(1);
  return found.json[0];
}

describe("help", () => {
  test.each(["", "help", ...commands])("cutaway %s --help", async (command) => {
    const help = await text(...(command ? [command] : []), "--help");
    expect(help).toMatch(/^Usage: cutaway/);
    expect(Math.max(...linesOf(help).map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test("stands also behind no command and behind help", async () => {
    const help = await text("--help");
    expect(await text()).toBe(help);
    expect(await text("help", "train")).toBe(await text("train", "--help"));
    for (const command of commands) expect(help).toContain(`\n  ${command} `);
  });

  test("--version is the package's", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await text("--version")).toBe(`${version}\n`);
  });
});

describe("info", () => {
  test("--json", async () => {
    const found = await json("info", "model.safetensors");
    expect(keys(found)).toEqual(["classes", "dtype", "input", "nodes", "parameters"]);
    expect(found).toMatchObject({ parameters, dtype: "f64", classes });
    const nodes = found.nodes as Json[];
    expect(nodes.map(({ op }) => op)).toEqual([...graph.nodes.map(({ op }) => op), "softmax", "crossEntropy"]);
    expect(nodes[1]).toEqual({ name: "conv1", op: "conv2d", shape: [10, 10, 3], parameters: 30 });
    expect(found.input).toEqual({
      shape: [SIDE, SIDE, 1],
      channels: "grey",
      resize: "stretch",
      polarity: "kept",
      centring: "none",
    });
  });

  test("text", async () => {
    const shown = await text("info", "model.safetensors");
    expect(shown).toMatch(/^conv1 +10×10×3 +3·3·1·3 \+ 3 = 30/m);
    expect(shown).toContain("classes: bar, disc, pole");
  });
});

describe("eval", () => {
  test("--json: rates are fractions, the matrix counts every picture", async () => {
    const found = await json("eval", "model.safetensors", "--data", "shapes");
    expect(keys(found)).toEqual(["accuracy", "confusion", "count", "loss", "perClass"]);
    const confusion = found.confusion as number[][];
    const perClass = found.perClass as { name: string; count: number; accuracy: number }[];
    expect(perClass.map(keys)).toEqual(classes.map(() => ["accuracy", "count", "name"]));
    expect(perClass.map(({ name }) => name)).toEqual(classes);
    expect(perClass.map(({ count }) => count)).toEqual([2, 2, 2]);
    expect(confusion.map((row) => row.reduce((a, b) => a + b))).toEqual([2, 2, 2]);
    expect(found.accuracy).toBe(confusion.reduce((right, row, k) => right + row[k], 0) / 6);
    expect(perClass.every(({ accuracy }, k) => accuracy === confusion[k][k] / 2)).toBe(true);
  });

  test("takes data with some of the model's classes; one without pictures has no accuracy", async () => {
    for (const name of ["bar", "pole"]) place.write(`two/test/${name}/1.png`, await pngOf(pixelsOf(name, 1)));
    const found = await json("eval", "model.safetensors", "--data", "two");
    const perClass = found.perClass as { count: number; accuracy: unknown }[];
    expect(perClass.map(({ count }) => count)).toEqual([1, 0, 1]);
    expect(perClass[1].accuracy).toBe("NaN");
    expect(await text("eval", "model.safetensors", "--data", "two")).toMatch(/^disc +– +0 +0 +0$/m);
  });

  test("the parts make up all", async () => {
    const counts = ["test", "train", "all"].map(async (split) => {
      return (await json("eval", "model.safetensors", "--data", "shapes", "--split", split)).count;
    });
    expect(await Promise.all(counts)).toEqual([6, 30, 36]);
  });

  test("text: numbers stand below their names", async () => {
    const [first, , head, ...rows] = linesOf(await text("eval", "model.safetensors", "--data", "shapes"));
    expect(first).toMatch(/^accuracy \d+\.\d\d %, loss \d+\.\d{4}, 6 pictures$/);
    expect(head).toBe("true \\ predicted  accuracy  bar  disc  pole");
    expect(rows.map((row) => row.length)).toEqual([head.length, head.length, head.length]);
  });
});

describe("predict", () => {
  test("--json: one object a picture, best class first; standard error tells what was done to it", async () => {
    const { code, json: found, stderr } = await run("predict", "model.safetensors", "disc.png", "large.png", "--json");
    expect(code).toBe(0);
    expect(found.map(keys)).toEqual([
      ["classes", "file"],
      ["classes", "file"],
    ]);
    expect(found.map(({ file }) => file)).toEqual(["disc.png", "large.png"]);
    for (const { classes: guesses } of found as { classes: { name: string; index: number; probability: number }[] }[]) {
      expect(guesses.map(keys)).toEqual(classes.map(() => ["index", "name", "probability"]));
      expect(guesses.every(({ name, index }) => classes[index] === name)).toBe(true);
      const shares = guesses.map(({ probability }) => probability);
      expect(shares).toEqual([...shares].sort((a, b) => b - a));
      expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    }
    expect(stderr).toBe("large.png seen as: 30 high, 30 wide resampled to 12 high, 12 wide\n");
  });

  test("text", async () => {
    const [disc, large, seen, ...rest] = linesOf(await text("predict", "model.safetensors", "disc.png", "large.png"));
    expect(disc).toMatch(/^disc\.png: (\w+ \d+\.\d\d %(, |$)){3}/);
    expect(large).toMatch(/^large\.png: /);
    expect(seen).toBe("  seen as: 30 high, 30 wide resampled to 12 high, 12 wide");
    expect(rest).toEqual([]);
  });
});

describe("explain", () => {
  const address = "grad:conv1.kernel[0,0,0,0]";
  const explain = (...args: string[]) => ["explain", "model.safetensors", ...args];

  test("--json is one account, the same bytes as --format json", async () => {
    const found = await json(...explain(address, "--input", "shapes#0"));
    expect(keys(found)).toEqual(
      "address bound combine dtype formula notes op residual rule terms total ulps value".split(" "),
    );
    expect(found).toMatchObject({ address, residual: 0, combine: "sum" });
    expect(found.terms).toHaveLength(100);
    const [a, b] = [["--json"], ["--format", "json"]].map((how) =>
      text(...explain(address, "--input", "shapes#0", ...how)),
    );
    expect(await a).toBe(await b);
  });

  test("text ends in what is stored, LaTeX is a display", async () => {
    const shown = await text(...explain("conv1.out[1,2,0]", "--input", "shapes#0"));
    expect(shown).toMatch(/^conv1\.out\[1,2,0\] [≈=] /);
    expect(shown).toMatch(/total .+, stored .+ \(f64\), residual 0, allowed 0\n$/);
    const latex = await text(...explain("conv1.out[1,2,0]", "--input", "shapes#0", "--format", "latex"));
    expect(latex).toMatch(/^% conv1\.out\[1,2,0\].*\n\\begin\{align\*\}\n[\s\S]*\\end\{align\*\}\n$/);
  });

  test("--format svg is a picture, html a page; --output writes it whole", async () => {
    const given = explain("logits[0]", "--input", "shapes#0");
    const [svg, html] = await Promise.all(["svg", "html"].map((form) => text(...given, "--format", form)));
    const { value, terms } = await json(...given);
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(html).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    for (const shown of [svg, html]) expect(shown).toContain(String(value).replace("-", "−"));
    expect(html.match(/<tr id="term-/g)).toHaveLength((terms as Json[]).filter(({ live }) => live).length);
    expect(await text(...given, "--format", "html", "-o", "number.html")).toBe("wrote number.html\n");
    expect(readFileSync(join(place.folder, "number.html"), "utf8")).toBe(html);
    expect(await text(...given, "--output", "number.txt")).toBe("wrote number.txt\n");
    expect(readFileSync(join(place.folder, "number.txt"), "utf8")).toBe(await text(...given));
  });

  test("a label comes from the source, or by name, or by position", async () => {
    const loss = async (...args: string[]) => (await json(...explain("loss", ...args))).value;
    const own = await loss("--input", "shapes#2");
    expect(await loss("--input", "shapes#2", "--label", "disc")).toBe(own);
    expect(await loss("--input", "shapes#2", "--label", "1")).toBe(own);
    expect(await loss("--input", "shapes#2", "--label", "pole")).not.toBe(own);
  });

  test("a picture is a file, or one of either part of a source", async () => {
    const pixels = async (input: string) => {
      const row = classes.map((_, column) => json(...explain(`input[6,${column + 5},0]`, "--input", input)));
      return (await Promise.all(row)).map(({ value }) => value);
    };
    expect(await pixels("disc.png")).toEqual([...pixelsOf("disc", 3)].slice(6 * SIDE + 5, 6 * SIDE + 8));
    expect(await pixels("shapes/train#3")).not.toEqual(await pixels("shapes#3"));
  });

  test("--lr is the step of next:", async () => {
    const next = (lr: string) => json(...explain("next:dense1.bias[1]", "--input", "shapes#0", "--lr", lr));
    const [still, small, large] = await Promise.all([next("0"), next("0.001"), next("0.002")]);
    const moved = (found: Json) => (found.value as number) - (still.value as number);
    expect(moved(small)).not.toBe(0);
    expect(moved(large) / moved(small)).toBeCloseTo(2, 9);
    expect(await json(...explain("next:dense1.bias[1]", "--input", "shapes#0"))).toEqual(small);
  });
});

describe("example", () => {
  test.each(operations)("%s", async (op) => {
    const found = await json("example", op);
    expect(keys(found)).toEqual(["accounts", "inputs", "op", "outputs"]);
    expect(found.op).toBe(op);
    expect((found.accounts as Json[]).length).toBeGreaterThan(0);
    expect(await text("example", op)).toContain(`residual 0`);
  });

  test("conv2d gives −6, then +6 with the flipped kernel; maxPool2d gives 6, 4, 8, 9", async () => {
    const [conv, pool] = await Promise.all([json("example", "conv2d"), json("example", "maxPool2d")]);
    expect((conv.accounts as Json[]).slice(0, 2).map(({ value }) => value)).toEqual([-6, 6]);
    expect(pool.outputs).toMatchObject({ out: { shape: [2, 2, 1], values: [6, 4, 8, 9] } });
  });

  test("text shows a matrix as rows and columns, right-aligned", async () => {
    expect(await text("example", "dense")).toContain("weight 3×2\n  1   −2\n  5    7\n  3  0.5\n");
    expect(await text("example", "flatten")).toContain("[row, column, 1]\n    1   11   21\n  101  111  121\n");
  });
});

describe("check", () => {
  test("--json", async () => {
    const found = await json("check", "model.safetensors", "--input", "shapes#0");
    expect(keys(found)).toEqual(["layers", "passed"]);
    expect(found.passed).toBe(true);
    const layers = found.layers as Json[];
    expect(layers.map(keys)).toEqual([0, 1].map(() => ["checked", "kinks", "name", "worstRelative"]));
    expect(layers.map(({ name }) => name)).toEqual(["conv1", "dense1"]);
  });

  test("--samples are cells a tensor, --all is every cell", async () => {
    const cells = async (...args: string[]) => {
      const found = await run(
        "check",
        "model.safetensors",
        "--input",
        "disc.png",
        "--label",
        "disc",
        ...args,
        "--json",
      );
      const layers = found.json[0].layers as { checked: number; kinks: number }[];
      return layers.reduce((sum, { checked, kinks }) => sum + checked + kinks, 0);
    };
    expect(await Promise.all([cells("--samples", "2"), cells("--all")])).toEqual([8, parameters]);
  });

  test("text", async () => {
    const [head, conv, dense, ...rest] = linesOf(await text("check", "model.safetensors", "--input", "shapes#0"));
    expect(head).toBe("layer   checked  kinks  worst relative error");
    expect([conv, dense].map((line) => line.length)).toEqual([head.length, head.length]);
    expect(rest.at(-1)).toBe("passed: no layer above 0.000001");
  });

  test("a check that fails ends with 1 and names the layers: numbers so large leave no digits for a difference", async () => {
    const { code, stdout, stderr } = await run("check", "steep.safetensors", "--input", "shapes#0", "--label", "pole");
    expect(stderr).toBe("");
    expect(code).toBe(1);
    expect(linesOf(stdout).at(-1)).toMatch(/^failed: (conv1|dense1|conv1, dense1) above 0\.000001$/);
    const asJson = await run("check", "steep.safetensors", "--input", "shapes#0", "--label", "pole", "--json");
    expect(asJson.code).toBe(1);
    expect(asJson.json[0].passed).toBe(false);
  });
});
