// cutaway why: the reasons of a zero and of an update, as text and JSON, on the lesson's network; and what it refuses.
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { saveModel } from "../../src/index.ts";
import { lesson6, lesson6Image } from "../../src/story/lesson6.ts";
import { pngOf } from "./material.ts";
import { type Json, linesOf, userFolder } from "./run.ts";

const place = userFolder();
const { run } = place;
const gate = "grad:conv1.out[2,2,1]";

beforeAll(async () => {
  place.write("lesson6.safetensors", saveModel(lesson6()));
  place.write("six.png", await pngOf(Uint8Array.from(lesson6Image), 6));
});

const why = (...args: string[]) => run("why", join(place.folder, "lesson6.safetensors"), ...args);
const picture = ["--input", "six.png", "--label", "vertical"];

async function json(...args: string[]): Promise<Json> {
  const found = await why(...args, "--json");
  expect(found.stderr).toBe("");
  expect(found.json).toHaveLength(1);
  return found.json[0];
}

describe("a zero", () => {
  test("a closed gate stops a gradient of 0.04699", async () => {
    const { code, stdout, stderr } = await why(gate, ...picture);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(linesOf(stdout)).toEqual([
      `${gate} = 0    relu.inputGradient, 1 term`,
      "  What stands in the way: 1 closed gate.",
      "  The least that would have to change:",
      `    ${gate}: the gate is closed, conv1.out[2,2,1] = −4 is 4 below the kink; it stops 0.04699.`,
    ]);
  });

  test("--json has the causes in full", async () => {
    const found = await json(gate, ...picture);
    expect(Object.keys(found).sort()).toEqual(["address", "causes", "complete", "enough", "opened", "rule", "terms"]);
    expect(found).toMatchObject({ complete: true, causes: [{ kind: "gate", value: -4, margin: 4 }] });
  });

  test("a forward zero needs no label; --limit ends a search and says so", async () => {
    expect((await why("pool1.out[1,1,1]", "--input", "six.png")).stdout).toContain("4 closed gates");
    const { stdout } = await why("grad:conv1.kernel[1,2,0,0]", ...picture, "--limit", "3");
    expect(stdout).toContain("The search ended after 3 numbers");
  });
});

describe("an update", () => {
  test.each(["conv1.kernel[0,0,0,0]", "next:conv1.kernel[0,0,0,0]"])("%s", async (address) => {
    const lines = linesOf((await why(address, ...picture, "--lr", "0.01")).stdout);
    expect(lines[0]).toBe("next:conv1.kernel[0,0,0,0]: 1 → 1.005");
    expect(lines[1]).toContain("change −η·∂L/∂w = −0.01·(−0.5275) ≈ 0.005275");
    expect(lines[2]).toContain("from 4 of 16 positions");
  });

  test("--json holds every share", async () => {
    const found = await json("conv1.kernel[0,0,0,0]", ...picture);
    expect(found).toMatchObject({ before: 1, learningRate: 0.001, residual: 0 });
    expect((found.samples as { positions: unknown[] }[])[0].positions).toHaveLength(4);
  });
});

describe("refused in one line", () => {
  test.each([
    [
      ["conv1.out[1,2,0]", ...picture],
      "expected a number that is 0, or a parameter such as conv1.kernel[0,0,0,0], whose update has reasons, got 9",
    ],
    [["conv1.out[9,9,9]", ...picture], "a cell outside"],
    [["conv9.out[0]", ...picture], "a name that this network does not have"],
    [[gate, "--input", "six.png"], "a label, because a loss is the loss of a class"],
    [[gate, "--input", "six.png", "--label", "round"], "a class (vertical, horizontal, diagonal)"],
    [[gate], "option --input"],
    [[gate, ...picture, "--limit", "0"], "a whole number from 1 up"],
  ])("%j", async (args, words) => {
    const { code, stdout, stderr } = await why(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(words);
  });
});

test("--help fits a wide terminal", async () => {
  const { stdout, code } = await run("why", "--help");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: cutaway why/);
  expect(Math.max(...linesOf(stdout).map((line) => line.length))).toBeLessThanOrEqual(120);
});
