// The main job: npm start, from nothing to a trained model whose numbers are opened, and every next step that it suggests.
import { beforeAll, describe, expect, test } from "vitest";
import { linesOf, type Ran, userFolder } from "../cli/run.ts";

const place = userFolder();
const limit = 180_000;
let ran: Ran;
let took: number;

beforeAll(async () => {
  const start = performance.now();
  ran = await place.run("start");
  took = performance.now() - start;
}, 2 * limit);

/** The lines from the one that begins with `title` to the next empty one. */
function section(title: string): string[] {
  const lines = linesOf(ran.stdout);
  const first = lines.findIndex((line) => line.startsWith(title));
  expect(first).toBeGreaterThanOrEqual(0);
  return lines.slice(first, lines.indexOf("", first) < 0 ? undefined : lines.indexOf("", first));
}

/** "≈ −0.75" and "= 3" as numbers. */
const numberIn = (text: string) => Number(/[≈=] (−?[\d.e−]+)/.exec(text)?.[1].replaceAll("−", "-"));

/** A sum as it is told: the number in the first line, then what each further line adds to it. */
function sumOf(address: string, lines: readonly string[]): { stated: number; added: number } {
  const first = lines.findIndex((line) => line.startsWith(`  ${address}`));
  const rest = lines.slice(first + 1);
  const end = rest.findIndex((line) => !line.startsWith("    "));
  const terms = rest.slice(0, end < 0 ? undefined : end);
  expect(terms.length).toBeGreaterThan(1);
  const added = terms.reduce((sum, line) => sum + numberIn(line), 0);
  return { stated: numberIn(lines[first]), added };
}

describe("cutaway start", () => {
  test("takes less than three minutes, and its text fits a terminal and a newcomer's patience", () => {
    expect(ran.code).toBe(0);
    expect(took).toBeLessThan(limit);
    const lines = linesOf(ran.stdout);
    expect(lines.length).toBeLessThan(80);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test("reads at least nine of ten digits that it never saw", () => {
    const [, share] = /of 4,000 digits that it never saw, it reads ([\d.]+) % right/.exec(ran.stdout) ?? [];
    expect(Number(share)).toBeGreaterThanOrEqual(90);
  });

  test("follows a score forward from the logit to a pixel, and what it shows adds up", () => {
    const lines = section("Forward");
    const heads = lines.filter((line) => /^ {2}\S/.test(line)).map((line) => /^ {2}([a-z0-9]+)/.exec(line)?.[1]);
    expect(heads).toEqual("logits flatten1 pool2 relu2 conv2 pool1 relu1 conv1 rescale1 input".split(" "));
    for (const address of ["logits[", "conv2.out[", "conv1.out["]) {
      const { stated, added } = sumOf(address, lines);
      expect(Math.abs(stated - added)).toBeLessThan(0.005 * Math.max(1, Math.abs(stated)));
    }
  });

  test("follows the loss backward to one weight and its update", () => {
    const lines = section("Backward");
    expect(lines.some((line) => line.startsWith("  loss ≈ "))).toBe(true);
    const gradient = sumOf("grad:conv1.kernel[", lines);
    expect(Math.abs(gradient.stated - gradient.added)).toBeLessThan(0.005 * Math.abs(gradient.stated));
    const next = sumOf("next:conv1.kernel[", lines);
    expect(Math.abs(next.stated - next.added)).toBeLessThan(0.005);
  });

  test("saves a model that loads", async () => {
    const { code, json } = await place.run("info", "runs/start/model.safetensors", "--json");
    expect(code).toBe(0);
    expect(json[0]).toMatchObject({
      parameters: 5258,
      dtype: "f32",
      input: { shape: [28, 28, 1], centring: "mass-20" },
    });
  });

  test("suggests next steps, all of which work", async () => {
    const steps = section("Saved").flatMap((line) => /^ {2}npx cutaway (.+?) +# /.exec(line)?.[1] ?? []);
    expect(steps.length).toBeGreaterThanOrEqual(5);
    for (const step of steps) {
      const args = (step.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
      const { code, stderr, stdout } = await place.run(...args);
      expect([step, code]).toEqual([step, 0]);
      expect(stderr).not.toContain("cutaway:");
      expect(stdout.length).toBeGreaterThan(100);
    }
  });
});
