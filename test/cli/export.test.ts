// cutaway export proof: a Python file for a model and a picture, run as its user runs it, moved with its model; and what it refuses.
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { saveModel } from "../../src/index.ts";
import { conv2d, sequential } from "../../src/node.ts";
import { lesson6, lesson6Image } from "../../src/story/lesson6.ts";
import { hasTorch, missing, python } from "../data.ts";
import { pngOf } from "./material.ts";
import { launch, linesOf, userFolder } from "./run.ts";

const place = userFolder();
const { run } = place;
const picture = ["--input", "six.png", "--label", "vertical"];

beforeAll(async () => {
  place.write("models/six.safetensors", saveModel(lesson6()));
  place.write("maps.safetensors", saveModel(sequential([6, 6, 1], conv2d({ filters: 2, kernelSize: 3 }))));
  place.write("six.png", await pngOf(Uint8Array.from(lesson6Image), 6));
});

const proof = (...args: string[]) => run("export", "proof", "models/six.safetensors", ...args);

describe("the file", () => {
  test("goes to standard output, or where -o says, with the way to its model", async () => {
    const printed = await proof(...picture);
    expect(printed).toMatchObject({ code: 0, stderr: "" });
    expect(printed.stdout).toContain('\nMODEL = "models/six.safetensors"\n');
    expect(printed.stdout).toMatch(/\nSHA256 = "[0-9a-f]{64}"\n/);
    expect(printed.stdout).toContain("\nLABEL = 0\nDTYPE = torch.float64\n");
    mkdirSync(join(place.folder, "proofs"), { recursive: true });
    const written = await proof(...picture, "-o", "proofs/six.py");
    expect(written).toMatchObject({
      code: 0,
      stdout: "wrote proofs/six.py; run it with: python3 proofs/six.py\n",
      stderr: "",
    });
    const text = readFileSync(join(place.folder, "proofs/six.py"), "utf8");
    expect(text).toBe(printed.stdout.replace('"models/six', '"../models/six'));
  });

  test("--backend wasm asserts what the kernels computed, in float32", async () => {
    const { stdout } = await proof(...picture, "--backend", "wasm", "--exact");
    expect(stdout).toContain("\nDTYPE = torch.float32\n");
  });
});

const without = missing(hasTorch(), "the exported proof", "Debian's python3-torch is not installed");
test.skipIf(without)("proves with python3, from any folder, after both were moved", async () => {
  await proof(...picture, "-o", "six.py");
  const moved = join(place.folder, "elsewhere");
  cpSync(join(place.folder, "models"), join(moved, "models"), { recursive: true });
  cpSync(join(place.folder, "six.py"), join(moved, "six.py"));
  const { code, stdout, stderr } = await launch(python, [join(moved, "six.py")], "/").ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(linesOf(stdout).at(-1)).toMatch(/^proved: 3 logits, 3 probabilities, the loss and 102 gradients agree;/);
});

describe("refused in one line", () => {
  test.each([
    [["models/six.safetensors", "--input", "six.png"], "option --label: expected the true class of the picture"],
    [["models/six.safetensors", "--input", "six.png", "--label", "round"], "a class (vertical, horizontal, diagonal)"],
    [["models/six.safetensors"], "option --input"],
    [["maps.safetensors", "--input", "six.png", "--label", "0"], "a network that ends in one flat output"],
    [["nothing.safetensors", ...picture], "nothing.safetensors"],
    [["models/six.safetensors", ...picture, "-o", "no/such/six.py"], "no/such"],
    [["models/six.safetensors", ...picture, "--format", "text"], "Try: cutaway export proof --help"],
    [["models/six.safetensors", "extra", ...picture], "too many arguments"],
  ])("%j", async (args, words) => {
    const { code, stdout, stderr } = await run("export", "proof", ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(words);
  });

  test("export alone", async () => {
    expect(await run("export")).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("no command") });
  });
});

test("--help fits a wide terminal", async () => {
  for (const args of [["export"], ["export", "proof"]]) {
    const { stdout, code } = await run(...args, "--help");
    expect(code).toBe(0);
    expect(Math.max(...linesOf(stdout).map((line) => line.length))).toBeLessThanOrEqual(120);
  }
});
